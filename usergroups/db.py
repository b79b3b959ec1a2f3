"""The database: engine, base class, types, and the two scopes a door opens.

`reading()` may only look; `transaction()` commits at its end or rolls back on any exception.
Below a door everybody asks `session()` for the session of the scope they run in.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Float,
    MetaData,
    Select,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
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

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """SQLite's text is read as UTC at once: a page has many instants."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        return _instant

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give UTC, whatever the driver's own idea of a zone."""
        if value is None:
            return None
        return value.astimezone(UTC)


def instant(value: datetime | str) -> datetime:
    """What a driver gives for a column of instants past its type; SQLite's is text, and naive."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)


def _instant(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(f"{stored}+00:00")


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=_CONSTRAINT_NAMES)
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: JSON()}  # noqa: RUF012  SQLAlchemy reads it as a class attribute


_engine: Engine | None = None
_readonly: Engine | None = None
_scope: ContextVar["Session | Reading | None"] = ContextVar("scope", default=None)


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


def upsert(table: Any) -> Any:
    """An INSERT of this database's own kind, which takes `on_conflict_do_…`."""
    return import_module(f"sqlalchemy.dialects.{engine().dialect.name}").insert(table)


class Reading:
    """A scope that only looks; on SQLite it never waits for a writer.

    Its connection and its session are opened by whoever asks first: most pages need no session.
    """

    __slots__ = ("_connection", "_session", "_token")

    def __init__(self) -> None:
        """Be the scope from here on, until it is closed."""
        if _readonly is None:
            raise SetupError("no database: db.connect() comes first")
        self._connection: Connection | None = None
        self._session: Session | None = None
        self._token = _scope.set(self)

    def connection(self) -> Connection:
        """Its connection."""
        if self._connection is None:
            self._connection = cast(Engine, _readonly).connect()
        return self._connection

    def session(self) -> Session:
        """Its session."""
        if self._session is None:
            self._session = Session(self.connection(), autoflush=False)
        return self._session

    def close(self) -> None:
        """Give the connection back; nobody is in the scope any longer."""
        _scope.reset(self._token)
        if self._session is not None:
            self._session.close()
        if self._connection is not None:
            self._connection.close()


def session() -> Session:
    """The session of the scope this code runs in."""
    current = _scope.get()
    if current is None:
        raise RuntimeError("no scope: a door opens db.reading() or db.transaction()")
    return current.session() if isinstance(current, Reading) else current


def connection() -> Connection:
    """The connection of the scope this code runs in."""
    current = _scope.get()
    return current.connection() if isinstance(current, Reading) else session().connection()


@contextmanager
def transaction() -> Iterator[Session]:
    """A scope that changes things: committed at its end, rolled back on any exception."""
    with Session(engine(), expire_on_commit=False) as opened, _current(opened), opened.begin():
        yield opened
    for callback in opened.info.pop("after_commit", ()):
        callback()


@contextmanager
def reading() -> Iterator[Session]:
    """A `Reading` for the length of a with block."""
    scope = Reading()
    try:
        yield scope.session()
    finally:
        scope.close()


# How many lengths of its list a question remembers: pages of lists are of one, but for the last.
_SHAPES = 64


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement in the words of a database, and what turns values into its own and back."""

    sql: str
    constants: dict[str, Any]
    order: list[str] | None
    # A list has a parameter for each of its values.
    lists: dict[str, list[str]]
    takes: dict[str, Callable[[Any], Any]]
    gives: list[tuple[int, Callable[[Any], Any]]]

    def given(self, values: dict[str, Any]) -> list[Any] | dict[str, Any]:
        """Its parameters as the driver takes them."""
        named = self.constants | values
        for name, parts in self.lists.items():
            named.update(zip(parts, named.pop(name), strict=True))
        for name, convert in self.takes.items():
            named[name] = convert(named[name])
        return named if self.order is None else [named[name] for name in self.order]

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        """A row of the driver's, its values as our types have them."""
        read = list(row)
        for at, convert in self.gives:
            read[at] = convert(read[at])
        return read


class Question:
    """A statement compiled once and put to the driver itself: a fifth of the usual cost.

    For those that stand before many answers. Its parameters go by their names. Within a scope it
    sees what the scope sees, outside any what is committed.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        """Keep the statement; it is compiled for a database when it is first put to one."""
        self._statement = statement
        self._prepared: dict[tuple[object, ...], _Prepared] = {}

    def first(self, **values: Any) -> Sequence[Any] | None:
        """The first row, or None."""
        rows = self.rows(**values)
        return rows[0] if rows else None

    def rows(self, **values: Any) -> list[Sequence[Any]]:
        """All rows."""
        dialect = engine().dialect
        shape = dialect.name, *((name, len(v)) for name, v in values.items() if type(v) is list)
        prepared = self._prepared.get(shape)
        if prepared is None:
            if len(self._prepared) > _SHAPES:
                self._prepared.clear()
            prepared = self._prepared[shape] = _prepare(self._statement, dialect, values)
        found = _put(prepared.sql, prepared.given(values), dialect.loaded_dbapi.Error)
        return [prepared.read(row) for row in found] if prepared.gives else found


def _put(sql: str, given: Any, wrong: type[Exception]) -> list[Sequence[Any]]:
    """The rows that the driver has for this."""
    is_alone = _scope.get() is None
    opened = engine().raw_connection() if is_alone else connection().connection
    try:
        cursor = opened.cursor()
        cursor.execute(sql, given)
        return cast(list[Sequence[Any]], cursor.fetchall())
    except wrong as error:
        raise DBAPIError.instance(sql, given, error, wrong) from error
    finally:
        if is_alone:
            opened.close()


def _prepare(
    statement: Select[*tuple[Any, ...]], dialect: Dialect, values: dict[str, Any]
) -> _Prepared:
    compiled: Any = statement.compile(dialect=dialect)
    state = compiled.construct_expanded_state(values)
    lists = {
        name: list(state.parameter_expansion[name])
        for name in values
        if name in state.parameter_expansion
    }
    asked = set(values).union(*lists.values())
    takes = {name: state.processors[name] for name in asked if name in state.processors}
    constants = {
        name: state.processors[name](value) if name in state.processors else value
        for name, value in state.parameters.items()
        if name not in asked
    }
    gives = [
        (at, convert)
        for at, column in enumerate(statement.selected_columns)
        if (convert := _reader(column.type.dialect_impl(dialect), dialect)) is not None
    ]
    order = list(state.positiontup) if dialect.positional else None
    return _Prepared(state.statement, constants, order, lists, takes, gives)


def _reader(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(kind, Float):
        return None  # drivers give the number itself, and psycopg's reader wants its wire type
    convert: Callable[[Any], Any] | None = kind.result_processor(dialect, None)
    # The words of an enumeration are few.
    return cache(convert) if convert is not None and isinstance(kind, Enum) else convert


def after_commit(callback: Callable[[], None]) -> None:
    """Call this once the running transaction is on disk, and never if it is rolled back."""
    session().info.setdefault("after_commit", []).append(callback)


@contextmanager
def _current(opened: Session) -> Iterator[None]:
    token = _scope.set(opened)
    try:
        yield
    finally:
        _scope.reset(token)


def _make_folder(url: str) -> None:
    file = make_url(url).database
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    # Each connection keeps pages of its own, and the system has them all in memory anyway.
    connection.execute("PRAGMA cache_size=-500")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that may write takes the lock at once: upgrading a read cannot wait its turn.
    # One that only reads has no beginning: each statement sees what is committed by then, as on
    # PostgreSQL, and a page is spared two statements that cost as much as a query.
    if not connection.get_execution_options().get("readonly"):
        cast(sqlite3.Connection, connection.connection.dbapi_connection).execute("BEGIN IMMEDIATE")
