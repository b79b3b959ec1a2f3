"""The calendar doctor: what was examined, and what was found."""

import sqlalchemy as sa
from alembic import op

from usergroups.db import UtcDateTime
from usergroups.errors import SetupError

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("is_file", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_check")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_check_secret_hash")),
    )
    op.create_index(op.f("ix_calendar_check_created_at"), "calendar_check", ["created_at"])


def downgrade() -> None:
    raise SetupError("there is no way back over this: restore the backup made before it")
