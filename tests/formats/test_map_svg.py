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
from usergroups.formats.view import GroupPlace
from usergroups.formats.viewport import GroupIndex

pytestmark = pytest.mark.skipif(
    bool(assets.missing()) and os.environ.get("CI") != "true",
    reason="needs built assets: make setup",
)

SVG = "{http://www.w3.org/2000/svg}"
PIN = (52.52, 13.405, 1, "berlin", "Berlin", "active", None)
CLUSTER = (48.85, 2.35, 12, "4-1")


def drawn(*rows: Any, region: map_svg.Region = "europe") -> ET.Element:
    text = render_svg(rows, region, title="Groups", description="Where they are")
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
    drawn_as = {state: render_svg([(*PIN[:5], state, None)], "europe", title="", description="")
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
    text = render_svg([row], "europe", title=hostile, description=hostile)
    assert "<script" not in text
    assert ET.fromstring(text).find(f"{SVG}title").text == hostile  # noqa: S314 - our own


def test_the_policy_allows_the_style_sheet_alone() -> None:
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" == CONTENT_SECURITY_POLICY
    text = render_svg([PIN, CLUSTER], "europe", title="t", description="d")
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
