"""The names of towns on drawn maps."""

import os
import re
from xml.etree import ElementTree as ET

import pytest

from usergroups import assets
from usergroups.formats.map_svg import frame_round, zoom_of
from usergroups.formats.town_names import town_names
from usergroups.formats.view import Box, Row

pytestmark = pytest.mark.skipif(
    bool(assets.missing()) and os.environ.get("CI") != "true",
    reason="needs built assets: make setup",
)
FRANCE = frame_round(Box(-1, 43, 8, 49))
LIMOGES: Row = (45.83, 1.26, 1, "limoges", "UG <b>Limoges", "active", None)


def named(*pins: Row, most: int = 24) -> list[tuple[float, float, str]]:
    pieces = town_names(FRANCE, zoom_of(FRANCE.wide), pins, most=most)
    root = ET.fromstring(f"<svg>{pieces}</svg>")  # noqa: S314  our own
    return [
        (float(one.get("x", 0)), float(one.get("y", 0)), one.text or "")
        for one in root.iter("text")
    ]


def test_a_town_with_a_pin_is_named_before_larger_ones() -> None:
    assert "Limoges" not in [name for *_, name in named()]
    assert [name for *_, name in named(LIMOGES, most=1)] == ["Limoges"]


def test_its_dot_is_left_out_and_its_name_is_beside_the_pin() -> None:
    assert "<circle" not in town_names(FRANCE, 6, [LIMOGES], most=1)


def test_no_name_stands_over_another() -> None:
    found = named()
    assert len(found) > 8
    for x, y, name in found:
        others = [one for one in found if one[2] != name and abs(one[1] - y) < 12]
        assert all(x + len(name) * 6 < one[0] or one[0] + len(one[2]) * 6 < x for one in others)


def test_what_is_kept_free_stays_free() -> None:
    everything = (0, 0, FRANCE.width, FRANCE.height)
    assert not town_names(FRANCE, 6, kept_free=[everything], most=9)


def test_names_go_on_beyond_the_date_line() -> None:
    fiji = frame_round(Box(177.4, -17.6, 180.1, -16.8))
    pieces = town_names(fiji, 9, most=9)
    places = [float(x) for x in re.findall(r'<text class="t" x="([-0-9.]+)"', pieces)]
    assert places
    assert all(0 < x < fiji.width for x in places)
