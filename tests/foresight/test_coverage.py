"""Where the next groups should be: small worlds in which one can count, then any world at all."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usergroups.foresight import coverage
from usergroups.foresight.coverage import Proposal, Spot, nearest

PARIS, LYON, LILLE, ROUEN = (48.857, 2.352), (45.764, 4.836), (50.629, 3.057), (49.443, 1.099)
SUVA, APIA = (-18.14, 178.44), (-13.83, -171.76)

degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
spots = st.builds(
    lambda at, asked, inhabitants: Spot(*at, asked=asked, inhabitants=inhabitants),
    degrees,
    st.integers(0, 50),
    st.integers(0, 5_000_000),
)


def propose(candidates: Sequence[tuple[float, float]], *rest: Any, **more: Any) -> list[Proposal]:
    """Of places whose size decides nothing."""
    return coverage.propose([Spot(*at) for at in candidates], *rest, **more)


def test_most_people_come_first_and_nobody_is_counted_twice():
    waiting = [Spot(*PARIS, asked=9), Spot(*ROUEN, asked=4), Spot(*LYON, asked=6)]
    assert propose([LYON, ROUEN, PARIS], waiting, [], km=120, most=9) == [
        Proposal(1, asked=13, inhabitants=0, spots=(0, 1)),
        Proposal(0, asked=6, inhabitants=0, spots=(2,)),
    ]


def test_who_is_within_reach_of_a_group_needs_no_other():
    waiting = [Spot(*PARIS, asked=9), Spot(*LYON, asked=1)]
    assert propose([PARIS, LYON], waiting, [ROUEN], km=120, most=9) == [
        Proposal(1, asked=1, inhabitants=0, spots=(1,))
    ]


def test_inhabitants_decide_where_nobody_has_asked():
    there = [
        Spot(*PARIS, inhabitants=2_100_000),
        Spot(*LYON, asked=2),
        Spot(*LILLE, asked=4),
    ]
    found = propose([PARIS, LYON, LILLE], there, [], km=50, most=9)
    assert [(one.candidate, one.asked, one.inhabitants) for one in found] == [
        (2, 4, 0),
        (1, 2, 0),
        (0, 0, 2_100_000),
    ]


LEIPZIG, HALLE, MAGDEBURG = (51.34, 12.375), (51.483, 11.97), (52.128, 11.629)


@pytest.mark.parametrize(("beyond", "first"), [(1, "Leipzig"), (9, "Halle")])
def test_of_places_that_reach_nearly_as_many_the_largest_comes_first(beyond, first):
    """Halle lies between Leipzig and Magdeburg, and reaches some whom Leipzig does not."""
    waiting = [Spot(*LEIPZIG, asked=40), Spot(*MAGDEBURG, asked=beyond)]
    cities = [Spot(*HALLE, inhabitants=240_000), Spot(*LEIPZIG, inhabitants=630_000)]
    found = coverage.propose(cities, waiting, [], km=80, most=1)
    assert ("Halle", "Leipzig")[found[0].candidate] == first
    assert propose([HALLE, LEIPZIG], waiting, [], km=80, most=1)[0].candidate == 0


def test_the_earth_is_round():
    """Fiji and Samoa are neighbours, on either side of the antimeridian; all meets at a pole."""
    ((km, which),) = nearest([Spot(*SUVA)], [PARIS, APIA])
    assert (km, which) == (pytest.approx(1146, rel=0.01), 1)
    assert propose([SUVA], [Spot(*APIA, asked=1)], [], km=1200, most=1)[0].asked == 1
    assert nearest([Spot(90, 17)], [(90, -160)])[0][0] == pytest.approx(0, abs=0.2)


def test_without_groups_or_people_there_is_nothing_to_say():
    assert nearest([Spot(*PARIS)], []) == [(math.inf, None)]
    assert nearest([], [PARIS]) == []
    assert propose([PARIS], [], [], km=100, most=5) == []
    assert propose([], [Spot(*PARIS, asked=1)], [], km=100, most=5) == []
    assert propose([PARIS], [Spot(*PARIS)], [], km=100, most=5) == []


@pytest.mark.parametrize("km", [0, -1, math.nan])
def test_reach_is_above_nought(km):
    with pytest.raises(ValueError, match="above nought"):
        propose([PARIS], [Spot(*PARIS, asked=1)], [], km=km, most=5)


@given(
    st.lists(degrees, max_size=6), st.lists(spots, max_size=12), st.lists(degrees, max_size=3),
    st.floats(1, 21_000),
)  # fmt: skip
def test_any_world(candidates, people, groups, km):
    """What is added becomes less; nobody is counted twice; it is never below its guarantee."""
    found = propose(candidates, people, groups, km=km, most=3)
    worth = [(one.asked, one.inhabitants) for one in found]
    assert worth == sorted(worth, reverse=True)
    reached = [spot for one in found for spot in one.spots]
    assert len(reached) == len(set(reached))
    assert sum(one.asked for one in found) <= sum(spot.asked for spot in people)
    best = max(
        (
            sum(one.asked for one in propose(chosen, people, groups, km=km, most=3))
            for chosen in itertools.combinations(candidates, min(3, len(candidates)))
        ),
        default=0,
    )
    assert sum(one.asked for one in found) >= (1 - 1 / math.e) * best
