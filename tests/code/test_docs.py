"""What the documents say of settings, commands and files is so."""

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import click
import pytest
from babel.messages.pofile import read_po
from flask import Flask

from tests.code.source import ROOT
from usergroups.cli import main
from usergroups.config import PREFIX, Config

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code(path: Path) -> list[str]:
    """Every line of code in a document, from blocks and from within sentences."""
    text = path.read_text()
    blocks = "\n".join(FENCE.findall(text))
    return blocks.replace("\\\n", " ").splitlines() + SPAN.findall(FENCE.sub("", text))


def row(field: Any) -> str:
    """The row that docs/configuration.md owes to a setting."""
    given = "" if field.default is MISSING else field.default
    default = f"`{given}`" if given else "`instance/`" if field.name == "instance_dir" else ""
    return f"| `{PREFIX}{field.name.upper()}` | {default} | {field.metadata['doc']} |"


def test_configuration_lists_every_setting_with_its_text_and_default() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text()
    listed = [line for line in text.splitlines() if line.startswith(f"| `{PREFIX}")]
    assert listed == [row(field) for field in fields(Config)]


def test_settings_named_elsewhere_exist() -> None:
    known = {PREFIX + field.name.upper() for field in fields(Config)}
    named = {
        word for path in DOCUMENTS for word in re.findall(r"USERGROUPS_[A-Z_]+", path.read_text())
    }
    assert named - known == set()


def test_readme_shows_the_two_commands() -> None:
    blocks = FENCE.findall((ROOT / "README.md").read_text())
    assert [block.strip() for block in blocks] == ["make run", "make test"]


def test_every_make_target_that_is_shown_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = {
        target
        for path in DOCUMENTS
        for line in code(path)
        for target in re.findall(r"(?:^|\s)make ([a-z]+)", line)
    }
    assert shown - targets == set()


def commands(path: Path) -> Iterator[list[str]]:
    """The words after `usergroups` wherever a document shows that command."""
    for line in code(path):
        if found := re.search(r"(?:^|[\s/])usergroups ((?:--?)?[a-z].*)", line):
            yield found[1].split("#")[0].split()


def resolve(words: list[str]) -> str | None:
    """What is wrong with a command line, by the tree of commands; None where nothing is."""
    command: click.Command = main
    for word in words:
        if word.startswith("--"):
            option = word.split("=")[0]
            known = {opt for param in command.params for opt in param.opts + param.secondary_opts}
            if option not in known | {"--help"}:
                return f"{command.name} has no option {option}"
        elif isinstance(command, click.Group):
            inner = command.get_command(click.Context(command), word)
            if inner is None:
                return f"{command.name} has no command {word}"
            command = inner
    return None


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_command_that_is_shown_exists(path: Path) -> None:
    wrong = {" ".join(words): fault for words in commands(path) if (fault := resolve(words))}
    assert wrong == {}


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert resolve(["groups", "explode"]) == "groups has no command explode"
    assert resolve(["serve", "--loud"]) == "serve has no option --loud"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_links_inside_the_project_lead_somewhere(path: Path) -> None:
    broken = [link for link in LINK.findall(path.read_text()) if not (path.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_files_that_are_named_exist(path: Path) -> None:
    named = {
        word
        for span in SPAN.findall(FENCE.sub("", path.read_text()))
        for word in re.findall(
            r"^((?:usergroups|templates|static|tests|migrations|docs)/[\w./-]+)$", span
        )
    }
    assert {word for word in named if not (ROOT / word).exists()} == set()


# Documents for those who use it: what they name stands on the pages.
FOR_READERS = [ROOT / "docs" / f"{name}.md" for name in ("members", "organizers", "stewards")]


@pytest.mark.parametrize("path", FOR_READERS, ids=name)
def test_bold_words_stand_on_pages(path: Path) -> None:
    with (ROOT / "usergroups/translations/de/LC_MESSAGES/messages.po").open("rb") as file:
        said = {text for message in read_po(file) for text in _texts(message.id)}
    bold = {" ".join(one.split()) for one in re.findall(r"\*\*([^*]+)\*\*", path.read_text())}
    assert len(bold) > 5
    assert bold - said == set()


def _texts(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return words if isinstance(words, tuple) else (words,)


@pytest.mark.parametrize("path", FOR_READERS, ids=name)
def test_addresses_lead_to_pages(path: Path, app: Flask) -> None:
    urls = app.url_map.bind("usergroups.test")
    named = [one for one in SPAN.findall(path.read_text()) if one.startswith("/")]
    assert named
    assert [one for one in named if not urls.test(one, "GET")] == []
