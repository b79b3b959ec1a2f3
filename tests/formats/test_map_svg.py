import base64
import hashlib
import os
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from usergroups import assets, paths
from usergroups.errors import SetupError
from usergroups.formats import ground_svg, map_svg
from usergroups.formats.map_svg import CONTENT_SECURITY_POLICY, STYLE, render_svg, view_of
from usergroups.formats.mercator import mercator_point
from usergroups.formats.view import Box, GroupPlace
from usergroups.formats.viewport import GroupIndex

pytestmark = pytest.mark.skipif(
    bool(assets.missing()) and os.environ.get("CI") != "true",
    reason="needs built assets: make setup",
)

SVG = "{http://www.w3.org/2000/svg}"
PIN = (52.52, 13.405, 1, "berlin", "Berlin", "active", None)
CLUSTER = (48.85, 2.35, 12, "4-1")


def drawn(*rows: Any, region: map_svg.Region = "europe") -> ET.Element:
    text = render_svg(rows, map_svg.FRAMES[region], title="Groups", description="Where they are")
    return ET.fromstring(text)  # noqa: S314 - we wrote it ourselves


@pytest.mark.parametrize("region", ["europe", "world"])
def test_the_map_is_an_image_with_a_name_and_a_description(region: map_svg.Region) -> None:
    root = drawn(region=region)
    assert root.get("role") == "img"
    labels = root.get("aria-labelledby", "").split()
    texts = [root.find(f".//*[@id='{label}']").text for label in labels]
    assert texts == ["Groups", "Where they are"]


def test_a_group_is_a_dot_of_its_status_where_it_is() -> None:
    (dot,) = (one for one in drawn(PIN).iter(f"{SVG}path") if one.get("class") == "g active")
    x, y = re.findall(r"[0-9.]+", dot.get("transform", ""))
    assert (round(float(x)), round(float(y))) == (439, 463)


def test_each_state_has_a_shape_of_its_own() -> None:
    europe = map_svg.FRAMES["europe"]
    drawn_as = {state: render_svg([(*PIN[:5], state, None)], europe, title="", description="")
                for state in map_svg.SHAPES}  # fmt: skip
    marks = {re.search(r' d="([^"]*)"/><path class="o"[^>]* d="([^"]*)"', one).groups()
             for one in drawn_as.values()}  # fmt: skip
    assert len(marks) == len(drawn_as) == 5


def test_a_cluster_says_how_many_it_holds() -> None:
    root = drawn(CLUSTER)
    assert [one.get("class") for one in root.iter(f"{SVG}circle")] == ["g many"]
    assert [one.text for one in root.iter(f"{SVG}text")] == ["12", map_svg.CREDIT]


def test_words_are_escaped() -> None:
    hostile = "<script>alert(1)</script>&\"'"
    row = (*PIN[:5], '"/><script>alert(1)</script>', None)
    text = render_svg([row], map_svg.FRAMES["europe"], title=hostile, description=hostile)
    assert "<script" not in text
    assert ET.fromstring(text).find(f"{SVG}title").text == hostile  # noqa: S314 - our own


def test_the_policy_allows_the_style_sheet_alone() -> None:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" == CONTENT_SECURITY_POLICY
    text = render_svg([PIN, CLUSTER], map_svg.FRAMES["europe"], title="t", description="d")
    assert re.findall(r"<style>(.*?)</style>", text) == [STYLE]
    assert " style=" not in text
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize(("region", "most"), [("europe", 260_000), ("world", 140_000)])
def test_the_map_shows_land_and_stays_small(region: map_svg.Region, most: int) -> None:
    root = drawn(region=region)
    classes = {path.get("class") for path in root.iter(f"{SVG}path")}
    assert {"s", "l", "c", "b", "w", "r"} <= classes
    assert len(ET.tostring(root)) < most


def test_the_view_is_one_that_the_index_answers() -> None:
    home = GroupPlace(
        latitude=52.5, longitude=13.4, slug="a", name="A", status="quiet", country="DE"
    )
    rows = GroupIndex([home]).viewport(*view_of("europe"))
    dots = [one.get("class") for one in drawn(*rows).iter() if "g " in one.get("class", "")]
    assert dots == ["g quiet"]


def test_a_missing_ground_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    ground_svg.ground.cache_clear()
    monkeypatch.setattr(paths, "STATIC", tmp_path)
    with pytest.raises(SetupError, match="make setup"):
        drawn(region="world")


@pytest.mark.parametrize(
    ("box", "level"),
    [
        (Box(2.3, 48.8, 2.3, 48.8), "w10"),  # one group
        (Box(-5, 42, 8, 51), "w50"),  # a country
        (Box(-125, 25, -67, 49), "w50"),
        (Box(27, 41, 190, 78), "w110"),  # across the date line
        (Box(-180, -90, 180, 90), "w110"),
        (Box(0, 85, 0, 90), "w10"),
    ],
)
def test_a_frame_shows_its_box_with_room_around_it(box: Box, level: str) -> None:
    frame = map_svg.frame_round(box)
    assert (frame.level, frame.width, frame.height) == (level, 800, 480)
    assert 0 <= frame.north <= frame.north + frame.high <= 1
    x, y = mercator_point((box.south + box.north) / 2, box.west)
    inside = (x - frame.west) % 1 / frame.wide, (y - frame.north) / frame.high
    assert all(0 <= share <= 1 for share in inside)


def test_a_country_is_drawn_across_the_date_line() -> None:
    fiji = [
        (-17.6, 177.4, 1, "nadi", "Nadi", "active", None),
        (-16.8, -179.9, 1, "taveuni", "T", "quiet", None),
    ]
    frame = map_svg.frame_round(Box(177.4, -17.6, 180.1, -16.8))
    text = render_svg(fiji, frame, title="t", description="d")
    places = [
        (float(x), float(y))
        for x, y in re.findall(r'class="g \w+" transform="translate\((\S+) (\S+)\)', text)
    ]
    assert len(places) == 2
    assert all(0 < x < 800 and 0 < y < 480 for x, y in places)
