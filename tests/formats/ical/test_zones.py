"""Which zone a name means: everybody's, the calendar's own, or a guess that is said."""

import pytest

from tests.formats.ical.strange import told

CUSTOM = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0800
TZOFFSETTO:-0700
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0700
TZOFFSETTO:-0800
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11
END:STANDARD
END:VTIMEZONE"""
DUBLIN = """BEGIN:VTIMEZONE
TZID:Baile
BEGIN:STANDARD
DTSTART:19810329T010000
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19961027T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE"""
LISTED = """BEGIN:VTIMEZONE
TZID:Listed
BEGIN:STANDARD
DTSTART:20250101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20260601T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0430
RDATE:20270601T000000
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20261001T000000
TZOFFSETFROM:+0430
TZOFFSETTO:+0300
END:STANDARD
END:VTIMEZONE"""


def calendar(*parts: str, head: str = "") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *([head] if head else [])]
    return "\n".join([*lines, *parts, "END:VCALENDAR"]).encode()


def event(start: str, *more: str) -> str:
    lines = ["BEGIN:VEVENT", "UID:a@x", "SUMMARY:Talk", f"DTSTART{start}", *more, "END:VEVENT"]
    return "\n".join(lines)


def starts(data: bytes, **given: object) -> tuple[list[str], list[str]]:
    said = told(data, **given)
    return [one["start"] for one in said["events"]], said["warnings"]


@pytest.mark.parametrize(
    ("name", "hour", "warnings"),
    [
        ("Europe/Athens", 16, []),
        ("europe/athens", 16, []),
        ('"Europe/Athens"', 16, []),
        ("GTB Standard Time", 16, []),
        ("/mozilla.org/20050126_1/Europe/Athens", 16, []),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Athens", 16, []),
        ("UTC+3", 16, []),
        ('"UTC+03:00"', 16, []),
        ("GMT+0300", 16, []),
        ("+03", 16, []),
        ("UTC-3", 22, []),
        ("Etc/GMT-3", 16, []),  # those count the other way round
        ("UTC", 19, []),
        ("tzone://Microsoft/Utc", 19, []),
        ("GMT", 19, []),
        ("UTC+99", 17, ["tz_guessed"]),
        ("(UTC+02:00) Athens, Bucharest", 17, ["tz_guessed"]),
        ("Mars/Base", 17, ["tz_guessed"]),
        ("../../etc/localtime", 17, ["tz_guessed"]),
        ("Europe", 17, ["tz_guessed"]),
        ("X" * 5_000, 17, ["tz_guessed"]),
    ],
)
def test_names(name, hour, warnings):
    found = starts(calendar(event(f";TZID={name}:20260701T190000")))
    assert found == ([f"2026-07-01T{hour}:00:00Z"], warnings)


@pytest.mark.parametrize(
    "name",
    ["Customized Time Zone", "Zone, with: all; there is", "Heure normale de Lá-bas", "Mars/Base"],
)
def test_a_zone_that_only_its_calendar_explains(name):
    zone = CUSTOM.format(name=name)
    for day, instant in (
        ("20260714", "2026-07-15T01:00:00Z"),
        ("20261214", "2026-12-15T02:00:00Z"),
    ):
        found = starts(calendar(zone, event(f';TZID="{name}":{day}T180000')))
        assert found == ([instant], [])


def test_two_calendars_mean_different_zones_by_one_name():
    one = CUSTOM.format(name="Customized Time Zone")
    other = one.replace("-0800", "+0900").replace("-0700", "+0900")
    for zone, hour in ((one, "01"), (other, "09"), (one, "01")):
        (instant,), _ = starts(calendar(zone, event(";TZID=Customized Time Zone:20260714T180000")))
        assert instant[11:13] == hour


def test_such_a_meetup_is_shown_by_a_zone_with_the_same_clocks():
    zone = CUSTOM.format(name="Mine")
    said = told(calendar(zone, event(";TZID=Mine:20260714T180000")))
    assert said["events"][0]["timezone"] == "America/Los_Angeles"
    at_home = told(calendar(zone, event(";TZID=Mine:20260714T180000")), timezone="America/Tijuana")
    assert at_home["events"][0]["timezone"] == "America/Tijuana"


@pytest.mark.parametrize(
    ("zone", "start", "instant"),
    [
        (DUBLIN, "Baile:20260716T190000", "2026-07-16T18:00:00Z"),
        (DUBLIN, "Baile:20261217T190000", "2026-12-17T19:00:00Z"),
        (LISTED, "Listed:20260531T190000", "2026-05-31T16:00:00Z"),
        (LISTED, "Listed:20260716T190000", "2026-07-16T14:30:00Z"),
        (LISTED, "Listed:20261217T190000", "2026-12-17T16:00:00Z"),
        (LISTED, "Listed:20270716T190000", "2027-07-16T14:30:00Z"),
        # A time that clocks skip, and one that they show twice (RFC 5545 section 3.3.5).
        (CUSTOM.format(name="C"), "C:20260308T023000", "2026-03-08T10:30:00Z"),
        (CUSTOM.format(name="C"), "C:20261101T013000", "2026-11-01T08:30:00Z"),
        ("", "America/Los_Angeles:20260308T023000", "2026-03-08T10:30:00Z"),
        ("", "America/Los_Angeles:20261101T013000", "2026-11-01T08:30:00Z"),
    ],
)
def test_instants(zone, start, instant):
    parts = [zone] if zone else []
    assert starts(calendar(*parts, event(f";TZID={start}"))) == ([instant], [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3", "FREQ=SECONDLY"),
        ("FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3", "FREQ=WEEKLY"),
        ("TZOFFSETTO:-0700", "TZOFFSETTO:soon"),
        ("TZOFFSETTO:-0700", "TZOFFSETTO:-9900"),
        ("DTSTART:16010101T020000", "DTSTART:never"),
        ("BEGIN:DAYLIGHT", "BEGIN:DAY"),
    ],
)
def test_an_explanation_that_explains_nothing_is_no_use(old, new):
    zone = CUSTOM.format(name="Mine").replace(old, new).replace("END:DAY\n", "END:DAYLIGHT\n")
    found, warnings = starts(calendar(zone, event(";TZID=Mine:20260714T180000")))
    if new != "BEGIN:DAY":
        assert (found, warnings) == (["2026-07-14T16:00:00Z"], ["bad_vtimezone", "tz_guessed"])
    else:  # half of it is there
        assert found == ["2026-07-15T02:00:00Z"]


@pytest.mark.parametrize(
    ("head", "instant", "warnings"),
    [
        ("X-WR-TIMEZONE:America/New_York", "2026-07-01T23:00:00Z", []),
        ("X-WR-TIMEZONE:UTC", "2026-07-01T19:00:00Z", []),
        ("X-WR-TIMEZONE:Eastern Standard Time", "2026-07-01T23:00:00Z", []),
        ("X-WR-TIMEZONE:Mars/Base", "2026-07-01T17:00:00Z", ["tz_guessed"]),
        ("", "2026-07-01T17:00:00Z", []),
    ],
)
def test_times_that_name_no_zone(head, instant, warnings):
    assert starts(calendar(event(":20260701T190000"), head=head)) == ([instant], warnings)
    # That nobody knows the calendar's own zone matters only to those.
    utc = calendar(event(":20260701T190000Z"), head=head)
    assert starts(utc) == (["2026-07-01T19:00:00Z"], [])


def test_zones_that_nobody_uses_cost_nothing():
    many = [CUSTOM.format(name=f"Zone {number}") for number in range(600)]
    found = starts(calendar(*many, event(";TZID=Zone 3:20260714T180000")))
    assert found == (["2026-07-15T01:00:00Z"], ["too_many_timezones"])
