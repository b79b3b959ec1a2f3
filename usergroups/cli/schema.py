"""Migrations: bringing a database up to the tables this release knows."""

import warnings
from typing import Any

from sqlalchemy import Column, Connection, Engine, text

from usergroups import paths

# Any number, the same in every process: only one of them migrates at a time.
_LOCK = 7_305_220_126
_WAYS_OF_SEARCH = {"vector", "ix_search_entry_vector"}


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Run what is missing; answers the revision before and after. All of it or nothing."""
    from alembic import command  # 4 MB that only migrations need

    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        before = revision(connection)
        command.upgrade(_alembic(connection), "head")
        return before, revision(connection) or ""


def differences(engine: Engine) -> list[str]:
    """In what the migrated tables differ from the models, in Alembic's words; empty is well."""
    # 4 MB that only migrations need
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from usergroups.models import Base

    with engine.connect() as connection, warnings.catch_warnings():
        # SQLite does not say what such an index is on, and PostgreSQL says it in words of its own.
        warnings.filterwarnings("ignore", ".* expression-based index")
        comparable = _COMPARABLE[connection.dialect.name]
        options = {"compare_server_default": True, "include_object": comparable}
        context = MigrationContext.configure(connection, opts=options)
        return [str(difference) for difference in compare_metadata(context, Base.metadata)]


def _is_comparable(thing: Any, name: str | None, kind: str, *_more: object) -> bool:
    """Whether the tables can be asked for it: an index on an expression cannot be compared.

    Where texts are searched each database has its own ways, which models know nothing of.
    """
    if (name or "").startswith("search_text") or name in _WAYS_OF_SEARCH:
        return False
    return kind != "index" or all(isinstance(part, Column) for part in thing.expressions)


def _is_comparable_sqlite(thing: Any, name: str | None, kind: str, *more: object) -> bool:
    """The same; what a column that was added later refers to is read without its name there."""
    return kind != "foreign_key_constraint" and _is_comparable(thing, name, kind, *more)


_COMPARABLE = {"sqlite": _is_comparable_sqlite, "postgresql": _is_comparable}


def revision(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    from alembic.migration import MigrationContext  # 4 MB that only migrations need

    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision this release wants."""
    from alembic.script import ScriptDirectory  # 4 MB that only migrations need

    return ScriptDirectory(str(paths.MIGRATIONS)).get_current_head() or ""


def _alembic(connection: Connection) -> Any:
    from alembic.config import Config  # 4 MB that only migrations need

    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
