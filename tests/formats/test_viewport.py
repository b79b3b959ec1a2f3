import json
import math
from pathlib import Path

import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import example, given
from hypothesis import strategies as st

from usergroups.formats.view import Box, Filters, GroupPlace, ViewError, read_box, read_zoom
from usergroups.formats.viewport import MOST_ROWS, GroupIndex

WORLD = Box(-180, -90, 180, 90)


def place(latitude: float, longitude: float, name: str = "g", **more: object) -> GroupPlace:
    known = {"slug": name, "name": name, "status": "active", "country": "XX"} | more
    return GroupPlace(latitude=latitude, longitude=longitude, **known)


def index(points: list[tuple[float, float]]) -> GroupIndex:
    return GroupIndex(place(*point, f"g{i}") for i, point in enumerate(points))


def slugs(groups: GroupIndex, row: tuple) -> list[str]:
    return [row[3]] if row[2] == 1 else [pin[3] for pin in groups.members(row[3])]


points = st.lists(
    st.tuples(
        st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, 90.0, 52.5, 52.6])),
        st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, 180.0, 179.99, 13.4, 13.5])),
    ),
    max_size=60,
)


@given(points, st.integers(0, 14))
def test_every_group_is_in_one_row_of_the_world(places: list, zoom: int) -> None:
    groups = index(places)
    rows = groups.viewport(WORLD, zoom)
    shown = [slug for row in rows for slug in slugs(groups, row)]
    assert sorted(shown) == sorted(one.slug for one in groups.places)
    assert sum(row[2] for row in rows) == len(places)


@given(points, st.integers(0, 10), st.floats(-60, 50), st.floats(-360, 360), st.floats(0.1, 120))
def test_every_group_of_a_view_is_in_one_row(
    places: list, zoom: int, south: float, west: float, wide: float
) -> None:
    groups = index(places)
    box = read_box(f"{west},{south},{west + wide},{south + 30}")
    rows = groups.viewport(box, zoom)
    shown = [slug for row in rows for slug in slugs(groups, row)]
    inside = {
        one.slug
        for one in groups.places
        if south <= one.latitude <= south + 30 and (one.longitude - west) % 360 <= wide
    }
    assert len(shown) == len(set(shown)) == sum(row[2] for row in rows)
    assert inside <= set(shown)
    if zoom <= 5:  # beyond, the whole world is answered as if from farther away
        assert set(rows) <= set(groups.viewport(WORLD, zoom))


@given(points, st.integers(0, 14))
def test_rows_are_json_of_finite_places(places: list, zoom: int) -> None:
    rows = index(places).viewport(WORLD, zoom)
    assert all(math.isfinite(row[0]) and -180 <= row[1] <= 180 for row in rows)
    assert json.loads(json.dumps(rows, allow_nan=False)) == [list(row) for row in rows]


def test_a_pin_says_all_that_the_map_shows() -> None:
    groups = GroupIndex([place(52.52, 13.405, "berlin", next_on="2027-01-20")])
    assert groups.viewport(WORLD, 4) == [
        (52.52, 13.405, 1, "berlin", "berlin", "active", "2027-01-20")
    ]


def test_near_groups_become_one_cluster_that_lists_them_by_name() -> None:
    groups = GroupIndex([place(50, 8, "b"), place(50.001, 8, "a"), place(10, 100, "far")])
    rows = groups.viewport(WORLD, 3)
    (cluster,) = [row for row in rows if row[2] == 2]
    assert cluster[:2] == (50.0005, 8.0)
    assert [pin[3] for pin in groups.members(cluster[3])] == ["a", "b"]


def test_twins_on_both_sides_of_a_cell_edge_merge() -> None:
    edge = 360 / 64  # longitudes of cell edges at zoom 4 are multiples of this
    groups = GroupIndex([place(50, edge - 0.1, "a"), place(50, edge + 0.1, "b")])
    assert [row[2] for row in groups.viewport(WORLD, 4)] == [2]


def test_a_view_across_the_antimeridian_holds_both_sides() -> None:
    groups = GroupIndex([place(-17.8, 178, "fiji"), place(-13.8, -171, "samoa"), place(0, 0, "no")])
    for text in ("170,-30,195,0", "170,-30,-165,0", "-190,-30,-165,0"):
        found = {row[3] for row in groups.viewport(read_box(text), 5)}
        assert found == {"fiji", "samoa"}


def test_the_poles_are_in_the_outermost_cells() -> None:
    groups = GroupIndex([place(90, 0, "north"), place(-90, 0, "south")])
    assert {row[3] for row in groups.viewport(WORLD, 3)} == {"north", "south"}
    assert [row[3] for row in groups.viewport(Box(-180, 80, 180, 90), 3)] == ["north"]


def test_a_view_has_at_most_400_rows_and_still_all_groups() -> None:
    generator = np.random.default_rng(1)
    groups = index([(float(generator.uniform(-70, 70)), float(lng))
                    for lng in generator.uniform(-180, 180, 3000)])  # fmt: skip
    for zoom in (4, 9, 14):
        rows = groups.viewport(WORLD, zoom)
        assert len(rows) <= MOST_ROWS
        assert sum(row[2] for row in rows) == 3000


def test_filters_leave_only_what_passes() -> None:
    groups = GroupIndex(
        [
            place(50, 8, "a", topics=("python", "data"), languages=("de",), country="DE"),
            place(40, 8, "b", topics=("python",), status="dormant", next_on="2027-01-20"),
            place(30, 8, "c", topics=("perl",), languages=("de", "en")),
        ]
    )

    def found(**wanted: object) -> list[str]:
        return sorted(row[3] for row in groups.viewport(WORLD, 6, Filters(**wanted)))

    assert found() == ["a", "b", "c"]
    assert found(topic="python") == ["a", "b"]
    assert found(topic="python", status="active") == ["a"]
    assert found(language="de") == ["a", "c"]
    assert found(country="DE") == ["a"]
    assert found(coming=True) == ["b"]
    assert found(topic="pyt") == []


def test_members_heed_the_filters() -> None:
    groups = GroupIndex([place(50, 8, "a", topics=("x",)), place(50, 8, "b")])
    (row,) = groups.viewport(WORLD, 10)
    assert [pin[3] for pin in groups.members(row[3], Filters(topic="x"))] == ["a"]


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,0,1,1", "0,0,inf,1", "0,50,1,40", "0,-91,1,1",
     "0,0,1,91", "-2000,0,1,1", "0,0,1e300,1"],
)  # fmt: skip
def test_a_box_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ViewError, match="bbox must"):
        read_box(text)


def test_a_box_is_brought_to_one_turn() -> None:
    assert read_box("190,0,200,10") == Box(-170, 0, -160, 10)
    assert read_box("170,0,-170,10") == Box(170, 0, 190, 10)
    assert read_box("-270,-66,270,85") == Box(-180, -66, 180, 85)


@pytest.mark.parametrize("text", ["", "-1", "15", "4.5", "x", "٣", "1e1", "999"])
def test_a_zoom_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ViewError, match="whole number from 0 to 14"):
        read_zoom(text)


@pytest.mark.parametrize(
    "key", ["", "4", "f-1", "4-", "4-xyz", "4-1" * 20, "4-0123456789a", "../x"]
)
def test_a_key_that_makes_no_sense_is_refused(key: str) -> None:
    with pytest.raises(ViewError, match="at must be the key"):
        index([(0, 0)]).members(key)


@pytest.mark.parametrize("at", [(91, 0), (math.nan, 0), (0, 181), (0, math.inf)])
def test_a_group_that_is_nowhere_is_refused(at: tuple[float, float]) -> None:
    with pytest.raises(ViewError, match="nowhere is nowhere on Earth"):
        GroupIndex([place(0, 0), place(*at, "nowhere")])
    with pytest.raises(ViewError, match="latitude from -90"):
        index([(0, 0)]).nearest(*at, 1)


SIX_NAMES_OF_A_POLE = [*[(-90.0, 0.0)] * 4, (-90.0, -2.0), (-90.0, 0.0)]


@example(SIX_NAMES_OF_A_POLE, (-90, 77))
@given(points, st.sampled_from([(52.5, 13.4), (-17, 179.99), (0, -180), (90, 0), (-90, 77)]))
def test_nearest_is_what_the_geodesic_says(places: list, here: tuple[float, float]) -> None:
    groups = index(places)
    measured = sorted((geodesic(here, (p.latitude, p.longitude)).km, p.slug) for p in groups.places)
    found = groups.nearest(*here, 5)
    assert [(round(km, 6), one.slug) for km, one in found] == [
        (round(km, 6), slug) for km, slug in measured[:5]
    ]


def test_nearest_heeds_the_reach_and_the_filters() -> None:
    groups = GroupIndex(
        [place(52.5, 13.4, "berlin"), place(53.55, 10, "hamburg", topics=("x",)), place(0, 0)]
    )
    near = groups.nearest(52.5, 13.4, 10, within_km=300)
    assert [(round(km), one.slug) for km, one in near] == [(0, "berlin"), (256, "hamburg")]
    assert [one.slug for _, one in groups.nearest(52.5, 13.4, 1, filters=Filters(topic="x"))] == [
        "hamburg"
    ]
    assert groups.nearest(52.5, 13.4, 0) == []
    assert index([]).nearest(0, 0, 3) == []


SHARED = Path(__file__).parents[2].parent / "shared"


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data stand beside the checkout")
def test_a_real_federation_fits_its_map() -> None:
    lines = (SHARED / "data" / "rladies" / "groups.csv").read_text().splitlines()[1:]
    groups = index([tuple(map(float, line.split(",")[-7:-5])) for line in lines])
    rows = groups.viewport(WORLD, 2)
    assert sum(row[2] for row in rows) == len(lines)
    assert len(rows) < 60
