"""The database: engine, base class, types, and the two scopes a door opens.

`reading()` may only look; `transaction()` commits at its end or rolls back on any exception.
Below a door everybody asks `session()` for the session of the scope they run in.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Select,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session

from usergroups.errors import SetupError

_CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant. Naive ones are refused on the way in; SQLite's come back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: an instant needs a zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC, whatever the driver's own idea of a zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=_CONSTRAINT_NAMES)
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: JSON()}  # noqa: RUF012  SQLAlchemy reads it as a class attribute


_engine: Engine | None = None
_readonly: Engine | None = None
_session: ContextVar[Session | None] = ContextVar("session", default=None)


def connect(url: str) -> Engine:
    """Bind this process to the database at the address; answers its engine."""
    global _engine, _readonly  # noqa: PLW0603  one process serves one database
    if _engine is not None:
        _engine.dispose()
    _engine = make_engine(url)
    _readonly = _engine.execution_options(readonly=True)
    return _engine


def engine() -> Engine:
    """The engine that `connect` made."""
    if _engine is None:
        raise SetupError("no database: db.connect() comes first")
    return _engine


def make_engine(url: str) -> Engine:
    """An engine with this project's manners, for SQLite and PostgreSQL."""
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        _make_folder(url)
        made = create_engine(url, connect_args={"timeout": 30, "isolation_level": None})
        event.listen(made, "connect", _prepare_sqlite)
        event.listen(made, "begin", _begin_sqlite)
    elif backend == "postgresql":
        made = create_engine(url, pool_pre_ping=True, pool_size=8)
    else:
        raise SetupError(f"{backend} is not supported: SQLite and PostgreSQL are")
    return made


def session() -> Session:
    """The session of the scope this code runs in."""
    current = _session.get()
    if current is None:
        raise RuntimeError("no scope: a door opens db.reading() or db.transaction()")
    return current


@contextmanager
def transaction() -> Iterator[Session]:
    """A scope that changes things: committed at its end, rolled back on any exception."""
    with Session(engine(), expire_on_commit=False) as opened, _current(opened), opened.begin():
        yield opened
    for callback in opened.info.pop("after_commit", ()):
        callback()


@contextmanager
def reading() -> Iterator[Session]:
    """A scope that only looks; on SQLite it never waits for a writer."""
    if _readonly is None:
        raise SetupError("no database: db.connect() comes first")
    with Session(_readonly, autoflush=False) as opened, _current(opened):
        yield opened


class Question:
    """A statement compiled once and put to the driver itself: a sixth of the usual cost.

    For the few that stand before nearly every answer. No types are converted, so it is for
    statements that take and give numbers, text and bytes alone; parameters go by their names.
    """

    def __init__(self, statement: Select[Any]) -> None:
        """Keep the statement; it is compiled for a database when it is first put to one."""
        self._statement = statement
        self._compiled: dict[str, tuple[str, dict[str, Any], list[str] | None]] = {}

    def first(self, **values: str | int) -> tuple[Any, ...] | None:
        """The first row, or None. Asked outside any scope: it sees what is committed."""
        sql, constants, order = self._for(engine().dialect)
        named = constants | values
        connection = engine().raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(sql, named if order is None else [named[name] for name in order])
            row: tuple[Any, ...] | None = cursor.fetchone()
        finally:
            connection.close()
        return row

    def _for(self, dialect: Dialect) -> tuple[str, dict[str, Any], list[str] | None]:
        if dialect.name not in self._compiled:
            made: Any = self._statement.compile(dialect=dialect)
            self._compiled[dialect.name] = (str(made), dict(made.params), made.positiontup)
        return self._compiled[dialect.name]


def after_commit(callback: Callable[[], None]) -> None:
    """Call this once the running transaction is on disk, and never if it is rolled back."""
    session().info.setdefault("after_commit", []).append(callback)


@contextmanager
def _current(opened: Session) -> Iterator[None]:
    token = _session.set(opened)
    try:
        yield
    finally:
        _session.reset(token)


def _make_folder(url: str) -> None:
    file = make_url(url).database
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that may write takes the lock at once: upgrading a read cannot wait its turn.
    # One that only reads has no beginning: each statement sees what is committed by then, as on
    # PostgreSQL, and a page is spared two statements that cost as much as a query.
    if not connection.get_execution_options().get("readonly"):
        cast(sqlite3.Connection, connection.connection.dbapi_connection).execute("BEGIN IMMEDIATE")
