"""What feeds keep: bytes of each meetup, feeds of countries, topics and places; what is gone."""

import sqlalchemy as sa
from alembic import op

from usergroups.db import UtcDateTime
from usergroups.errors import SetupError

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nothing is lost: feeds are made again when somebody asks for them.
    op.drop_table("feed")
    op.create_table(
        "feed",
        sa.Column(
            "kind",
            sa.Enum(
                "group",
                "group_all",
                "event",
                "wide",
                name="feedkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("made_of", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("built_at", UtcDateTime(), nullable=False),
        sa.Column("gzipped", sa.LargeBinary(), nullable=False),
        sa.Column("brotli", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_feed")),
    )
    op.create_index(op.f("ix_feed_built_at"), "feed", ["built_at"])
    op.create_table(
        "written_event",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("is_series", sa.Boolean(), nullable=False),
        sa.Column("made_of", sa.String(), nullable=False),
        sa.Column("ics", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name=op.f("fk_written_event_event_id_event"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "is_series", name=op.f("pk_written_event")),
    )
    op.create_table(
        "gone_event",
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("gone_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_gone_event")),
    )


def downgrade() -> None:
    raise SetupError("there is no way back over this: restore the backup made before it")
