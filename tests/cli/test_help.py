"""Help reads like a page, a slip of the fingers is understood, tables are for those who look."""

from collections.abc import Iterator
from io import StringIO

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from tests.code.source import ROOT
from usergroups.cli import door, main


def commands(
    command: click.Command = main, path: str = "usergroups"
) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            assert inner is not None
            yield from commands(inner, f"{path} {name}")


COMMANDS = dict(commands())


def said(*words: str) -> str:
    return CliRunner().invoke(main, words, terminal_width=80).output


@pytest.mark.parametrize("path", COMMANDS)
def test_help_of_each_command_is_whole_sentences_within_a_terminal(path):
    text = said(*path.split()[1:], "--help")
    assert max(map(len, text.splitlines())) <= 80
    assert "..." not in text.split("\n", 1)[1]
    first = (COMMANDS[path].help or "").split("\n")[0]
    assert first.endswith((".", ")."))
    assert all(
        option.help for option in COMMANDS[path].params
        if isinstance(option, click.Option) and option.name not in {"host", "port", "workers"}
    )  # fmt: skip


def test_every_command_stands_below_a_heading():
    assert isinstance(main, door.Door)
    listed = [name for names in main.sections.values() for name in names]
    assert sorted(listed) == sorted(main.list_commands(click.Context(main)))


@pytest.mark.parametrize(
    ("words", "meant"),
    [(("serv",), "'serve'"), (("sources", "snyc"), "'sync'"), (("groups", "exprot"), "'export'")],
)
def test_what_was_meant_is_offered(words, meant):
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, meant in result.stderr) == (2, True)


def test_the_page_about_commands_names_each_with_its_options():
    page = (ROOT / "docs" / "commands.md").read_text()
    leaves = {path: one for path, one in COMMANDS.items() if not isinstance(one, click.Group)}
    assert [path for path in leaves if f"`{path}" not in page] == []
    options = {
        (path, option.opts[-1])
        for path, one in leaves.items()
        for option in one.params
        if isinstance(option, click.Option) and f"`{option.opts[-1]}" not in page
    }
    assert options == set()


def test_tables_have_lines_and_no_markup_where_somebody_looks(monkeypatch):
    shown = StringIO()
    monkeypatch.setattr(door, "out", Console(file=shown, force_terminal=True, width=60))
    door.show(("AT", "NAME"), [("today", "[red]x[/red]")])
    assert "[red]x[/red]" in shown.getvalue()
    assert "─" in shown.getvalue()


def test_tables_in_a_pipe_are_columns(monkeypatch):
    shown = StringIO()
    monkeypatch.setattr(door, "out", Console(file=shown, width=20, soft_wrap=True))
    door.show(("AT", "NAME"), [("today", "a name longer than the paper"), ("x", "b")])
    assert shown.getvalue() == ("AT     NAME\ntoday  a name longer than the paper\nx      b\n")
