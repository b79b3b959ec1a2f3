"""Templates compile, keep to the content security policy, and escape what people wrote."""

import itertools
import re
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
