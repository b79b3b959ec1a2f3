from datetime import UTC, date, datetime

from usergroups import clock


def test_now_is_aware_utc_and_to_the_second():
    now = clock.now()
    assert now.tzinfo is UTC
    assert now.microsecond == 0


def test_a_frozen_clock_stands_and_goes_on_afterwards():
    instant = datetime(2026, 9, 1, 23, 59, tzinfo=UTC)
    with clock.frozen_at(instant):
        assert (clock.now(), clock.today()) == (instant, date(2026, 9, 1))
    assert clock.now() > datetime(2026, 9, 2, tzinfo=UTC) or clock.now() != instant
