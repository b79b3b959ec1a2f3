import sys
from pathlib import Path

import pytest

from usergroups.gazetteer import build


def test_a_second_build_changes_nothing(
    gazetteer_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    before = gazetteer_file.stat()
    monkeypatch.setattr(sys, "argv", ["build", str(gazetteer_file)])
    build.main()
    after = gazetteer_file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert capsys.readouterr().out == f"Gazetteer {gazetteer_file} is up to date.\n"


def test_a_build_that_fails_leaves_what_was_there(tmp_path: Path):
    path = tmp_path / "instance" / "gazetteer.sqlite"
    path.parent.mkdir()
    path.write_text("the old one")

    def interrupt(_step: str, done: float) -> None:
        if done > 0.1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.build(path, interrupt)
    assert [file.name for file in path.parent.iterdir()] == ["gazetteer.sqlite"]
    assert path.read_text() == "the old one"
