"""Templates compile, keep to the content security policy, and escape what people wrote."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment

from tests.code.source import ROOT, files
from usergroups import emails
from usergroups.app import create_app
from usergroups.config import Config

TEMPLATES = files("templates", ".html", ".txt", ".xml", ".svg", ".css")
INLINE = re.compile(
    r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")|<style\b"
    r"|<[^>]*\s(?:style|on[a-z]+)\s*=|javascript:",
    re.IGNORECASE,
)
UNESCAPED = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false")


def named(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


def test_there_are_templates() -> None:
    assert TEMPLATES


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Jinja as the application sets it up, with its filters and globals."""
    config = Config(instance_dir=tmp_path_factory.mktemp("instance"), secret_key="for tests only")
    return create_app(config).jinja_env


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_it_compiles(environment: Environment, path: Path) -> None:
    written = emails.environment() if named(path).startswith("email/") else environment
    written.get_template(named(path))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_inline_script_or_style(path: Path) -> None:
    found = INLINE.findall(path.read_text())
    # A mail cannot bring files along: its style sheet stands in it, once, in the layout.
    assert found == (["<style"] if named(path) == "email/layout.html" else [])


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_what_is_not_escaped_says_why(path: Path) -> None:
    lines = ["", *path.read_text().splitlines()]
    silent = [
        line
        for before, line in itertools.pairwise(lines)
        if UNESCAPED.search(line) and "{#" not in line and "#}" not in before
    ]
    assert silent == []


def given() -> Iterator[tuple[str, str]]:
    """Every name that a module of web gives to templates, with the file that gives it."""
    single = re.compile(
        r'add_app_template_(?:filter|global)\((?:([\w.]+)|.*?, "(\w+)")\)', re.DOTALL
    )
    many = re.compile(r"(?:filters|globals)\.update\((.*?)\n?    \)", re.DOTALL)
    for path in sorted((ROOT / "usergroups" / "web").glob("*.py")):
        text = path.read_text()
        for function, name in single.findall(text):
            yield name or function.rpartition(".")[2], path.name
        for names in many.findall(text):
            yield from ((name, path.name) for name in re.findall(r"\b(\w+)=", names))


def test_no_name_is_given_to_templates_twice() -> None:
    """The second would take the place of the first, in the templates of somebody else."""
    counted = Counter(name for name, _ in given())
    assert {"markdown", "talk_kind", "desk_pages"} <= set(counted)
    assert {name: n for name, n in counted.items() if n > 1} == {}
