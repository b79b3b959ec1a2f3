"""Series of others: dates added, left out and told otherwise; what cannot be followed."""

import pytest

from tests.formats.ical.strange import told
from tests.formats.ical.test_zones import calendar

PARIS = "DTSTART;TZID=Europe/Paris:20260706T190000"
WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=3"


def event(*lines: str, uid: str = "s@x") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:Talk", *lines, "END:VEVENT"])


def times(said: dict) -> list[tuple[str, str | None]]:
    return [(one["start"][5:16], one["end"] and one["end"][5:16]) for one in said["events"]]


def starts(*parts: str) -> list[str]:
    return [one["start"][5:16] for one in told(calendar(*parts))["events"]]


@pytest.mark.parametrize(
    "left_out",
    [
        "EXDATE;TZID=Europe/Paris:20260713T190000",
        "EXDATE:20260713T170000Z",
        "EXDATE:20260713T190000",
        "EXDATE;VALUE=DATE:20260713",
        "EXDATE;TZID=America/New_York:20260713T130000",
        "EXDATE:20260101T000000Z,20260713T170000Z",
        "EXDATE;TZID=Europe/Paris:2026-07-13T19:00:00",
    ],
)
def test_dates_left_out(left_out):
    assert starts(event(PARIS, WEEKLY, left_out)) == ["07-06T17:00", "07-20T17:00"]


def test_dates_added():
    said = told(
        calendar(
            event(
                PARIS,
                "DTEND;TZID=Europe/Paris:20260706T200000",
                "RDATE;TZID=Europe/Paris;VALUE=PERIOD:20260708T190000/20260708T220000,"
                "20260709T190000/PT30M",
                "RDATE;VALUE=DATE:20260710",
                "RDATE;TZID=Europe/Paris:20260706T190000,nonsense",
            )
        )
    )
    assert times(said) == [
        ("07-06T17:00", "07-06T18:00"),
        ("07-08T17:00", "07-08T20:00"),
        ("07-09T17:00", "07-09T17:30"),
        ("07-10T17:00", "07-10T18:00"),
    ]
    assert said["warnings"] == ["bad_rdate"]


@pytest.mark.parametrize(
    ("recurrence_id", "master"),
    [
        ("RECURRENCE-ID;TZID=Europe/Paris:20260713T190000", PARIS),
        ("RECURRENCE-ID:20260713T170000Z", PARIS),
        ("RECURRENCE-ID:20260713T190000", PARIS),
        ("RECURRENCE-ID;VALUE=DATE:20260713", PARIS),
    ],
)
@pytest.mark.parametrize("override_comes_first", [True, False])
def test_a_date_told_otherwise(recurrence_id, master, override_comes_first):
    parts = [event(recurrence_id, "DTSTART:20260714T170000Z"), event(master, WEEKLY)]
    said = told(calendar(*(parts if override_comes_first else reversed(parts))))
    assert times(said) == [("07-06T17:00", None), ("07-14T17:00", None), ("07-20T17:00", None)]
    assert said["events"][1]["recurrence_id"] == "2026-07-13T17:00:00Z"
    assert said["warnings"] == []


def test_a_date_moved_out_of_sight_is_gone_from_where_it_was():
    away = event("RECURRENCE-ID:20260713T170000Z", "DTSTART:20300714T170000Z")
    said = told(calendar(event(PARIS, WEEKLY), away))
    assert times(said) == [("07-06T17:00", None), ("07-20T17:00", None)]
    assert said["skipped"] == [{"uid": "s@x", "reason": "out_of_range"}]


def test_a_date_called_off():
    off = event("RECURRENCE-ID:20260713T170000Z", "DTSTART:20260713T170000Z", "STATUS:CANCELLED")
    said = told(calendar(event(PARIS, WEEKLY), off))
    assert [one["status"] for one in said["events"]] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]


def test_this_date_and_all_that_follow():
    later = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260713T170000Z",
        "DTSTART;TZID=Europe/Paris:20260714T200000",
        "DURATION:PT1H",
    )
    said = told(calendar(event(PARIS, WEEKLY), later))
    assert times(said) == [
        ("07-06T17:00", None),
        ("07-14T18:00", "07-14T19:00"),
        ("07-21T18:00", "07-21T19:00"),
    ]
    assert [one.get("recurrence_id") for one in said["events"]] == [
        None,
        "2026-07-13T17:00:00Z",
        None,
    ]


def test_of_two_versions_of_a_date_the_newer_counts():
    parts = [
        event("RECURRENCE-ID:20260713T170000Z", "DTSTART:20260714T170000Z", f"SEQUENCE:{number}",
              f"LOCATION:{number}")
        for number in (1, 3, 2)
    ]  # fmt: skip
    said = told(calendar(event(PARIS, WEEKLY), *parts))
    assert [one["location"] for one in said["events"]] == [None, "3", None]
    assert said["warnings"] == ["duplicate_uid"]


def test_a_date_without_its_series():
    said = told(calendar(event("RECURRENCE-ID:20260713T170000Z", "DTSTART:20260714T170000Z")))
    assert (times(said), said["warnings"]) == ([("07-14T17:00", None)], ["orphan_override"])


def test_a_single_meetup_told_otherwise_is_one():
    told_again = event("RECURRENCE-ID:20260706T170000Z", "DTSTART:20260707T170000Z")
    assert starts(event(PARIS), told_again) == ["07-07T17:00"]


@pytest.mark.parametrize(
    ("lines", "ends"),
    [
        # DTEND tells an exact time, DURATION days by the calendar (RFC 5545 section 3.8.5.3).
        (["DTEND;TZID=Europe/Paris:20261019T190000"], ["10-19T17:00", "10-25T17:00"]),
        (["DURATION:P1D"], ["10-19T17:00", "10-25T18:00"]),
        (["DURATION:PT24H"], ["10-19T17:00", "10-25T17:00"]),
    ],
)
def test_lengths_over_a_change_of_the_clocks(lines, ends):
    start = "DTSTART;TZID=Europe/Paris:20261018T190000"
    said = told(calendar(event(start, "RDATE;TZID=Europe/Paris:20261024T190000", *lines)))
    assert [one["end"][5:16] for one in said["events"]] == ends


@pytest.mark.parametrize(
    ("lines", "warning"),
    [
        (["RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY"], "bad_rrule"),
        (["RRULE:FREQ=SECONDLY"], "rrule_too_dense"),
        (["RDATE:" + ",".join(["20260801T000000Z"] * 501)], "rrule_too_dense"),
        (["RRULE:FREQ=WEEKLY", "EXDATE:" + ",".join(["20260801"] * 501)], "rrule_too_dense"),
        (["RRULE:FREQ=WEEKLY;RSCALE=CHINESE"], "bad_rrule"),
    ],
)
def test_what_is_not_followed_leaves_its_first_date(lines, warning):
    said = told(calendar(event("DTSTART:20260706T170000Z", *lines)))
    assert (times(said), said["warnings"]) == ([("07-06T17:00", None)], [warning])


def test_a_series_that_is_over_is_out_of_range():
    over = event("DTSTART:20200706T170000Z", "RRULE:FREQ=WEEKLY;COUNT=5")
    said = told(calendar(over))
    assert (said["events"], said["skipped"]) == ([], [{"uid": "s@x", "reason": "out_of_range"}])


def test_a_series_since_the_year_one():
    since = event("DTSTART:00010101T170000Z", "RRULE:FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=6")
    assert starts(since) == ["07-06T17:00", "07-06T17:00"]


def test_whole_days_left_out_and_added():
    said = told(
        calendar(
            event(
                "DTSTART;VALUE=DATE:20260706",
                "RRULE:FREQ=WEEKLY;UNTIL=20260720",
                "EXDATE;VALUE=DATE:20260713",
                "RDATE;VALUE=DATE:20260722",
            )
        )
    )
    assert [(one["start"], one["end"]) for one in said["events"]] == [
        ("2026-07-06", "2026-07-07"),
        ("2026-07-20", "2026-07-21"),
        ("2026-07-22", "2026-07-23"),
    ]
    assert said["warnings"] == []
