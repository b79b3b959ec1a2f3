"""What every test may ask for. The database fixture runs its tests on SQLite and PostgreSQL."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from tempfile import mkdtemp
from types import CodeType
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import Undefined
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.utils import missing as nothing
from sqlalchemy import Engine, create_engine, event, text
from whitenoise import WhiteNoise
from whitenoise.responders import Redirect, StaticFile

from tests.postgresql import Cluster
from usergroups import clock, db, language, models, queue, tokens
from usergroups.app import create_app
from usergroups.cli import main, schema
from usergroups.config import Config
from usergroups.gazetteer import build
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.web import limits

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
CHECKOUT = Path(__file__).parents[1]
SHARED = CHECKOUT.parent / "shared"
# No test fails for a machine that is busy.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
_RESTARTED = (
    "SELECT setval(format('%I', sequencename)::regclass, start_value, false) "
    "FROM pg_sequences WHERE last_value IS NOT NULL"
)


def missing(what: str, remedy: str) -> None:
    """A part of this machine that a test needs: a failure on CI, elsewhere a skip with a remedy."""
    message = f"{what} is missing: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture
def frozen_clock() -> Iterator[datetime]:
    """The clock stands at NOW."""
    with clock.frozen_at(NOW):
        yield NOW


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "usergroups.sqlite"
    engine = db.make_engine(f"sqlite:///{file}")
    schema.upgrade(engine)
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a migrated database in a throw-away PostgreSQL cluster."""
    if Cluster.binaries() is None:
        missing("PostgreSQL", "apt-get install postgresql")
    folder = Path(mkdtemp(prefix="usergroups-pg-"))
    cluster = Cluster(folder)
    try:
        url = cluster.start()
        engine = db.make_engine(url)
        schema.upgrade(engine)
        engine.dispose()
        yield url
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def broom(postgresql: str) -> Iterator[Engine]:
    """What empties the tables; its connection stays, and knows them all already."""
    engine = create_engine(postgresql)
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """No test speaks the language that one before it has chosen."""
    with language.spoken(language.DEFAULT):
        yield


@pytest.fixture(scope="session", autouse=True)
def engines() -> Iterator[None]:
    """One engine for each address: a statement that a test has compiled serves those after it."""
    with pytest.MonkeyPatch.context() as patch:
        # More statements than one installation ever asks.
        patch.setattr(db, "create_engine", partial(db.create_engine, query_cache_size=20_000))
        patch.setattr(db, "make_engine", cache(db.make_engine))
        yield


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite database of one test after another lies."""
    return tmp_path_factory.mktemp("database") / "usergroups.sqlite"


def _renew(file: Path, template: Path) -> None:
    """An empty database; whoever still holds the last one holds what has no name any more."""
    for part in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm", "-journal"))):
        part.unlink(missing_ok=True)
    shutil.copyfile(template, file)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty, migrated database that this process is bound to: each test runs on both kinds."""
    made = _sqlite(request) if request.param == "sqlite" else _postgresql(request)
    with made as url:
        engine = db.connect(url)
        tokens.sign_with("for tests only")
        yield engine
        db.engine().dispose()
        engine.dispose()


@contextmanager
def _sqlite(request: pytest.FixtureRequest) -> Iterator[str]:
    file = request.getfixturevalue("sqlite_file")
    _renew(file, request.getfixturevalue("sqlite_template"))
    yield f"sqlite:///{file}"


@contextmanager
def _postgresql(request: pytest.FixtureRequest) -> Iterator[str]:
    broom = request.getfixturevalue("broom")
    yield request.getfixturevalue("postgresql")
    _empty(broom)


def _empty(broom: Engine) -> None:
    """Take away what the test has put in: to truncate all tables takes longer than most tests."""
    held = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")"  # noqa: S608  names of our tables
        for name in models.Base.metadata.tables
    )
    with broom.begin() as connection:
        # Foreign keys and the triggers that keep the audit whole do not look.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in connection.scalars(text(held)).all():
            connection.execute(text(f'DELETE FROM "{name}"'))  # noqa: S608  names of our tables
        connection.execute(text(_RESTARTED))
        connection.execute(models.Federation.__table__.insert(), {"id": 1, "revised_at": NOW})
        connection.execute(models.GeocoderTurn.__table__.insert(), {"id": 1, "next_at": NOW})


@pytest.fixture
def config(database: Engine, tmp_path: Path) -> Config:
    """Settings as for development, everything on disk below the test's own folder."""
    return Config(
        instance_dir=tmp_path,
        database_url=database.url.render_as_string(hide_password=False),
        secret_key="for tests only",
        base_url="http://usergroups.test",
    )


@pytest.fixture(scope="session")
def gazetteer_file() -> Path:
    """The gazetteer of this checkout, built if it is not there."""
    path = CHECKOUT / "instance" / "gazetteer.sqlite"
    if not build.is_current(path):
        build.build(path)
    return path


@pytest.fixture(scope="session")
def gazetteer(gazetteer_file: Path) -> Iterator[Gazetteer]:
    """The real gazetteer, open."""
    opened = Gazetteer(gazetteer_file)
    yield opened
    opened.close()


@pytest.fixture
def count_queries(database: Engine) -> Callable[[], "contextmanager[list[str]]"]:
    """`with count_queries() as queries:` collects the statements that reach the database."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            seen.append(statement)

        engine = db.engine()  # the application of a test has one of its own
        put = db._put

        def note_question(statement, *rest):
            seen.append(statement)
            return put(statement, *rest)

        event.listen(engine, "before_cursor_execute", note)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(db, "_put", note_question)
            yield seen
        event.remove(engine, "before_cursor_execute", note)

    return counting


class _Compiled(BytecodeCache):
    """Templates as an application of an earlier test of this process has compiled them."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, ...], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[self._key(bucket)] = bucket.code

    def _key(self, bucket: Bucket) -> tuple[str, ...]:
        return language.chosen(), bucket.key, bucket.checksum


_compiled = _Compiled()


@pytest.fixture(scope="session")
def assets_once() -> Iterator[None]:
    """Built files are looked through by the first application only."""
    seen: dict[tuple[str, str | None], dict[str, StaticFile | Redirect]] = {}
    look = WhiteNoise.add_files

    def add_files(self: WhiteNoise, root: str, prefix: str | None = None) -> None:
        if (root, prefix) not in seen:
            look(self, root, prefix)
            seen[root, prefix] = dict(self.files)
        self.files.update(seen[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "add_files", add_files)
        yield


class _Known(Undefined):
    """What a template finds nowhere: nothing in a mapping, but a mistake of the page in a thing."""

    def __init__(
        self, hint: str | None = None, obj: Any = nothing, name: str | None = None, *rest: Any
    ) -> None:
        super().__init__(hint, obj, name, *rest)
        if obj is not nothing and not isinstance(obj, (Mapping, Undefined)):
            self._fail_with_undefined_error()


@pytest.fixture
def app(config: Config, gazetteer_file: Path, assets_once: None) -> Iterator[Flask]:
    """The application, bound to the test's database."""
    config.gazetteer.symlink_to(gazetteer_file)
    limits._counter.cache_clear()  # each test counts from nothing
    made = create_app(config)
    made.jinja_env.bytecode_cache = _compiled
    made.jinja_env.undefined = _Known
    made.testing = True
    yield made
    queue.announce_with(None)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies yet, and without a screen."""
    return app.test_client()


@pytest.fixture
def run(config: Config, gazetteer_file: Path) -> Callable[..., Result]:
    """`run("groups", "export")` gives the exit code, stdout and stderr of the command."""
    if not config.gazetteer.exists():
        config.gazetteer.symlink_to(gazetteer_file)
    environ = {
        "USERGROUPS_INSTANCE_DIR": str(config.instance_dir),
        "USERGROUPS_DATABASE_URL": config.database_url,
        "USERGROUPS_BASE_URL": config.base_url,
    }

    def command(*arguments: str) -> Result:
        result = CliRunner(env=environ).invoke(main, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        db.connect(config.database_url)
        return result

    return command
