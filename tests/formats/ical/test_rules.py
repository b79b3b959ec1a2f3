"""Rules followed day by day: the same days as dateutil gives, and an end to every search."""

from datetime import date, datetime

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from usergroups.formats.ical.rules import UnusableRuleError, follow, is_on_rule, rule_of

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)


def days(text: str, start: date, first: date = FIRST, last: date = LAST) -> list[date]:
    """Those of the rule, and its start."""
    found = follow(rule_of(text, start), start, first, last)
    return [start, *found] if first <= start <= last else found


def by_dateutil(text: str, start: date) -> list[date]:
    begin = datetime(start.year, start.month, start.day)
    until = datetime(LAST.year, LAST.month, LAST.day)
    found = (
        moment.date() for moment in rrulestr(text, dtstart=begin).between(begin, until, inc=True)
    )
    return [day for day in found if day >= FIRST]


def some(least: int, most: int, *, negative: bool = False) -> st.SearchStrategy[str]:
    numbers = st.integers(least, most)
    if negative:
        numbers |= st.integers(-most, -least)
    return st.lists(numbers, min_size=1, max_size=3).map(lambda all_: ",".join(map(str, all_)))


WEEKDAY = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
NTH = st.tuples(st.sampled_from(["", "1", "2", "3", "4", "5", "-1", "-2"]), WEEKDAY).map("".join)
PARTS = {
    "DAILY": {"BYMONTH": some(1, 12), "BYDAY": WEEKDAY, "BYMONTHDAY": some(1, 28, negative=True)},
    "WEEKLY": {"BYMONTH": some(1, 12), "BYDAY": WEEKDAY, "WKST": WEEKDAY},
    "MONTHLY": {"BYMONTH": some(1, 12), "BYDAY": NTH, "BYMONTHDAY": some(1, 31, negative=True)},
    "YEARLY": {"BYMONTH": some(1, 12), "BYDAY": NTH, "BYMONTHDAY": some(1, 31, negative=True)},
}


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(sorted(PARTS)))
    known = PARTS[frequency]
    names = draw(st.lists(st.sampled_from(sorted(known)), max_size=2, unique=True))
    parts = [f"{name}={draw(known[name])}" for name in names]
    parts += [f"INTERVAL={draw(st.integers(1, 4))}"] if draw(st.booleans()) else []
    parts += [f"COUNT={draw(st.integers(1, 60))}"] if draw(st.booleans()) else []
    return ";".join([f"FREQ={frequency}", *parts])


@settings(max_examples=150, deadline=None)
@given(rules(), st.dates(date(2023, 1, 1), date(2026, 6, 1)))
def test_the_same_days_as_dateutil(text, start):
    """Where the rule begins on one of its days; where it does not, RFC 5545 leaves it open."""
    assume(is_on_rule(rule_of(text, start), start))
    assert days(text, start) == by_dateutil(text, start)


@pytest.mark.parametrize(
    ("text", "start", "found"),
    [
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", (2026, 7, 31),
         ["2026-07-31", "2026-08-31", "2026-09-30"]),
        ("FREQ=MONTHLY;COUNT=3", (2026, 1, 31), ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("FREQ=MONTHLY;BYDAY=3TH;COUNT=3", (2026, 7, 1),
         ["2026-07-01", "2026-07-16", "2026-08-20"]),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU;COUNT=4", (2026, 8, 4),
         ["2026-08-04", "2026-08-16", "2026-08-18", "2026-08-30"]),
        ("FREQ=YEARLY;BYYEARDAY=-1", (2026, 12, 31), ["2026-12-31", "2027-12-31"]),
        ("FREQ=YEARLY;BYWEEKNO=20", (2026, 5, 11), ["2026-05-11", "2027-05-17"]),
        ("FREQ=YEARLY", (2024, 2, 29), []),
        ("freq=weekly; count=2;", (2026, 7, 1), ["2026-07-01", "2026-07-08"]),
        ("FREQ=WEEKLY;BYHOUR=0", (2027, 12, 31), ["2027-12-31"]),
    ],
)  # fmt: skip
def test_days(text, start, found):
    begin = datetime(*start) if "BYHOUR" in text else date(*start)
    rule = rule_of(text, begin)
    got = [date(*start)] * (date(*start) >= FIRST) + follow(rule, date(*start), FIRST, LAST)
    assert [day.isoformat() for day in got] == found


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300",
    ],
)
def test_a_rule_that_never_comes_true_ends_soon(text):
    start = date(2026, 7, 1)
    assert days(text, start) == [start]
    assert not is_on_rule(rule_of(text, start), start)


def test_a_count_that_cannot_be_reached_needs_no_counting():
    """Since the year 1, or since yesterday: only the window is looked at."""
    found = days("FREQ=DAILY;COUNT=1000000000", date(1, 1, 1))
    assert (found[0], found[-1], len(found)) == (FIRST, LAST, 730)


def test_a_rule_that_counts_through_centuries_is_not_followed():
    with pytest.raises(UnusableRuleError, match="rrule_too_dense"):
        days("FREQ=DAILY;COUNT=700000", date(1, 1, 1))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYSETPOS", "X"]
        ).flatmap(
            lambda name: (
                st.sampled_from(
                    ["DAILY", "WEEKLY", "-1FR", "1,2,3", "0", "-0", "٣", "20260801T", ""]
                )
                | st.text(max_size=6)
            ).map(lambda value: f"{name}={value}")
        ),
        max_size=5,
    ).map(";".join)
)
def test_any_text_is_a_rule_or_is_refused(text):
    try:
        found = days(text, date(2026, 7, 1))
    except UnusableRuleError:
        return
    assert found[0] == date(2026, 7, 1)
