"""The code, read as text and as syntax, for the tests that judge it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "usergroups"
# What npm brought or a step built: not ours to judge.
BUILT = (ROOT / "static" / "vendor", ROOT / "static" / "basemap")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of the package."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its path as one writes it: usergroups/services/events.py."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def explains(self, line: int) -> bool:
        """Whether a comment stands on this line (counted from 1) or on the one before."""
        return "#" in self.lines[line - 1] or self.lines[line - 2].lstrip().startswith("#")


def modules(*folders: str) -> list[Module]:
    """The package's files, or those of some of its folders and single files."""
    roots = [PACKAGE / folder for folder in folders] or [PACKAGE]
    found = [path for root in roots for path in ([root] if root.suffix else root.rglob("*.py"))]
    return [_read(path) for path in sorted(found)]


def _read(path: Path) -> Module:
    text = path.read_text()
    return Module(path, text, ast.parse(text))


def files(folder: str, *suffixes: str) -> list[Path]:
    """Our own files with these endings in a folder of the checkout."""
    return sorted(
        path
        for path in (ROOT / folder).rglob("*")
        if path.suffix in suffixes and not any(path.is_relative_to(built) for built in BUILT)
    )
