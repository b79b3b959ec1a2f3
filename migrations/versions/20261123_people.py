"""Accounts in full, mail, applications, the charter, roles, and what a desk keeps."""

import sqlalchemy as sa
from alembic import op

from usergroups.db import UtcDateTime
from usergroups.errors import SetupError

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _accounts()
    _groups()
    _open_job_kinds()
    _audit()
    _new_tables()


def _accounts() -> None:
    """Columns with their checks beside them: SQLite could else only copy the whole table."""
    op.add_column("user", sa.Column("verified_at", UtcDateTime()))
    for name in ("password_hash", "employer", "place"):
        op.add_column(
            "user", sa.Column(name, sa.String(), server_default=sa.text("''"), nullable=False)
        )
    degrees = sa.Double().compile(dialect=op.get_bind().dialect)
    op.execute(
        f'ALTER TABLE "user" ADD COLUMN latitude {degrees} '
        "CONSTRAINT ck_user_latitude_range CHECK (latitude BETWEEN -90 AND 90)"
    )
    op.execute(
        f'ALTER TABLE "user" ADD COLUMN longitude {degrees} '
        "CONSTRAINT ck_user_longitude_range CHECK (longitude BETWEEN -180 AND 180) "
        "CONSTRAINT ck_user_position_whole CHECK ((latitude IS NULL) = (longitude IS NULL))"
    )
    op.drop_table("sign_in_link")


def _groups() -> None:
    op.execute(
        "ALTER TABLE federation ADD COLUMN cooling_off_days INTEGER DEFAULT 90 NOT NULL "
        "CONSTRAINT ck_federation_cooling_off_counted CHECK (cooling_off_days >= 0)"
    )
    op.add_column("group", sa.Column("reconfirmed_at", UtcDateTime()))
    rests = "(CASE WHEN status IN ('forming', 'active', 'quiet') THEN 0 ELSE 1 END)"
    op.create_index("ix_group_directory", "group", [sa.text(rests), "name", "id"])
    op.add_column(
        "group", sa.Column("population", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "group", sa.Column("logo_digest", sa.String(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column(
        "membership",
        sa.Column("wants_mail", sa.Boolean(), server_default=sa.true(), nullable=False),
    )
    op.create_index(
        "uq_membership_lead",
        "membership",
        ["group_id"],
        unique=True,
        sqlite_where=sa.text("role = 'lead'"),
        postgresql_where=sa.text("role = 'lead'"),
    )


def _open_job_kinds() -> None:
    """The kinds of jobs grow with every release: the handlers' table knows them, not a CHECK."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ck_job_jobkind", "job")
        return
    op.drop_index("ix_job_due_at", "job")
    op.rename_table("job", "job_before")
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", UtcDateTime()),
        sa.Column("finished_at", UtcDateTime()),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_job_attempts_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    columns = (
        "id, kind, arguments, created_at, due_at, attempts, leased_until, finished_at, last_error"
    )
    op.execute(f"INSERT INTO job ({columns}) SELECT {columns} FROM job_before")  # noqa: S608  our own words
    op.drop_table("job_before")
    op.create_index("ix_job_due_at", "job", ["due_at"], sqlite_where=sa.text("finished_at IS NULL"))


def _audit() -> None:
    """Entries remember the group they are about; those that are there look it up a last time."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute("DROP TRIGGER audit_entry_closed ON audit_entry")
    else:
        op.execute("DROP TRIGGER audit_entry_unchanged")
    op.add_column("audit_entry", sa.Column("group_id", sa.Integer()))
    op.execute("UPDATE audit_entry SET group_id = subject_id WHERE subject_kind = 'group'")
    for table in ("event", "membership", "source"):
        op.execute(
            f"UPDATE audit_entry SET group_id = (SELECT {table}.group_id FROM {table} "  # noqa: S608  our own words
            f"WHERE {table}.id = audit_entry.subject_id) WHERE subject_kind = '{table}'"
        )
    op.create_index("ix_audit_entry_actor_id_id", "audit_entry", ["actor_id", "id"])
    op.create_index("ix_audit_entry_group_id_id", "audit_entry", ["group_id", "id"])
    if on_postgresql:
        op.execute(_REFUSE_ON_POSTGRESQL)
        op.execute(
            "CREATE TRIGGER audit_entry_closed BEFORE UPDATE OR DELETE ON audit_entry "
            "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()"
        )
    else:
        op.execute(_REFUSE_ON_SQLITE)


_REFUSE_ON_SQLITE = """
CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
WHEN NEW.actor_id IS NOT NULL OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.act <> OLD.act
  OR NEW.subject_kind <> OLD.subject_kind OR NEW.subject_id <> OLD.subject_id
  OR NEW.group_id IS NOT OLD.group_id OR NEW.details <> OLD.details
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END
"""

_REFUSE_ON_POSTGRESQL = """
CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.actor_id IS NULL
    AND (NEW.id, NEW.at, NEW.act, NEW.subject_kind, NEW.subject_id, NEW.details::text)
      = (OLD.id, OLD.at, OLD.act, OLD.subject_kind, OLD.subject_id, OLD.details::text)
    AND NEW.group_id IS NOT DISTINCT FROM OLD.group_id
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'audit entries are never changed or removed';
END $$
"""


def _new_tables() -> None:
    op.create_table(
        "charter_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "question",
                "agreement",
                name="questionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("is_conduct", sa.Boolean(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("text <> ''", name=op.f("ck_charter_question_text_filled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_question")),
    )
    op.create_table(
        "charter_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "organizers",
                "employers",
                "distance",
                "conduct",
                "meetups",
                "reconfirmed",
                name="rulekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_rule")),
        sa.UniqueConstraint("kind", name=op.f("uq_charter_rule_kind")),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "in_review",
                "changes_requested",
                "approved",
                "declined",
                "withdrawn",
                name="applicationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("is_takeover", sa.Boolean(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("calendar_url", sa.String(), nullable=False),
        sa.Column("calendar_preview", sa.JSON(), nullable=False),
        sa.Column("calendar_tried_at", UtcDateTime(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("agreements", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revised_at", UtcDateTime(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("resubmitted_at", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "country = '' OR length(country) = 2", name=op.f("ck_application_country_code")
        ),
        sa.CheckConstraint(
            "status <> 'approved' OR group_id IS NOT NULL",
            name=op.f("ck_application_approved_has_group"),
        ),
        sa.CheckConstraint(
            "status <> 'declined' OR reason <> ''", name=op.f("ck_application_declined_has_reason")
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_application_position_whole")
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90", name=op.f("ck_application_latitude_range")
        ),
        sa.CheckConstraint("length(public_id) >= 10", name=op.f("ck_application_public_id_length")),
        sa.CheckConstraint(
            "longitude BETWEEN -180 AND 180", name=op.f("ck_application_longitude_range")
        ),
        sa.ForeignKeyConstraint(
            ["applicant_id"],
            ["user.id"],
            name=op.f("fk_application_applicant_id_user"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user.id"],
            name=op.f("fk_application_decided_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_application_group_id_group")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_public_id")),
    )
    op.create_index(op.f("ix_application_applicant_id"), "application", ["applicant_id"])
    op.create_index(op.f("ix_application_group_id"), "application", ["group_id"])
    op.create_index("ix_application_status_submitted_at", "application", ["status", "submitted_at"])

    op.create_table(
        "archive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_archive_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
    )
    op.create_index(op.f("ix_archive_user_id"), "archive", ["user_id"])

    op.create_table(
        "blocked_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("blocked_by_id", sa.Integer(), nullable=True),
        sa.Column("blocked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_blocked_address_reason_filled")),
        sa.CheckConstraint(
            "pattern = lower(pattern)", name=op.f("ck_blocked_address_pattern_lower")
        ),
        sa.ForeignKeyConstraint(
            ["blocked_by_id"],
            ["user.id"],
            name=op.f("fk_blocked_address_blocked_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_address")),
        sa.UniqueConstraint("pattern", name=op.f("uq_blocked_address_pattern")),
    )
    op.create_table(
        "coordinator",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("appointed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "length(country) = 2 AND country = upper(country)",
            name=op.f("ck_coordinator_country_code"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_coordinator_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "country", name=op.f("pk_coordinator")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "organizers",
                "employers",
                "distance",
                "conduct",
                "meetups",
                "reconfirmed",
                name="rulekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("since_at", UtcDateTime(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_finding_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("group_id", "kind", name=op.f("uq_finding_group_id_kind")),
    )
    op.create_table(
        "first_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "describe",
                "logo",
                "links",
                "co_organizer",
                "meetup",
                "share",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["group.id"],
            name=op.f("fk_first_step_group_id_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_step")),
        sa.UniqueConstraint("group_id", "step", name=op.f("uq_first_step_group_id_step")),
    )
    op.create_table(
        "former_slug",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "slug <> '' AND slug = lower(slug)", name=op.f("ck_former_slug_slug_form")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["group.id"],
            name=op.f("fk_former_slug_group_id_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slug")),
    )
    op.create_index(op.f("ix_former_slug_group_id"), "former_slug", ["group_id"])

    op.create_table(
        "group_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "dead_link",
                "wrong_pin",
                "silent",
                "conduct",
                "duplicate",
                "claim",
                "other",
                name="reportkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "open",
                "settled",
                "rejected",
                name="reportoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'claim' OR outcome <> 'open' OR reporter_id IS NOT NULL",
            name=op.f("ck_group_report_claim_has_reporter"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["group.id"],
            name=op.f("fk_group_report_group_id_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"],
            ["user.id"],
            name=op.f("fk_group_report_reporter_id_user"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"],
            ["user.id"],
            name=op.f("fk_group_report_settled_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_report")),
    )
    op.create_index(op.f("ix_group_report_group_id"), "group_report", ["group_id"])
    op.create_index(op.f("ix_group_report_outcome"), "group_report", ["outcome"])

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member",
                "organizer",
                "lead",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
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
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "role IN ('organizer', 'lead')", name=op.f("ck_invitation_role_organizes")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitation_email_lower")),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["group.id"],
            name=op.f("fk_invitation_group_id_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["user.id"],
            name=op.f("fk_invitation_invited_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitation_secret_hash")),
    )
    op.create_index(op.f("ix_invitation_group_id"), "invitation", ["group_id"])
    op.create_index(
        "uq_invitation_handover",
        "invitation",
        ["group_id"],
        unique=True,
        sqlite_where=sa.text("answer = 'open' AND role = 'lead'"),
        postgresql_where=sa.text("answer = 'open' AND role = 'lead'"),
    )
    op.create_index(
        "uq_invitation_open",
        "invitation",
        ["group_id", "email"],
        unique=True,
        sqlite_where=sa.text("answer = 'open'"),
        postgresql_where=sa.text("answer = 'open'"),
    )

    op.create_table(
        "logo",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_logo_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_logo")),
    )
    op.create_index(op.f("ix_logo_digest"), "logo", ["digest"])

    op.create_table(
        "mail_refusal",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum(
                "applications",
                "reviews",
                "organizing",
                "groups",
                "meetups",
                name="mailtopic",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("refused_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_mail_refusal_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "topic", name=op.f("pk_mail_refusal")),
    )
    op.create_table(
        "mailed_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "purpose",
            sa.Enum(
                "sign_in",
                "reset_password",
                "verify_address",
                "change_address",
                name="linkpurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_mailed_link_user_id_user"), ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "user_id IS NOT NULL OR email <> ''", name=op.f("ck_mailed_link_for_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_mailed_link_secret_hash")),
    )
    op.create_index(op.f("ix_mailed_link_user_id"), "mailed_link", ["user_id"])

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("address LIKE '%_@_%'", name=op.f("ck_message_address_has_at")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_message_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_message_id")),
    )
    op.create_index(op.f("ix_message_user_id"), "message", ["user_id"])

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_sign_in_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_in_secret_hash")),
    )
    op.create_index(op.f("ix_sign_in_user_id"), "sign_in", ["user_id"])

    op.create_table(
        "co_organizer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
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
        sa.Column("secret_hash", sa.String(), nullable=True),
        sa.Column("invited_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_co_organizer_email_lower")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_co_organizer_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_co_organizer_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_organizer")),
        sa.UniqueConstraint(
            "application_id", "email", name=op.f("uq_co_organizer_application_id_email")
        ),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_co_organizer_secret_hash")),
    )
    op.create_index(op.f("ix_co_organizer_application_id"), "co_organizer", ["application_id"])

    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum(
                "applicants",
                "reviewers",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_note_text_filled")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_note_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_note_author_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_application_id"), "note", ["application_id"])

    op.create_table(
        "reviewer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("assigned_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_reviewer_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_reviewer_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer")),
        sa.UniqueConstraint(
            "application_id", "user_id", name=op.f("uq_reviewer_application_id_user_id")
        ),
    )
    op.create_index(op.f("ix_reviewer_user_id"), "reviewer", ["user_id"])

    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "organizers",
                "employers",
                "distance",
                "conduct",
                "meetups",
                "reconfirmed",
                name="rulekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("why <> ''", name=op.f("ck_waiver_why_filled")),
        sa.CheckConstraint(
            "(group_id IS NULL) <> (application_id IS NULL)", name=op.f("ck_waiver_for_one_thing")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_waiver_application_id_application"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["user.id"],
            name=op.f("fk_waiver_granted_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["group.id"], name=op.f("fk_waiver_group_id_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    op.create_index(op.f("ix_waiver_application_id"), "waiver", ["application_id"])
    op.create_index(op.f("ix_waiver_group_id"), "waiver", ["group_id"])


def downgrade() -> None:
    raise SetupError("there is no way back over this: restore the backup made before it")
