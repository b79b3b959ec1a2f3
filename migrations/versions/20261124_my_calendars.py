"""Calendars of one's own, by a secret address; from when a meetup was moved."""

import sqlalchemy as sa
from alembic import op

from usergroups.db import UtcDateTime
from usergroups.errors import SetupError

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "my_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("has_answers", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("has_groups", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("within_km", sa.Integer(), nullable=True),
        sa.Column("remind_minutes", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("addressed_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "within_km BETWEEN 1 AND 1000", name=op.f("ck_my_calendar_within_km_counted")
        ),
        sa.CheckConstraint(
            "remind_minutes BETWEEN 0 AND 20160", name=op.f("ck_my_calendar_remind_minutes_counted")
        ),
        sa.CheckConstraint(
            "has_answers OR has_groups OR within_km IS NOT NULL",
            name=op.f("ck_my_calendar_holds_something"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_my_calendar_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_my_calendar")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_my_calendar_secret_hash")),
    )
    op.create_index(op.f("ix_my_calendar_user_id"), "my_calendar", ["user_id"])
    instant = UtcDateTime().compile(dialect=op.get_bind().dialect)
    op.execute(f"ALTER TABLE event ADD COLUMN moved_from_at {instant}")


def downgrade() -> None:
    raise SetupError("there is no way back over this: restore the backup made before it")
