"""Meetups in full: venues, series, answers and the waitlist, talks, sponsors, what remains."""

import sqlalchemy as sa
from alembic import op

from usergroups.db import UtcDateTime
from usergroups.errors import SetupError

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _places()
    _series()
    _events()
    _together()
    _answers()
    _afterwards()
    _speakers()
    _sponsors()
    _former_ids()
    op.execute(
        "ALTER TABLE federation ADD COLUMN keep_attendees_days INTEGER DEFAULT 180 NOT NULL "
        "CONSTRAINT ck_federation_keep_attendees_counted CHECK (keep_attendees_days >= 30)"
    )


def _events() -> None:
    """Columns with their checks beside them: SQLite could else only copy the whole table."""
    dialect = op.get_bind().dialect
    instant = UtcDateTime().compile(dialect=dialect)
    no = sa.false().compile(dialect=dialect)
    for column in (
        "precision VARCHAR(32) DEFAULT 'exact' NOT NULL "
        "CONSTRAINT ck_event_precision CHECK (precision IN ('exact', 'month', 'quarter'))",
        "series_id INTEGER CONSTRAINT fk_event_series_id_series "
        "REFERENCES series (id) ON DELETE SET NULL",
        f"is_apart BOOLEAN DEFAULT {no} NOT NULL",
        "venue_id INTEGER CONSTRAINT fk_event_venue_id_venue "
        "REFERENCES venue (id) ON DELETE SET NULL",
        "registration VARCHAR(32) DEFAULT 'none' NOT NULL "
        "CONSTRAINT ck_event_registration CHECK (registration IN ('here', 'elsewhere', 'none'))",
        f"opens_at {instant}",
        f"closes_at {instant} "
        "CONSTRAINT ck_event_closes_after_opening CHECK (closes_at > opens_at)",
        "online_limit INTEGER CONSTRAINT ck_event_online_limit_counted CHECK (online_limit > 0)",
        "most_guests INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_event_most_guests_counted CHECK (most_guests BETWEEN 0 AND 9)",
        "remind_hours INTEGER DEFAULT 24 NOT NULL "
        "CONSTRAINT ck_event_remind_hours_counted CHECK (remind_hours BETWEEN 0 AND 336)",
        "language VARCHAR DEFAULT '' NOT NULL",
        "conduct_url VARCHAR DEFAULT '' NOT NULL",
        "draft_nonce VARCHAR DEFAULT '' NOT NULL",
    ):
        op.execute(f"ALTER TABLE event ADD COLUMN {column}")
    op.create_index("ix_event_series_id", "event", ["series_id"])
    op.create_index("ix_event_venue_id", "event", ["venue_id"])


def _former_ids() -> None:
    op.create_table(
        "former_event",
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_former_event_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_former_event")),
    )
    op.create_index(op.f("ix_former_event_event_id"), "former_event", ["event_id"])


def _places() -> None:
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("access", sa.JSON(), nullable=False),
        sa.Column("access_note", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_venue_name_filled")),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_venue_position_whole")
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_venue_latitude_range")),
        sa.CheckConstraint(
            "length(country) = 2 AND country = upper(country)", name=op.f("ck_venue_country_code")
        ),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_venue_longitude_range")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_venue_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("public_id", name=op.f("uq_venue_public_id")),
    )
    op.create_index("ix_venue_group_id", "venue", ["group_id"])
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_room_name_filled")),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_room_capacity_counted")),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue.id"], name=op.f("fk_room_venue_id_venue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("venue_id", "name", name=op.f("uq_room_venue_id_name")),
    )


def _series() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("made_until", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revised_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("rule <> ''", name=op.f("ck_series_rule_filled")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_series_minutes_counted")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_series_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("public_id", name=op.f("uq_series_public_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_series_uid")),
    )
    op.create_index("ix_series_group_id", "series", ["group_id"])


def _codes() -> None:
    op.create_table(
        "rsvp_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_rsvp_code_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rsvp_code")),
        sa.UniqueConstraint("event_id", "email", name=op.f("uq_rsvp_code_event_id_email")),
    )


def _answers() -> None:
    op.create_table(
        "rsvp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "going",
                "waitlisted",
                "offered",
                "declined",
                "cancelled",
                name="rsvpstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "attendance",
            sa.Enum(
                "in_person",
                "online",
                "hybrid",
                name="attendance",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("guests", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.Column("offered_until", UtcDateTime(), nullable=True),
        sa.Column("is_listed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("country", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("checked_in_at", UtcDateTime(), nullable=True),
        sa.Column("guests_came", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(status = 'offered') = (offered_until IS NOT NULL)", name=op.f("ck_rsvp_offer_ends")
        ),
        sa.CheckConstraint("attendance <> 'hybrid'", name=op.f("ck_rsvp_attendance_one")),
        sa.CheckConstraint("guests BETWEEN 0 AND 9", name=op.f("ck_rsvp_guests_counted")),
        sa.CheckConstraint("guests_came <= guests", name=op.f("ck_rsvp_guests_came_counted")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_rsvp_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_rsvp_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rsvp")),
        sa.UniqueConstraint("event_id", "user_id", name=op.f("uq_rsvp_event_id_user_id")),
    )
    op.create_index(
        "ix_rsvp_event_id_status_attendance",
        "rsvp",
        ["event_id", "status", "attendance", "arrival", "guests", "offered_until"],
    )
    _codes()
    op.create_index(
        "ix_rsvp_offered_until",
        "rsvp",
        ["offered_until"],
        sqlite_where=sa.text("status = 'offered'"),
        postgresql_where=sa.text("status = 'offered'"),
    )
    op.create_index("ix_rsvp_user_id", "rsvp", ["user_id"])
    op.create_table(
        "event_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "choice",
                "tick",
                name="eventquestionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("is_required", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("text <> ''", name=op.f("ck_event_question_text_filled")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_event_question_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_question")),
    )
    op.create_index("ix_event_question_event_id", "event_question", ["event_id"])
    op.create_table(
        "rsvp_answer",
        sa.Column("rsvp_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["event_question.id"],
            name=op.f("fk_rsvp_answer_question_id_event_question"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["rsvp_id"], ["rsvp.id"], name=op.f("fk_rsvp_answer_rsvp_id_rsvp"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rsvp_id", "question_id", name=op.f("pk_rsvp_answer")),
    )
    op.create_index("ix_rsvp_answer_question_id", "rsvp_answer", ["question_id"])
    op.create_table(
        "walk_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("tap", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("came_at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("people BETWEEN 1 AND 50", name=op.f("ck_walk_in_people_counted")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_walk_in_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_in")),
        sa.UniqueConstraint("event_id", "tap", name=op.f("uq_walk_in_event_id_tap")),
    )
    op.create_table(
        "event_interest",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("would_come", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("could_host", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_event_interest_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_event_interest_user_id_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "user_id", name=op.f("pk_event_interest")),
    )
    op.create_index("ix_event_interest_user_id", "event_interest", ["user_id"])
    op.create_table(
        "poll_date",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_poll_date_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_poll_date_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_date")),
        sa.UniqueConstraint("event_id", "starts_at", name=op.f("uq_poll_date_event_id_starts_at")),
    )
    op.create_table(
        "poll_vote",
        sa.Column("poll_date_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "vote",
            sa.Enum(
                "yes",
                "maybe",
                "no",
                name="vote",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["poll_date_id"],
            ["poll_date.id"],
            name=op.f("fk_poll_vote_poll_date_id_poll_date"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_poll_vote_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("poll_date_id", "user_id", name=op.f("pk_poll_vote")),
    )
    op.create_index("ix_poll_vote_user_id", "poll_vote", ["user_id"])


def _afterwards() -> None:
    op.create_table(
        "recap",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=True),
        sa.Column("shows_feedback", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("revised_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("came >= 0", name=op.f("ck_recap_came_counted")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_recap_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_recap")),
    )
    op.create_table(
        "event_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "slides",
                "recording",
                "photos",
                "notes",
                "other",
                name="eventlinkkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.CheckConstraint("url LIKE 'http%://%'", name=op.f("ck_event_link_url_http")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_event_link_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_link")),
    )
    op.create_index("ix_event_link_event_id", "event_link", ["event_id"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("keep", sa.String(), nullable=False),
        sa.Column("mend", sa.String(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_feedback_rating_range")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_feedback_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_feedback_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("event_id", "user_id", name=op.f("uq_feedback_event_id_user_id")),
    )
    op.create_table(
        "tally",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_tally_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_tally")),
    )


def _speakers() -> None:
    op.create_table(
        "speaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("biography", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revised_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_speaker_name_filled")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_speaker_user_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
        sa.UniqueConstraint("public_id", name=op.f("uq_speaker_public_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_speaker_user_id")),
    )
    op.create_table(
        "travel_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_travel_note_position_whole")
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90", name=op.f("ck_travel_note_latitude_range")
        ),
        sa.CheckConstraint(
            "longitude BETWEEN -180 AND 180", name=op.f("ck_travel_note_longitude_range")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_travel_note_until_after_from")),
        sa.ForeignKeyConstraint(
            ["speaker_id"],
            ["speaker.id"],
            name=op.f("fk_travel_note_speaker_id_speaker"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_note")),
    )
    op.create_index("ix_travel_note_speaker_id", "travel_note", ["speaker_id"])
    op.create_table(
        "talk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("abstract", sa.String(), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "talk",
                "lightning",
                "workshop",
                "installfest",
                "panel",
                name="talkformat",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "accepted",
                "declined",
                "withdrawn",
                name="talkstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("slides_url", sa.String(), nullable=False),
        sa.Column("video_url", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposal_note", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("title <> ''", name=op.f("ck_talk_title_filled")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_talk_minutes_counted")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user.id"],
            name=op.f("fk_talk_decided_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_talk_event_id_event"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_talk_group_id_group"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["user.id"],
            name=op.f("fk_talk_proposed_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk")),
        sa.UniqueConstraint("public_id", name=op.f("uq_talk_public_id")),
    )
    op.create_index("ix_talk_event_id", "talk", ["event_id"])
    op.create_index("ix_talk_group_id", "talk", ["group_id"])
    op.create_table(
        "talk_speaker",
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["speaker_id"],
            ["speaker.id"],
            name=op.f("fk_talk_speaker_speaker_id_speaker"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_talk_speaker_talk_id_talk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("talk_id", "speaker_id", name=op.f("pk_talk_speaker")),
    )
    op.create_index("ix_talk_speaker_speaker_id", "talk_speaker", ["speaker_id"])
    op.create_table(
        "talk_review",
        sa.Column("talk_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("reviewed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_talk_review_score_range")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["user.id"],
            name=op.f("fk_talk_review_reviewer_id_user"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_talk_review_talk_id_talk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("talk_id", "reviewer_id", name=op.f("pk_talk_review")),
    )
    op.create_index("ix_talk_review_reviewer_id", "talk_review", ["reviewer_id"])
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("talk_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "title <> '' OR talk_id IS NOT NULL", name=op.f("ck_agenda_item_says_something")
        ),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_agenda_item_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_agenda_item_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_agenda_item_room_id_room"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["talk_id"], ["talk.id"], name=op.f("fk_agenda_item_talk_id_talk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("event_id", "talk_id", name=op.f("uq_agenda_item_event_id_talk_id")),
    )
    op.create_index("ix_agenda_item_talk_id", "agenda_item", ["talk_id"])


def _sponsors() -> None:
    op.create_table(
        "sponsor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("logo_digest", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_sponsor_name_filled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sponsor_public_id")),
    )
    op.create_index("ix_sponsor_logo_digest", "sponsor", ["logo_digest"])
    op.create_table(
        "sponsorship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sponsor_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("gives", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_sponsorship_ends_after_begin")),
        sa.CheckConstraint(
            "event_id IS NULL OR group_id IS NOT NULL", name=op.f("ck_sponsorship_event_has_group")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_sponsorship_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["group.id"],
            name=op.f("fk_sponsorship_group_id_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"],
            ["sponsor.id"],
            name=op.f("fk_sponsorship_sponsor_id_sponsor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship")),
    )
    op.create_index("ix_sponsorship_event_id", "sponsorship", ["event_id"])
    op.create_index("ix_sponsorship_group_id", "sponsorship", ["group_id"])
    op.create_index("ix_sponsorship_sponsor_id", "sponsorship", ["sponsor_id"])
    op.create_table(
        "sharing_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sponsor_id", sa.Integer(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "withdrawn_at >= given_at", name=op.f("ck_sharing_consent_withdrawn_after")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_sharing_consent_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"],
            ["sponsor.id"],
            name=op.f("fk_sharing_consent_sponsor_id_sponsor"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_sharing_consent_user_id_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_consent")),
        sa.UniqueConstraint(
            "event_id",
            "user_id",
            "sponsor_id",
            "given_at",
            name=op.f("uq_sharing_consent_event_id_user_id_sponsor_id_given_at"),
        ),
    )
    op.create_index("ix_sharing_consent_sponsor_id", "sharing_consent", ["sponsor_id"])
    op.create_index("ix_sharing_consent_user_id", "sharing_consent", ["user_id"])


def _together() -> None:
    op.create_table(
        "event_room",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_event_room_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_event_room_room_id_room"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"],
            ["user.id"],
            name=op.f("fk_event_room_taken_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("event_id", "room_id", name=op.f("pk_event_room")),
    )
    op.create_index("ix_event_room_room_id", "event_room", ["room_id"])
    op.create_table(
        "event_topic",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_event_topic_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["topic.id"],
            name=op.f("fk_event_topic_topic_id_topic"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "topic_id", name=op.f("pk_event_topic")),
    )
    op.create_index("ix_event_topic_topic_id", "event_topic", ["topic_id"])
    op.create_table(
        "co_host",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                "withdrawn",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("invited_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_co_host_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_co_host_group_id_group"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["user.id"],
            name=op.f("fk_co_host_invited_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("event_id", "group_id", name=op.f("pk_co_host")),
    )
    op.create_index("ix_co_host_group_id", "co_host", ["group_id"])


def downgrade() -> None:
    raise SetupError("there is no way back over this: restore the backup made before it")
