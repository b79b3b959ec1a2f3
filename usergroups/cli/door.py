"""What every command shares: help that reads like a page, clear words and a code at its end.

Exit codes: 0 done; 1 something could not be done, and was named; 2 the command line is wrong.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from usergroups.errors import DomainError

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Thing = TypeVar("Thing")

# Characters of a sentence that help never cuts: more than any has.
_WHOLE = 500


class Door(click.Group):
    """A command group whose help reads like a page, and which refuses in one line.

    `sections` puts its commands under headings; without it they stand under one.
    """

    sections: Mapping[str, Iterable[str]] = MappingProxyType({})

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command with its first sentence, whole."""
        for title, names in (self.sections or {"Commands": self.list_commands(ctx)}).items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (name, command.get_short_help_str(_WHOLE))
                        for name, command in commands
                        if command
                    ]
                )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first word; where there is none, those that are spelled nearly so."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as unknown:
            raise click.NoSuchCommand(
                unknown.command_name, possibilities=self.list_commands(ctx), ctx=ctx
            ) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a DomainError ends it with code 1 and its sentence."""
        try:
            return super().invoke(ctx)
        except DomainError as refused:
            err.print(f"usergroups: {refused}", style="red", markup=False)
            ctx.exit(1)


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


def counted(number: int, word: str) -> str:
    """A number of things in English: `1 meetup`, `2 meetups`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def show(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; in a pipe as aligned columns, nothing cut off: programs read it, too."""
    if out.is_terminal:
        table = Table(*head, box=SIMPLE_HEAD, header_style="bold")
        for row in rows:
            table.add_row(*map(Text, row))
        out.print(table)
        return
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        out.print("  ".join(cells).rstrip(), markup=False)
