"""What is known already is recognised and not read again; what matters makes it new."""

from dataclasses import dataclass

import pytest

from tests.formats.ical.strange import WINDOW, shuffled
from tests.formats.ical.test_zones import CUSTOM, calendar
from usergroups.formats.ical.read import read_calendar
from usergroups.inputs.imported_event import Reading

MINE = CUSTOM.format(name="Mine")


def event(uid: str, *lines: str) -> str:
    start = "DTSTART:20260701T170000Z"
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Talk", start, *lines, "END:VEVENT"])


ONE = event("1@x", "DTSTAMP:20260501T090000Z", "SEQUENCE:1")
TWO = event("2@x", "LAST-MODIFIED:20260501T090000Z")
SERIES = event("3@x", "RRULE:FREQ=WEEKLY;COUNT=3", "DTSTAMP:20260501T090000Z")
MOVED = event("3@x", "RECURRENCE-ID:20260708T170000Z", "DTSTAMP:20260501T090000Z")
PARTS = (MINE, ONE, TWO, SERIES, MOVED)


@dataclass(frozen=True)
class Setting:
    """How a calendar is read."""

    timezone: str = "Europe/Paris"
    months_later: int = 0

    def read(self, data: bytes, known: frozenset[str] = frozenset()) -> Reading:
        """The reading of these bytes."""
        begin, end = WINDOW
        window = (begin.replace(month=1 + self.months_later), end)
        return read_calendar(data, timezone=self.timezone, window=window, known=known)


def units(reading: Reading) -> frozenset[str]:
    return frozenset(one.unit for one in reading.events)


def uids_read(data: bytes, setting: Setting | None = None) -> set[str]:
    """Whose entries are read again, after the calendar as it was."""
    known = units(Setting().read(calendar(*PARTS)))
    return {one.uid for one in (setting or Setting()).read(data, known).events}


def test_all_of_a_series_is_one_unit():
    reading = Setting().read(calendar(*PARTS))
    assert len({one.unit for one in reading.events if one.uid == "3@x"}) == 1
    assert len(units(reading)) == 3


def test_what_is_known_is_named_and_not_read():
    first = Setting().read(calendar(*PARTS))
    again = Setting().read(calendar(*PARTS), units(first))
    assert again == Reading(unchanged=units(first))
    assert again.is_complete


@pytest.mark.parametrize(
    "data",
    [
        calendar(*PARTS).replace(b"DTSTAMP:20260501", b"DTSTAMP:20260601"),
        calendar(*PARTS).replace(b"MODIFIED:20260501", b"MODIFIED:20260601"),
        calendar(*PARTS).replace(b"SEQUENCE:1", b"SEQUENCE:234"),
        calendar(*PARTS).replace(b"\n", b"\r\n"),
        calendar(*PARTS).replace(b"SUMMARY:Talk", b"SUMMARY:\n Talk"),
        shuffled(calendar(*PARTS)),
        calendar(*PARTS, CUSTOM.format(name="Europe/Berlin")),
    ],
)
def test_what_moves_for_nothing_makes_nothing_new(data):
    assert uids_read(data) == set()


@pytest.mark.parametrize(
    ("data", "setting", "uids"),
    [
        (calendar(MINE, ONE.replace("Talk", "Talks"), TWO, SERIES, MOVED), None, {"1@x"}),
        (calendar(MINE, ONE, TWO, SERIES, MOVED.replace("Talk", "Talks")), None, {"3@x"}),
        (calendar(MINE, ONE, TWO, SERIES), None, {"3@x"}),
        (calendar(MINE.replace("-0800", "-0900"), *PARTS[1:]), None, {"1@x", "2@x", "3@x"}),
        (calendar(*PARTS, head="X-WR-TIMEZONE:Asia/Tokyo"), None, {"1@x", "2@x", "3@x"}),
        (calendar(*PARTS, head="METHOD:CANCEL"), None, {"1@x", "2@x", "3@x"}),
        (calendar(*PARTS), Setting(timezone="Asia/Tokyo"), {"1@x", "2@x", "3@x"}),
        (calendar(*PARTS), Setting(months_later=1), {"3@x"}),
    ],
)
def test_what_matters_makes_it_new(data, setting, uids):
    assert uids_read(data, setting) == uids


def test_entries_left_out_are_told_of_each_time():
    bad = event("4@x").replace("20260701", "20260231")
    data = calendar(*PARTS, bad)
    known = units(Setting().read(data))
    assert Setting().read(data, known).skipped == (("4@x", "bad_date"),)


@pytest.mark.parametrize("data", [calendar(), calendar(*PARTS).removesuffix(b"END:VCALENDAR")])
def test_from_half_a_calendar_nothing_follows(data):
    assert not Setting().read(data).is_complete
