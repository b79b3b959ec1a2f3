"""Outside calendars: what each fetch brought, whose they are, what they name no longer."""

import sqlalchemy as sa
from alembic import op

from usergroups.db import UtcDateTime
from usergroups.errors import SetupError

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _events()
    _sources()
    _open_kinds()
    _reports()


def _events() -> None:
    dialect = op.get_bind().dialect
    instant = UtcDateTime().compile(dialect=dialect)
    yes = sa.true().compile(dialect=dialect)
    for column in (
        "unit VARCHAR DEFAULT '' NOT NULL",
        f"missing_since {instant}",
        f"is_confirmed BOOLEAN DEFAULT {yes} NOT NULL",
    ):
        op.execute(f"ALTER TABLE event ADD COLUMN {column}")


def _sources() -> None:
    dialect = op.get_bind().dialect
    instant = UtcDateTime().compile(dialect=dialect)
    no = sa.false().compile(dialect=dialect)
    for column in (
        "host VARCHAR DEFAULT '' NOT NULL",
        f"leased_until {instant}",
        f"was_complete BOOLEAN DEFAULT {no} NOT NULL",
        f"takes_shrunk BOOLEAN DEFAULT {no} NOT NULL",
        f"paused_at {instant}",
        "proof VARCHAR DEFAULT '' NOT NULL",
        f"confirmed_at {instant}",
    ):
        op.execute(f"ALTER TABLE source ADD COLUMN {column}")
    op.execute("UPDATE source SET confirmed_at = created_at")
    op.create_index(
        "ix_source_host_fetched",
        "source",
        ["host", "leased_until"],
        sqlite_where=sa.text("leased_until IS NOT NULL"),
        postgresql_where=sa.text("leased_until IS NOT NULL"),
    )


def _open_kinds() -> None:
    """A calendar may be handed over: one kind more. See `_states` of the migration 0008."""
    few, more = "kind IN ('url', 'file')", "kind IN ('url', 'file', 'upload')"
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE source DROP CONSTRAINT ck_source_sourcekind")
        op.execute(f"ALTER TABLE source ADD CONSTRAINT ck_source_sourcekind CHECK ({more})")
        return
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema = ON")
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :few, :more) "
            "WHERE type = 'table' AND name = 'source' AND instr(sql, :few) > 0"
        ),
        {"few": few, "more": more},
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
    if changed.rowcount != 1:
        raise SetupError("the table of sources is not the one that this release knows")


def _reports() -> None:
    op.create_table(
        "source_file",
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
            name=op.f("fk_source_file_source_id_source"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_file")),
    )
    numbers = (
        "added", "updated", "cancelled", "unchanged", "withdrawn", "returned", "vanished",
        "left_out",
    )  # fmt: skip
    op.create_table(
        "source_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("failure", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "added >= 0 AND updated >= 0 AND cancelled >= 0 AND withdrawn >= 0 AND returned >= 0 "
            "AND unchanged >= 0 AND left_out >= 0 AND vanished >= 0",
            name=op.f("ck_source_report_counted"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
            name=op.f("fk_source_report_source_id_source"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_report")),
    )
    op.create_index("ix_source_report_source_id", "source_report", ["source_id"])
