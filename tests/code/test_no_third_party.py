"""No page asks anything of a third party, and no file says where packages come from."""

import re
from pathlib import Path

import pytest

from tests.code.source import ROOT, files

TEXT = (
    ".py",
    ".html",
    ".xml",
    ".txt",
    ".css",
    ".js",
    ".mjs",
    ".json",
    ".svg",
    ".md",
    ".toml",
    ".sql",
)
FOLDERS = ("usergroups", "templates", "static", "migrations", "docs", ".make", ".ci", ".locks")
# Hosts that hand out scripts, fonts, tiles or packages.
SUPPLIERS = re.compile(
    r"\b(unpkg|jsdelivr|cdnjs|cloudflare|googleapis|gstatic|bootstrapcdn|jquery\.com|"
    r"tile\.openstreetmap|npmjs|npmmirror|pypi\.org|pythonhosted|esm\.sh|skypack)",
    re.IGNORECASE,
)
# How a page, a style sheet or a script loads something; links that people follow are none.
LOADS = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed|object|use)\b[^>]*\b(?:src|srcset|data|href)\s*=\s*["']\s*(?:https?:)?//"""
    r"""|<link\b(?![^>]*rel=["'](?:canonical|alternate|license|me)["'])[^>]*href\s*=\s*["']\s*(?:https?:)?//"""
    r"""|url\(\s*["']?(?:https?:)?//"""
    r"""|@import\s+["'](?:https?:)?//"""
    r"""|\b(?:fetch|import|importScripts)\s*\(\s*["'`](?:https?:)?//"""
    r"""|\bfrom\s+["'](?:https?:)?//""",
    re.IGNORECASE,
)


def ours() -> list[Path]:
    """Every text file that we write, but the tests."""
    inside = [path for folder in FOLDERS for path in files(folder, *TEXT, "")]
    beside = [path for path in ROOT.iterdir() if path.suffix in TEXT or path.name == "Makefile"]
    return [path for path in inside + beside if path.is_file()]


@pytest.mark.parametrize("pattern", [SUPPLIERS, LOADS], ids=["suppliers", "loads"])
def test_nothing_comes_from_elsewhere(pattern: re.Pattern[str]) -> None:
    found = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in ours()
        for match in pattern.finditer(path.read_text())
    }
    assert found == set()


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://example.org/a.js">',
        '<link rel="stylesheet" href="//example.org/a.css">',
        "background: url(https://example.org/a.png)",
        'import {a} from "https://example.org/a.js"',
    ],
)
def test_a_load_is_recognised(text: str) -> None:
    assert LOADS.search(text)


def test_a_link_is_no_load() -> None:
    assert not LOADS.search('<a href="https://example.org/">there</a>')


def test_locks_pin_by_hash_and_name_no_address() -> None:
    for path in files(".locks", ".txt"):
        text = path.read_text()
        assert "://" not in text, path
        requirements = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
        assert [r for r in requirements if "--hash=sha256:" not in r] == [], path
    packages = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in packages
    assert packages.count('"integrity"') == packages.count('"node_modules/')
