"""Every zone, as calendar programs would work it out from our text, against the IANA database."""

import random
import zoneinfo
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import cache
from io import StringIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from dateutil import tz
from dateutil.rrule import rrulestr

from usergroups.formats.vtimezone import vtimezone

YEARS = range(1970, 2038)
RANDOM = random.Random(1970)
# Three instants a year for everybody; each test adds those around the changes of each zone.
INSTANTS = [
    datetime(year, 1, 2) + timedelta(minutes=RANDOM.randrange(363 * 1440))
    for year in YEARS
    for _ in range(3)
]
LINES = {"TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "RRULE", "BEGIN", "END"}


def test_dublin_whole():
    """Winter is the standard, although Irish law says otherwise."""
    assert vtimezone("Europe/Dublin", 2026).decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Dublin",
        "BEGIN:DAYLIGHT",
        "DTSTART:19810329T010000",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0100",
        "TZNAME:IST",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:19961027T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0000",
        "TZNAME:GMT",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


def test_a_zone_without_changes_whole():
    assert vtimezone("Asia/Tokyo").decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Tokyo",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0900",
        "TZOFFSETTO:+0900",
        "TZNAME:JST",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


@pytest.mark.parametrize(
    ("zone", "rules"),
    [
        ("Europe/Paris", ["1981 BYMONTH=3;BYDAY=-1SU", "1996 BYMONTH=10;BYDAY=-1SU"]),
        ("America/New_York", ["2007 BYMONTH=3;BYDAY=2SU", "2007 BYMONTH=11;BYDAY=1SU"]),
        ("Australia/Sydney", ["2008 BYMONTH=4;BYDAY=1SU", "2008 BYMONTH=10;BYDAY=1SU"]),
        (
            "Asia/Jerusalem",
            ["2013 BYMONTH=3;BYMONTHDAY=23,24,25,26,27,28,29;BYDAY=FR",
             "2013 BYMONTH=10;BYDAY=-1SU"],
        ),
    ],
)  # fmt: skip
def test_todays_rules_alone(zone, rules):
    """Two observances, from the year in which the rule began."""
    observances = _observances(vtimezone(zone, 2026))
    assert sorted(
        f"{each['DTSTART'][:4]} {each['RRULE'].removeprefix('FREQ=YEARLY;')}"
        for each in observances
    ) == sorted(rules)


def test_every_zone_at_every_change():
    """What RFC 5545 section 3.6.5 makes of our text is what the IANA database says."""
    wrong, looked_at = [], 0
    for zone in sorted(available_timezones()):
        text, clock = vtimezone(zone), ZoneInfo(zone)
        onsets = _onsets(_observances(text))
        keys = [at for at, _ in onsets]
        first = max(keys[0], datetime(1970, 1, 1))
        around = [at + timedelta(seconds=s) for at in keys for s in (-1, 0, 3600)]
        for at in [*INSTANTS, *(at for at in around if at >= first)]:
            offset = onsets[bisect_right(keys, at) - 1][1]
            if offset != at.replace(tzinfo=UTC).astimezone(clock).utcoffset():
                wrong.append((zone, at, offset))
            looked_at += 1
    assert wrong == []
    assert looked_at > 200_000


def test_the_text_from_a_later_year_agrees_from_that_year_on():
    for zone in sorted(available_timezones()):
        clock = ZoneInfo(zone)
        onsets = _onsets(_observances(vtimezone(zone, 2024)))
        keys = [at for at, _ in onsets]
        for at in INSTANTS:
            if at.year >= 2024:
                expected = at.replace(tzinfo=UTC).astimezone(clock).utcoffset()
                assert onsets[bisect_right(keys, at) - 1][1] == expected, (zone, at)


@pytest.mark.parametrize(
    "zone",
    [
        "Africa/Cairo", "Africa/Casablanca", "America/Asuncion", "America/New_York",
        "America/Nuuk", "America/Santiago", "Asia/Gaza", "Asia/Jerusalem", "Asia/Kathmandu",
        "Australia/Lord_Howe", "Europe/Dublin", "Europe/Istanbul", "Europe/Paris",
        "Pacific/Apia", "Pacific/Chatham",
    ],
)  # fmt: skip
def test_dateutil_agrees(zone):
    """A reader that is not ours, each tenth day at hours at which no clock is changed."""
    read = tz.tzical(StringIO(vtimezone(zone).decode())).get(zone)
    for day in range(0, 68 * 365, 10):
        wall = datetime(1970, 1, 2, 12 + 6 * (day % 2), 30) + timedelta(days=day)
        assert wall.replace(tzinfo=read).utcoffset() == ZoneInfo(zone).utcoffset(wall), wall


def test_form_of_every_zone():
    """Only what every program knows: no lists of dates, no names of its own, one day a rule."""
    for zone in sorted(available_timezones()):
        text = vtimezone(zone).decode("ascii")
        assert text.endswith("END:VTIMEZONE\r\n")
        assert all(len(line) <= 75 for line in text.split("\r\n")), zone
        whole = text.replace("\r\n ", "").split("\r\n")[:-1]
        assert {line.partition(":")[0] for line in whole} <= LINES
        assert len(vtimezone(zone, 2026)) < 3_000, zone


def test_rules_are_those_of_the_pinned_package_not_of_the_machine():
    assert zoneinfo.TZPATH == ()
    # Morocco put its clocks back for good in 2026; calendar programs know that by its name.
    assert datetime(2027, 1, 1, tzinfo=ZoneInfo("Africa/Casablanca")).utcoffset() == timedelta(0)


def test_an_unknown_zone():
    with pytest.raises(ZoneInfoNotFoundError):
        vtimezone("Mars/Olympus_Mons")


def _observances(text: bytes) -> list[dict[str, str]]:
    return [
        dict(line.split(":", 1) for line in part.splitlines()[1:] if ":" in line)
        for part in text.decode().replace("\r\n ", "").split("BEGIN:")[2:]
    ]


def _onsets(observances: list[dict[str, str]]) -> list[tuple[datetime, timedelta]]:
    """The instants in UTC at which each observance begins, with the offset from then on."""
    return sorted(onset for each in observances for onset in _onsets_of(tuple(each.items())))


@cache
def _onsets_of(items: tuple[tuple[str, str], ...]) -> list[tuple[datetime, timedelta]]:
    observance = dict(items)
    start = datetime.strptime(observance["DTSTART"], "%Y%m%dT%H%M%S")
    before = _offset(observance["TZOFFSETFROM"])
    rule, _, until = observance.get("RRULE", "").partition(";UNTIL=")
    walls = [start]
    if rule:
        walls = rrulestr(rule, dtstart=start).between(start, datetime(2038, 1, 1), inc=True)
        assert walls[0] == start
    last = datetime.strptime(until, "%Y%m%dT%H%M%SZ") if until else datetime.max
    return [
        (wall - before, _offset(observance["TZOFFSETTO"]))
        for wall in walls
        if wall - before <= last
    ]


def _offset(text: str) -> timedelta:
    hours, minutes, seconds = int(text[1:3]), int(text[3:5]), int(text[5:7] or 0)
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if text[0] == "-" else length
