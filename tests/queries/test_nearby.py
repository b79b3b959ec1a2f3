import math
import random

import pytest
from geopy.distance import geodesic
from sqlalchemy import select, text

from tests.factories import make_group
from usergroups import db
from usergroups.models import Group
from usergroups.queries.nearby import Point, boxes, inside, nearest_before, within

PLACES = [
    Point(52.5, 13.4), Point(-17, 179.9), Point(-17, -179.9), Point(89.9, 10), Point(-90, 0),
    Point(0, 180), Point(0, -180), Point(60, 0),
]  # fmt: skip


def anywhere(dice: random.Random) -> Point:
    return Point(math.degrees(math.asin(dice.uniform(-1, 1))), dice.uniform(-180, 180))


@pytest.mark.parametrize("here", PLACES)
@pytest.mark.parametrize("km", [5, 300, 4_000, 19_000])
def test_boxes_hold_everything_within(here, km):
    dice = random.Random(3)
    found = boxes(here, km)
    for _ in range(300):
        there = anywhere(dice)
        if geodesic((here.latitude, here.longitude), (there.latitude, there.longitude)).km <= km:
            assert any(
                box.west <= there.longitude <= box.east and box.south <= there.latitude <= box.north
                for box in found
            )


@pytest.mark.parametrize("here", PLACES)
def test_within_is_exact(here):
    dice = random.Random(5)
    points = [anywhere(dice) for _ in range(400)]
    far = {
        n: geodesic((here.latitude, here.longitude), (p.latitude, p.longitude)).km
        for n, p in enumerate(points)
    }
    candidates = [(n, p.latitude, p.longitude) for n, p in enumerate(points)]
    assert {n for _, n in within(here, candidates, 5_000)} == {
        n for n, km in far.items() if km <= 5_000
    }
    assert next(n for _, n in within(here, candidates, None)) == min(far, key=far.get)


def test_the_nearest_of_those_before():
    places = [(48.85, 2.35), (45.76, 4.83), (48.80, 2.13), (-18.1, 178.4), (-18.0, -179.9)]
    assert nearest_before(places) == [None, 0, 0, 0, 3]
    assert nearest_before([]) == []
    assert nearest_before([(0, 0)]) == [None]


def test_the_nearest_of_many_is_that_of_one_by_one():
    dice = random.Random(7)
    places = [(dice.uniform(-90, 90), dice.uniform(-180, 180)) for _ in range(1_100)]
    found = nearest_before(places)
    for n in (1, 2, 511, 512, 513, 1_023, 1_024, 1_099):
        before = [(key, *place) for key, place in enumerate(places[:n])]
        assert found[n] == within(Point(*places[n]), before, None)[0][1]


@pytest.mark.parametrize("here", [Point(48.9, 2.4), Point(-17, 179.9)], ids=["Paris", "date line"])
def test_the_database_chooses_by_its_index(database, here):
    """Without statistics of so small a table PostgreSQL would read it whole: it is asked not to."""
    at = Group.latitude, Group.longitude
    query = select(Group.id, *at).where(inside(boxes(here, 50), *at))
    with db.transaction() as session:
        make_group()
        if database.dialect.name == "postgresql":
            session.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN" if database.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        asked = query.compile(session.connection(), compile_kwargs={"literal_binds": True})
        plan = session.execute(text(f"{explain} {asked}")).all()
    assert "ix_group_position" in str(plan)
    assert "Seq Scan" not in str(plan)
    assert "SCAN" not in str(plan)
