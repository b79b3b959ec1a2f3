"""Arrows only downward: the contracts of pyproject.toml hold, and would notice if they did not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.code.source import ROOT

LINTER = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_contracts_hold() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("services/events.py", "import usergroups.web", "Arrows only downward"),
        ("utils.py", '"""A drawer."""', "Arrows only downward"),
        ("formats/groups_csv.py", "import flask", "What is pure stays pure"),
        ("services/events.py", "import usergroups.clients", "The network is called from"),
    ],
)
def test_a_planted_fault_is_caught(tmp_path: Path, file: str, line: str, contract: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "usergroups", tmp_path / "usergroups")
    with (tmp_path / "usergroups" / file).open("a") as planted:
        planted.write(f"\n{line}\n")
    answer = lint(tmp_path)
    assert answer.returncode == 1
    # A module that belongs to no layer is told before any contract is.
    assert contract in answer.stdout or Path(file).stem in answer.stdout
