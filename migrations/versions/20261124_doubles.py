"""The same meetup announced in several places."""

import sqlalchemy as sa
from alembic import op

from usergroups.db import UtcDateTime
from usergroups.errors import SetupError

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATES = "'draft', 'tentative', 'confirmed', 'cancelled'"
_MORE_STATES = f"{_STATES}, 'merged', 'withdrawn'"


def upgrade() -> None:
    _states()
    op.execute(
        "ALTER TABLE event ADD COLUMN aside_status VARCHAR(32) "
        "CONSTRAINT ck_event_aside_published "
        "CHECK (aside_status IN ('tentative', 'confirmed', 'cancelled')) "
        "CONSTRAINT ck_event_aside_when_merged "
        "CHECK ((status = 'merged') = (aside_status IS NOT NULL))"
    )
    op.execute("ALTER TABLE event ADD COLUMN elsewhere VARCHAR DEFAULT '' NOT NULL")
    op.create_table(
        "double",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "suggested",
                "merged",
                "apart",
                name="doublestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("seconds_apart", sa.Integer(), nullable=True),
        sa.Column("link", sa.String(), server_default="", nullable=False),
        sa.Column("differs", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("kept_id <> gone_id", name=op.f("ck_double_two_entries")),
        sa.CheckConstraint("likeness BETWEEN 0 AND 1", name=op.f("ck_double_likeness_range")),
        sa.CheckConstraint(
            "(state = 'suggested') = (decided_at IS NULL)",
            name=op.f("ck_double_decided_or_suggested"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [target],
                name=op.f(f"fk_double_{column}_{target.partition('.')[0]}"),
                ondelete=then,
            )
            for column, target, then in (
                ("kept_id", "event.id", "CASCADE"),
                ("gone_id", "event.id", "CASCADE"),
                ("decided_by_id", "user.id", "SET NULL"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_double")),
        sa.UniqueConstraint("kept_id", "gone_id", name=op.f("uq_double_kept_id_gone_id")),
    )
    op.create_index("ix_double_gone_id", "double", ["gone_id"])
    is_merged = sa.text("state = 'merged'")
    op.create_index(
        "uq_double_gone_id_merged",
        "double",
        ["gone_id"],
        unique=True,
        sqlite_where=is_merged,
        postgresql_where=is_merged,
    )


def _states() -> None:
    """A meetup may stand aside for another: one state more.

    SQLite would copy the whole table for it, and lose by cascade what refers to meetups; that a
    check allows more is written into the schema, as https://sqlite.org/lang_altertable.html
    (section 8) describes for changes that no row notices.
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE event DROP CONSTRAINT ck_event_eventstatus")
        op.execute(
            "ALTER TABLE event ADD CONSTRAINT ck_event_eventstatus "
            f"CHECK (status IN ({_MORE_STATES}))"
        )
        return
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :few, :more) "
            "WHERE type = 'table' AND name = 'event' AND instr(sql, :few) > 0"
        ),
        {"few": f"status IN ({_STATES})", "more": f"status IN ({_MORE_STATES})"},
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
    if changed.rowcount != 1:
        raise SetupError("the table of meetups is not the one that this release knows")


def downgrade() -> None:
    raise SetupError("there is no way back over this: restore the backup made before it")
