"""`usergroups backup` and `restore`: the default database and the uploads, in one file."""

import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy import make_url

from usergroups import clock
from usergroups import db as database
from usergroups.cli import schema
from usergroups.cli.door import out
from usergroups.cli.settings import ready, settings
from usergroups.config import Config
from usergroups.errors import DomainError
from usergroups.services import charter

_DATABASE = "usergroups.sqlite"
_LABEL = "usergroups-backup.json"


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write database and uploads to FILE, also while it serves.

    FILE is a gzipped tar archive of the SQLite database and the uploads; for PostgreSQL there is
    pg_dump.

    \b
    Example:
      usergroups backup /var/backups/groups-$(date +%F).tar.gz
    """
    config = ready()
    source = _sqlite_file(config)
    unfinished = file.with_name(f".{file.name}.part")
    with tempfile.TemporaryDirectory() as folder, tarfile.open(unfinished, "w:gz") as archive:
        copy = Path(folder) / _DATABASE
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as still:
            live.backup(still)
        _add_label(archive)
        archive.add(copy, _DATABASE)
        if config.uploads.is_dir():
            archive.add(config.uploads, "uploads")
    unfinished.replace(file)  # a backup that was cut short never takes the name of a whole one
    out.print(f"{file}: {file.stat().st_size:,} bytes", markup=False)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put database and uploads back as FILE has them.

    What is there now is replaced. A backup of an older release is migrated.
    """
    config = settings()
    target = _sqlite_file(config)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        _unpack(file, Path(folder))
        copy = Path(folder) / _DATABASE
        _check_whole(file, copy)
        # Through SQLite itself, so that processes that have the file open see a whole change.
        with closing(sqlite3.connect(copy)) as still, closing(sqlite3.connect(target)) as live:
            still.backup(live)
        _put_uploads(Path(folder) / "uploads", config.uploads)
    schema.upgrade(database.engine())
    with database.transaction():
        charter.found()
    out.print(f"restored from {file}", markup=False)


def _sqlite_file(config: Config) -> Path:
    url = make_url(config.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise DomainError("this is for SQLite; for PostgreSQL use pg_dump and pg_restore")
    return Path(url.database)


def _add_label(archive: tarfile.TarFile) -> None:
    content = json.dumps({"revision": schema.newest(), "at": clock.now().isoformat()}).encode()
    label = tarfile.TarInfo(_LABEL)
    label.size = len(content)
    archive.addfile(label, io.BytesIO(content))


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file, "r:gz") as archive:
            if _LABEL not in archive.getnames():
                raise DomainError(f"{file} is no backup: {_LABEL} is not in it")
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError) as broken:
        raise DomainError(f"{file} is no backup that can be read: {broken}") from broken


def _check_whole(file: Path, copy: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as still:
            verdict = still.execute("PRAGMA integrity_check").fetchone()[0]
            still.execute("SELECT version_num FROM alembic_version")
    except sqlite3.Error as broken:
        raise DomainError(f"the database in {file} cannot be read: {broken}") from broken
    if verdict != "ok":
        raise DomainError(f"the database in {file} is damaged: {verdict}")


def _put_uploads(given: Path, uploads: Path) -> None:
    if not given.is_dir():
        return
    before = uploads.with_name("uploads.before")
    if uploads.exists():
        uploads.rename(before)
    given.rename(uploads)
    if before.exists():
        shutil.rmtree(before)  # last of all: until here an interruption lost nothing
