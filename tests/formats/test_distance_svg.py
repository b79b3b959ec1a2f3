import os
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from usergroups import assets
from usergroups.formats.distance_svg import HEIGHT, WIDTH, Neighbour, render_distances
from usergroups.formats.map_svg import STYLE

pytestmark = pytest.mark.skipif(
    bool(assets.missing()) and os.environ.get("CI") != "true",
    reason="needs built assets: make setup",
)

SVG = "{http://www.w3.org/2000/svg}"
BUDAPEST, SUVA = (47.4979, 19.0402), (-18.1416, 178.4419)
GYOR = Neighbour(47.6875, 17.6504, "dormant", 108)
VIENNA = Neighbour(48.2082, 16.3738, "active", 214)


def drawn(middle: tuple[float, float], *neighbours: Neighbour, ring_km: float = 50) -> ET.Element:
    words: dict[str, Any] = {"title": "Near <Budapest>", "description": "Groups & distances"}
    text = render_distances(middle, neighbours, ring_km=ring_km, **words)
    return ET.fromstring(text)  # noqa: S314  we wrote it ourselves


def circles(root: ET.Element) -> dict[str, tuple[float, float, float]]:
    return {
        str(one.get("class")): tuple(float(one.get(name, "")) for name in ("cx", "cy", "r"))
        for one in root.iter(f"{SVG}circle")
    }  # type: ignore[return-value]


def test_neighbours_are_dots_with_the_numbers_of_the_list() -> None:
    root = drawn(BUDAPEST, GYOR, VIENNA)
    found = circles(root)
    assert set(found) == {"k", "g dormant", "g active"}
    assert [one.text for one in root.iter(f"{SVG}text")] == ["2", "1"]
    middle, near, far = found["k"], found["g dormant"], found["g active"]
    assert middle[:2] == (WIDTH / 2, HEIGHT / 2)
    # Kilometres are to scale: the ring of 50, Győr at 108, Vienna at 214, all to the west.
    for dot, km in ((near, 108), (far, 214)):
        away = ((dot[0] - middle[0]) ** 2 + (dot[1] - middle[1]) ** 2) ** 0.5
        assert away == pytest.approx(middle[2] * km / 50, rel=0.03)
        assert dot[0] < middle[0]


def test_words_are_escaped_and_the_style_is_the_maps() -> None:
    root = drawn(BUDAPEST)
    assert root.find(f"{SVG}title").text == "Near <Budapest>"  # type: ignore[union-attr]
    assert root.find(f"{SVG}style").text == STYLE  # type: ignore[union-attr]


def test_without_a_rule_there_is_no_ring() -> None:
    assert circles(drawn(BUDAPEST, ring_km=0)) == {}


def test_the_antimeridian_is_no_edge() -> None:
    apia = Neighbour(-13.8333, -171.7667, "active", 1150)
    found = circles(drawn(SUVA, apia))
    assert WIDTH / 2 < found["g active"][0] < WIDTH


def test_what_is_too_far_stays_in_the_list_alone() -> None:
    tokyo = Neighbour(35.68, 139.69, "active", 9000)
    assert set(circles(drawn(BUDAPEST, GYOR, tokyo))) == {"k", "g dormant"}


@pytest.mark.parametrize("middle", [(90, 0), (-90, 180), (0, -180), (78.2, 15.6)])
def test_the_ends_of_the_earth_are_drawn(middle: tuple[float, float]) -> None:
    assert drawn(middle, GYOR).get("role") == "img"
