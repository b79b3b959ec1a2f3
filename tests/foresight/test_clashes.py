"""Scores of days: what more there is makes none better, what is nearer makes it worse."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from usergroups.foresight.clashes import (
    LOOKED,
    REACH_KM,
    Facts,
    Kind,
    Other,
    free_days,
    judge,
)

DAY = date(2026, 9, 17)  # a Thursday
others = st.builds(
    Other,
    on=st.dates(DAY - timedelta(days=25), DAY + timedelta(days=25)),
    title=st.just("A meetup"),
    group=st.just("A group"),
    km=st.floats(0, 400),
    is_own=st.booleans(),
    is_big=st.booleans(),
    is_tentative=st.booleans(),
    is_alike=st.booleans(),
)
facts = st.builds(
    Facts,
    others=st.lists(others, max_size=12).map(tuple),
    holidays=st.dictionaries(
        st.dates(DAY - timedelta(days=25), DAY + timedelta(days=25)), st.just("Rest"), max_size=4
    ),
)


def neighbour(off: int = 0, km: float = 20, **given) -> Other:
    return Other(DAY + timedelta(days=off), "Data evening", "UG Rouen", km, **given)


def score(*others: Other, **given) -> float:
    return judge(DAY, Facts(others, **given)).score


@given(facts, others)
def test_one_more_makes_no_day_better(known, one):
    more = replace(known, others=(*known.others, one))
    for off in range(-3, 4):
        day = DAY + timedelta(days=off)
        assert judge(day, more).score >= judge(day, known).score


@given(st.floats(0, 300), st.floats(0, 300), st.integers(-4, 4))
def test_what_is_nearer_is_worse(one, other, off):
    near, far = sorted((one, other))
    assert score(neighbour(off, near)) >= score(neighbour(off, far))


@given(facts, st.integers(-30, 10))
def test_what_is_suggested_is_free_and_to_come(known, off):
    after = DAY + timedelta(days=off)
    found = free_days(DAY, known, after=after)
    assert len(found) <= 3
    for one in found:
        assert one.is_free
        assert one.on > after
        assert one.on != DAY
        assert abs(one.on - DAY) <= LOOKED
        assert one == judge(one.on, known)


def test_what_counts_how_much():
    assert score() == 0
    assert judge(DAY, Facts((neighbour(),))).is_strong
    assert not judge(DAY, Facts((neighbour(km=REACH_KM),))).is_strong
    assert score(neighbour(km=REACH_KM + 1)) == 0
    ordered = [
        score(neighbour(off=3)),
        score(neighbour(off=2)),
        score(neighbour(off=1)),
        score(neighbour(is_tentative=True, is_alike=False)),
        score(neighbour(is_alike=False)),
        score(neighbour()),
    ]
    assert ordered == sorted(ordered)
    assert ordered[0] == 0
    big = judge(DAY, Facts((neighbour(km=5_000, is_big=True),)))
    assert big.is_strong
    assert [clash.kind for clash in big.clashes] == [Kind.BIG_DAY]
    own = judge(DAY, Facts((neighbour(off=2, is_own=True),)))
    assert (own.is_free, own.is_strong) == (False, False)


def test_days_off():
    thursday = {DAY: "Assembly Day"}
    assert judge(DAY, Facts(holidays=thursday)).is_strong
    [bridge] = judge(DAY + timedelta(days=1), Facts(holidays=thursday)).clashes
    assert (bridge.kind, bridge.on, bridge.name) == (Kind.BRIDGE, DAY, "Assembly Day")
    assert judge(DAY - timedelta(days=1), Facts(holidays=thursday)).clashes == ()
    [partly] = judge(DAY, Facts(partly=thursday)).clashes
    assert partly.kind is Kind.PARTLY
    assert not judge(DAY, Facts(partly=thursday)).is_strong
    both = judge(DAY, Facts(holidays=thursday, partly=thursday))
    assert [clash.kind for clash in both.clashes] == [Kind.HOLIDAY]


def test_the_weightiest_reason_comes_first():
    found = judge(DAY, Facts((neighbour(1, km=140), neighbour(), neighbour(2))))
    assert [clash.on for clash in found.clashes] == [
        DAY, DAY + timedelta(days=2), DAY + timedelta(days=1),
    ]  # fmt: skip


def test_the_same_weekday_is_kept_where_it_can_be():
    known = Facts((neighbour(),))
    found = free_days(DAY, known, after=DAY - timedelta(days=10))
    assert [one.on for one in found] == [
        DAY - timedelta(days=7), DAY + timedelta(days=7), DAY - timedelta(days=3),
    ]  # fmt: skip
    busy = Facts(tuple(neighbour(off) for off in range(-25, 26)))
    assert free_days(DAY, busy, after=DAY - timedelta(days=25)) == []
