import os
from xml.etree import ElementTree as ET

import pytest

from usergroups import assets
from usergroups.formats import place_svg

pytestmark = pytest.mark.skipif(
    bool(assets.missing()) and os.environ.get("CI") != "true",
    reason="needs built assets: make setup",
)
PLACES = {"Paris": (48.85, 2.35), "Taveuni": (-16.8, 179.9), "pole": (90, 0), "south": (-90, 0)}


@pytest.mark.parametrize("at", PLACES.values(), ids=PLACES.keys())
def test_a_place_has_a_map_wherever_it_is(at: tuple[float, float]) -> None:
    drawn = place_svg.render_place(*at, [], title="Map", description="A & B <i>")
    root = ET.fromstring(drawn)  # noqa: S314 - our own
    assert root.find("{http://www.w3.org/2000/svg}desc").text == "A & B <i>"
    assert len(drawn.encode()) < 40_000


def test_towns_are_named_and_a_group_nearby_is_a_dot() -> None:
    near = (49.26, 4.03, 1, "reims", "UG Reims", "quiet", None)
    drawn = place_svg.render_place(48.85, 2.35, [near], title="", description="")
    assert ">Troyes</text>" in drawn
    assert drawn.count('class="g quiet"') == 1
    assert "UG Reims" not in drawn


def test_the_box_asked_for_is_a_view_of_the_index() -> None:
    box = place_svg.box_round(89, 179)
    assert (box.north, box.south < 89, box.east > 180) == (90, True, True)
