"""Rules of series: as text and back, their dates, and what clocks make of them."""

from datetime import UTC, date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from usergroups.formats.recurrence import (
    Oddity,
    dates,
    first,
    local_id,
    moment,
    paired,
    rule,
    text,
    wall_of,
)
from usergroups.inputs.rule import LAST, WEEKDAYS, Repeat, Rule, Weekday

every = st.integers(1, 52)
weekly = st.builds(
    lambda days, n: Rule(
        repeat=Repeat.WEEKLY, every=n, weekdays=tuple(day for day in WEEKDAYS if day in days)
    ),
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    every,
)
by_weekday = st.builds(
    lambda nth, day, n: Rule(repeat=Repeat.WEEKDAY_OF_MONTH, every=n, nth=nth, weekday=day),
    st.sampled_from([1, 2, 3, 4, 5, -1]),
    st.sampled_from(WEEKDAYS),
    every,
)
by_day = st.builds(
    lambda day, n: Rule(repeat=Repeat.DAY_OF_MONTH, every=n, month_day=day),
    st.integers(1, 31) | st.just(LAST),
    every,
)
rules = weekly | by_weekday | by_day
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def some(given_rule: Rule, on: date, many: int = 5) -> list[str]:
    return [str(day) for day in islice(dates(text(given_rule), first(given_rule, on)), many)]


@given(rules)
def test_a_rule_reads_back_as_it_was_written(one: Rule):
    assert rule(text(one)) == one


@given(rules, days)
def test_dates_grow_begin_where_they_should_and_obey_the_rule(one: Rule, on: date):
    found = list(islice(dates(text(one), first(one, on)), 8))
    assert found == sorted(set(found))
    assert found[0] == first(one, on) >= on
    assert (found[0] - on).days <= (62 if one.nth != 5 or one.month_day > 28 else 130)
    for day in found:
        if one.repeat is Repeat.WEEKLY:
            assert WEEKDAYS[day.weekday()] in one.weekdays
        elif one.repeat is Repeat.WEEKDAY_OF_MONTH:
            assert WEEKDAYS[day.weekday()] is one.weekday
            assert one.nth == LAST or (day.day - 1) // 7 == one.nth - 1
        else:
            assert one.month_day in {day.day, LAST}
    if one.repeat is not Repeat.WEEKLY:
        months = {
            (day.year * 12 + day.month) - (found[0].year * 12 + found[0].month) for day in found
        }
        assert all(apart % one.every == 0 for apart in months)


def test_the_rules_that_people_say():
    june = date(2026, 6, 10)
    assert some(Rule(nth=3, weekday=Weekday.THURSDAY), june) == [
        "2026-06-18", "2026-07-16", "2026-08-20", "2026-09-17", "2026-10-15",
    ]  # fmt: skip
    assert some(Rule(nth=LAST, weekday=Weekday.TUESDAY), june, 3) == [
        "2026-06-30", "2026-07-28", "2026-08-25",
    ]  # fmt: skip
    two = Rule(repeat=Repeat.WEEKLY, every=2, weekdays=(Weekday.TUESDAY, Weekday.THURSDAY))
    assert text(two) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"
    assert some(two, june, 4) == ["2026-06-11", "2026-06-23", "2026-06-25", "2026-07-07"]
    # Wednesday is over for this week's Tuesday, and the next one is the first.
    other = Rule(repeat=Repeat.WEEKLY, every=2, weekdays=(Weekday.TUESDAY,))
    assert some(other, june, 2) == ["2026-06-16", "2026-06-30"]
    last = Rule(repeat=Repeat.DAY_OF_MONTH, every=3, month_day=LAST)
    assert some(last, june, 3) == ["2026-06-30", "2026-09-30", "2026-12-31"]
    # Months without such a day are passed over.
    assert some(Rule(repeat=Repeat.DAY_OF_MONTH, month_day=31), june, 3) == [
        "2026-07-31", "2026-08-31", "2026-10-31",
    ]  # fmt: skip
    assert some(Rule(nth=5, weekday=Weekday.MONDAY), june, 2) == ["2026-06-29", "2026-08-31"]


def test_a_rule_ends_with_its_last_day():
    one = Rule(nth=1, weekday=Weekday.MONDAY)
    assert list(dates(text(one), date(2026, 7, 6), date(2026, 8, 3))) == [
        date(2026, 7, 6), date(2026, 8, 3),
    ]  # fmt: skip
    assert list(dates(text(one), date(2026, 7, 6), date(2026, 7, 5))) == []


@pytest.mark.parametrize(
    ("given_rule", "code"),
    [
        ({"repeat": "weekly"}, "no_weekday"),
        ({"repeat": "day_of_month", "month_day": "0"}, "no_such_day"),
        ({"repeat": "day_of_month", "month_day": "32"}, "less_than_equal"),
        ({"nth": "6"}, "literal_error"),
        ({"nth": "0"}, "literal_error"),
        ({"every": "0"}, "greater_than_equal"),
        ({"every": "53"}, "less_than_equal"),
        ({"weekday": "XX"}, "enum"),
        ({"repeat": "secondly"}, "enum"),
    ],
)
def test_rules_that_are_refused(given_rule, code):
    with pytest.raises(ValidationError) as refused:
        Rule.model_validate(given_rule)
    assert [error["type"] for error in refused.value.errors()] == [code]


@pytest.mark.parametrize(
    ("zone", "wall", "instant", "oddity"),
    [
        ("Europe/London", (2026, 3, 29, 1, 30), (2026, 3, 29, 1, 30), Oddity.SKIPPED),
        ("Europe/London", (2026, 10, 25, 1, 30), (2026, 10, 25, 0, 30), Oddity.TWICE),
        ("America/New_York", (2026, 3, 8, 2, 30), (2026, 3, 8, 7, 30), Oddity.SKIPPED),
        ("America/New_York", (2026, 11, 1, 1, 30), (2026, 11, 1, 5, 30), Oddity.TWICE),
        ("America/New_York", (2026, 11, 1, 18, 30), (2026, 11, 1, 23, 30), None),
        ("Asia/Kolkata", (2026, 3, 29, 2, 30), (2026, 3, 28, 21, 0), None),
        # RFC 5545 section 3.3.5 has these two.
        ("America/New_York", (2007, 11, 4, 1, 30), (2007, 11, 4, 5, 30), Oddity.TWICE),
        ("America/New_York", (2007, 3, 11, 2, 30), (2007, 3, 11, 7, 30), Oddity.SKIPPED),
    ],
)
def test_instants_on_the_days_when_clocks_are_changed(zone, wall, instant, oddity):
    found = moment(datetime(*wall), zone)
    assert (found.at, found.oddity) == (datetime(*instant, tzinfo=UTC), oddity)


@given(st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata"]), st.datetimes(
    datetime(2026, 1, 1), datetime(2028, 1, 1)))  # fmt: skip
def test_clocks_show_what_was_said_except_where_they_skip_it(zone, wall):
    found = moment(wall, zone)
    shown = found.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert (shown == wall) is (found.oddity is not Oddity.SKIPPED)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_recurrence_ids_read_back(wall):
    wall = wall.replace(microsecond=0)
    assert wall_of(local_id(wall)) == wall


def test_dates_of_a_new_rule_take_the_places_of_old_ones():
    tuesdays = [date(2026, 6, day) for day in (16, 23, 30)]
    wednesdays = [date(2026, 6, day) for day in (17, 24)] + [date(2026, 7, 1)]
    assert paired(tuesdays, wednesdays, by_week=True) == dict(
        zip(tuesdays, wednesdays, strict=True)
    )
    assert paired(tuesdays, [date(2026, 6, 25)], by_week=False) == {
        date(2026, 6, 23): date(2026, 6, 25)
    }
    assert paired(tuesdays, tuesdays, by_week=False) == {day: day for day in tuesdays}


@given(st.sets(days, max_size=12), st.sets(days, max_size=12), st.booleans())
def test_no_date_takes_two_places(old, new, by_week):
    found = paired(sorted(old), sorted(new), by_week=by_week)
    assert set(found) <= old
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= new
    assert {day: day for day in old & new}.items() <= found.items()
