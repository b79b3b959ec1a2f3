"""`usergroups groups …`: a list of groups, in and out."""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click

from usergroups import db
from usergroups.cli.door import Door, err, out, progress
from usergroups.cli.settings import ready, undone
from usergroups.config import Config
from usergroups.errors import DomainError, InvalidInputError
from usergroups.formats.groups_csv import GroupsFileError, Line, read_groups, write_groups
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.queries.groups import every_group
from usergroups.services import group_import


@click.group(cls=Door)
def groups() -> None:
    """Take in and give out the list of groups."""


@groups.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
def take_in(file: Path, *, dry_run: bool) -> None:
    """Make and change groups from a CSV file.

    Importing it twice changes nothing. A bad row is named with its line and left out; the good ones
    stand, and the exit code is 1.

    \b
    Columns: name, city, country (required); slug, region, latitude, longitude,
    timezone, founded_on, website, status, members.

    \b
    Example:
      usergroups groups import groups.csv --dry-run
    """
    config = ready()
    lines = _read(file)
    scope: AbstractContextManager[Any] = undone() if dry_run else db.transaction()
    with scope:
        outcomes = Counter(_outcomes(lines, config, file))
    words = [f"{outcomes[word]} {word}" for word in ("added", "updated", "unchanged", "bad")]
    out.print(("would be: " if dry_run else "") + ", ".join(words))
    if outcomes["bad"]:
        raise click.exceptions.Exit(1)


@groups.command()
def export() -> None:
    """Print all groups as CSV, as import reads it."""
    ready()
    with db.reading():
        click.echo(write_groups(every_group()), nl=False)


def _read(file: Path) -> list[Line]:
    try:
        return read_groups(file.read_bytes())
    except GroupsFileError as wrong:
        raise DomainError(f"{file}: {wrong}") from wrong


def _outcomes(lines: list[Line], config: Config, file: Path) -> Iterator[str]:
    gazetteer = Gazetteer(config.gazetteer)
    for line in progress(lines, what="groups", total=len(lines)):
        reason = line.reason
        if line.row is not None:
            try:
                yield group_import.take_in(line.row, gazetteer).outcome.value
                continue
            except InvalidInputError as refused:
                reason = str(refused)
        err.print(f"{file}:{line.number}: {reason}", style="red", markup=False)
        yield "bad"
