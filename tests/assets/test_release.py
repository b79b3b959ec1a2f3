import os
from pathlib import Path

import pytest

from usergroups import paths
from usergroups.assets import missing, release, url
from usergroups.assets.release import BUILT, sources
from usergroups.errors import SetupError


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "STATIC", tmp_path)
    for name in (*BUILT, "css/base.css"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    release.cache_clear()
    yield tmp_path
    release.cache_clear()


def fresh() -> str:
    release.cache_clear()
    return release()


def test_an_address_carries_the_release(static: Path) -> None:
    assert url("css/base.css") == f"/static/{release()}/css/base.css"
    assert len(release()) == 12


def test_the_release_changes_with_content_and_names(static: Path) -> None:
    before = fresh()
    (static / "css" / "base.css").write_text("other")
    changed = fresh()
    (static / "css" / "base.css").rename(static / "css" / "other.css")
    assert len({before, changed, fresh()}) == 3


def test_the_release_heeds_neither_dates_nor_compressed_copies(static: Path) -> None:
    before = fresh()
    os.utime(static / "css" / "base.css", (1, 1))
    (static / "css" / "base.css.br").write_bytes(b"x")
    (static / "css" / "base.css.gz").write_bytes(b"y")
    assert fresh() == before
    assert [path.name for path in sources(static / "css")] == ["base.css"]


def test_a_missing_build_says_how_to_make_it(static: Path) -> None:
    (static / "basemap" / "labels.json").unlink()
    assert missing() == ["basemap/labels.json"]
    with pytest.raises(SetupError, match=r"labels\.json has not been built: run `make setup`"):
        fresh()
