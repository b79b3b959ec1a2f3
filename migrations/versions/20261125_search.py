"""What is searched: one text per group, meetup and talk."""

import sqlalchemy as sa
from alembic import op

from usergroups.errors import SetupError

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KINDS = sa.Enum(
    "federation", "group", "event", "talk",
    native_enum=False, create_constraint=False, length=32, name="searchkind",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", _KINDS, nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(), server_default=sa.text("('')"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
    )
    op.create_index(
        "uq_search_entry_kind_subject_id", "search_entry", ["kind", "subject_id"], unique=True
    )
    op.create_index("ix_search_entry_group_id", "search_entry", ["group_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE search_entry ADD COLUMN vector tsvector")
        op.execute("CREATE INDEX ix_search_entry_vector ON search_entry USING gin (vector)")
        return
    # `kind` is searched, too: what is wanted of one kind need not be picked out of all that is met.
    op.execute(
        "CREATE VIRTUAL TABLE search_text USING fts5("
        "kind, name, words, body, tokenize='unicode61 remove_diacritics 2')"
    )
    # Which words there are: FTS5 reads words one by one as far as it has to, but all of a prefix.
    op.execute(
        "CREATE TABLE search_text_word "
        "(word TEXT PRIMARY KEY, is_name INTEGER NOT NULL) WITHOUT ROWID"
    )
    op.execute(
        "CREATE TRIGGER search_entry_gone AFTER DELETE ON search_entry "
        "BEGIN DELETE FROM search_text WHERE rowid = old.id; END"
    )


def downgrade() -> None:
    raise SetupError("there is no way back over this: restore the backup made before it")
