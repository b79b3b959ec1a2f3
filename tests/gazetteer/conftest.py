"""The real gazetteer, built once for all: it is the same file that `make setup` builds."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from usergroups.gazetteer.build import build, is_current
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.paths import ROOT


@pytest.fixture(scope="session")
def gazetteer_file() -> Path:
    path = ROOT / "instance" / "gazetteer.sqlite"
    if not is_current(path):
        build(path)
    return path


@pytest.fixture(scope="session")
def gazetteer(gazetteer_file: Path) -> Iterator[Gazetteer]:
    with closing(Gazetteer(gazetteer_file)) as opened:
        yield opened
