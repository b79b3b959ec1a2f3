import tarfile

import pytest
from sqlalchemy import select

from tests.factories import make_group
from usergroups import db
from usergroups.models import Group


@pytest.fixture
def sqlite_only(database):
    if database.dialect.name != "sqlite":
        pytest.skip("backup is SQLite's; PostgreSQL has pg_dump (tested below)")


def slugs():
    with db.reading() as session:
        return session.scalars(select(Group.slug).order_by(Group.slug)).all()


def test_what_was_backed_up_comes_back(sqlite_only, run, config, tmp_path):
    archive = tmp_path / "backup.tar.gz"
    with db.transaction():
        make_group(slug="before")
    (config.uploads / "logos").mkdir(parents=True)
    (config.uploads / "logos" / "a.png").write_bytes(b"png")
    assert run("backup", str(archive)).exit_code == 0
    with db.transaction():
        make_group(slug="after")
    (config.uploads / "logos" / "a.png").write_bytes(b"other")
    result = run("restore", str(archive))
    assert (result.exit_code, result.stdout) == (0, f"restored from {archive}\n")
    assert slugs() == ["before"]
    assert (config.uploads / "logos" / "a.png").read_bytes() == b"png"


def test_a_backup_holds_what_was_committed_while_somebody_writes(sqlite_only, run, tmp_path):
    archive = tmp_path / "backup.tar.gz"
    with db.transaction():
        make_group(slug="committed")
    with db.transaction():
        make_group(slug="not yet")
        assert run("backup", str(archive)).exit_code == 0
    run("restore", str(archive))
    assert slugs() == ["committed"]


def test_restoring_anything_else_changes_nothing(sqlite_only, run, tmp_path):
    with db.transaction():
        make_group(slug="kept")
    text = tmp_path / "text.tar.gz"
    text.write_text("no archive")
    empty = tmp_path / "empty.tar.gz"
    tarfile.open(empty, "w:gz").close()
    for file, words in ((text, "no backup that can be read"), (empty, "is no backup")):
        result = run("restore", str(file))
        assert result.exit_code == 1
        assert words in result.stderr
    assert slugs() == ["kept"]


def test_on_postgresql_its_own_tools_are_named(database, run, tmp_path):
    if database.dialect.name != "postgresql":
        pytest.skip("SQLite is tested above")
    result = run("backup", str(tmp_path / "x"))
    assert (result.exit_code, result.stderr) == (
        1,
        "usergroups: this is for SQLite; for PostgreSQL use pg_dump and pg_restore\n",
    )
