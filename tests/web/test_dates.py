from datetime import UTC, date, datetime

import pytest

from usergroups.web import dates

# One instant, on two clocks and two days.
INSTANT = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)


def test_equal_instants_of_two_zones_keep_their_days():
    paris = dates.local(INSTANT, "Europe/Paris")
    new_york = dates.local(INSTANT, "America/New_York")
    assert paris == new_york
    assert dates.short_day(paris) == "Thu, 11 Jun 2026"
    assert dates.short_day(new_york) == "Wed, 10 Jun 2026"
    assert (dates.clock_time(paris), dates.clock_time(new_york)) == ("01:30", "19:30")


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("UTC", "UTC"), ("Asia/Kolkata", "UTC+5:30"), ("America/New_York", "UTC-4"),
     ("America/St_Johns", "UTC-2:30"), ("Pacific/Fiji", "UTC+12")],
)  # fmt: skip
def test_how_far_a_clock_is_from_utc(zone, expected):
    assert dates.offset(dates.local(INSTANT, zone)) == expected


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (datetime(2026, 6, 12, tzinfo=UTC), date(2026, 6, 11)),
        (datetime(2026, 6, 12, 1, tzinfo=UTC), date(2026, 6, 12)),
    ],
)
def test_midnight_ends_the_day_before(until, expected):
    assert dates.last_day(until) == expected


def test_numbers():
    assert dates.number(1234567) == "1,234,567"
