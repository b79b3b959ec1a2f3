import tarfile

import pytest
from sqlalchemy import select

from tests.factories import make_group
from usergroups import db
from usergroups.models import Group

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def slugs():
    with db.reading() as session:
        return session.scalars(select(Group.slug).order_by(Group.slug)).all()


@on_sqlite
def test_what_was_backed_up_comes_back(run, config, tmp_path):
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


@on_sqlite
def test_a_backup_holds_what_was_committed_while_somebody_writes(run, tmp_path):
    archive = tmp_path / "backup.tar.gz"
    with db.transaction():
        make_group(slug="committed")
    with db.transaction():
        make_group(slug="not yet")
        assert run("backup", str(archive)).exit_code == 0
    run("restore", str(archive))
    assert slugs() == ["committed"]


@on_sqlite
def test_restoring_anything_else_changes_nothing(run, tmp_path):
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


@on_postgresql
def test_on_postgresql_its_own_tools_are_named(run, tmp_path):
    result = run("backup", str(tmp_path / "x"))
    assert (result.exit_code, result.stderr) == (
        1,
        "usergroups: this is for SQLite; for PostgreSQL use pg_dump and pg_restore\n",
    )
