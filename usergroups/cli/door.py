"""What every command shares: settings and database at its start, clear words and a code at its end.

Exit codes: 0 done; 1 something could not be done, and was named; 2 the command line is wrong.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from usergroups import db, tokens
from usergroups.cli import schema
from usergroups.config import Config
from usergroups.errors import DomainError, SetupError

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Thing = TypeVar("Thing")


class Door(click.Group):
    """A command group that tells expected refusals in one line instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a DomainError ends it with code 1 and its sentence."""
        try:
            return super().invoke(ctx)
        except DomainError as refused:
            err.print(f"usergroups: {refused}", style="red", markup=False)
            ctx.exit(1)


def settings() -> Config:
    """The settings, with this process bound to the database they name."""
    config = Config.from_env()
    db.connect(config.database)
    tokens.sign_with(config.secret())
    return config


def ready() -> Config:
    """The settings, with a database that has the tables of this release."""
    config = settings()
    with db.reading() as session:
        at = schema.revision(session.connection())
    if at != schema.newest():
        raise SetupError("the database is not up to date: run `usergroups db upgrade`")
    return config


def progress(things: Iterable[Thing], *, what: str, total: int) -> Iterator[Thing]:
    """The things one by one, with a bar where somebody is looking; silent in a pipe."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty()) as bar:
        yield from bar.track(things, description=what, total=total)


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that leaves nothing behind (`--dry-run`)."""
    with db.transaction() as session:
        yield
        session.rollback()
