import os
import re
import subprocess
import sys

import pytest

from usergroups import assets
from usergroups.formats import group_map
from usergroups.formats.group_map import VIEWS, Tiles, render_map, script_of

pytestmark = pytest.mark.skipif(
    bool(assets.missing()) and os.environ.get("CI") != "true",
    reason="needs built assets: make setup",
)

TILES = Tiles(url="https://tiles.example.org/{z}/{x}/{y}.png", attribution="© Example")


@pytest.mark.parametrize("view", VIEWS)
def test_two_builds_give_the_same_bytes(view: group_map.View) -> None:
    first = render_map(view)
    render_map.cache_clear()
    assert render_map(view) == first


def test_two_processes_give_the_same_bytes() -> None:
    code = "from usergroups.formats.group_map import render_map; print(render_map().digest)"
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert other.stdout.strip() == render_map().digest


def test_a_page_loads_our_files_and_no_others() -> None:
    pieces = render_map("europe")
    assert pieces.element_id == "map_groups"
    assert pieces.styles == (
        assets.url("vendor/leaflet/leaflet.css"),
        assets.url("css/components/map.css"),
    )
    assert sorted(pieces.scripts) == sorted(
        assets.url(name)
        for name in (
            "vendor/leaflet/leaflet.js",
            "map/names.js",
            "map/basemap.js",
            "map/pins.js",
            "map/groups.js",
        )
    )
    assert pieces.scripts[0] == assets.url("vendor/leaflet/leaflet.js")


@pytest.mark.parametrize("view", VIEWS)
def test_the_script_names_our_addresses_and_no_others(view: group_map.View) -> None:
    script = render_map(view).script
    assert re.findall(r'"([^"]*/[^"]*)"', script) == [
        "/map/groups.json",
        "/groups/",
        assets.url("basemap/"),
    ]
    assert "://" not in script
    assert "`" not in script


def test_tiles_are_used_only_where_the_operator_set_them() -> None:
    script = render_map("world", TILES).script
    assert re.findall(r"https?://[^\"]*", script) == [TILES.url]
    assert "vectorBasemap" not in script


def test_any_process_finds_a_script_by_its_digest() -> None:
    for tiles in (None, TILES):
        for view in VIEWS:
            pieces = render_map(view, tiles)
            assert script_of(pieces.digest, tiles) == pieces.script
    assert script_of("0" * 16) is None


def test_views_differ_in_their_scripts_alone() -> None:
    pieces = [render_map(view) for view in VIEWS]
    assert len({one.digest for one in pieces}) == len(VIEWS)
    assert len({(one.element_id, one.styles, one.scripts) for one in pieces}) == 1


def test_folium_is_not_loaded_before_a_map_is_wanted() -> None:
    code = "import sys, usergroups.formats.group_map; print('folium' in sys.modules)"
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert other.stdout.strip() == "False"
