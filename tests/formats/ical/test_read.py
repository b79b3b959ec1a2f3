"""Calendars of others: what is taken from them, what is guessed, and what is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.calendar_samples import SAMPLES, WINDOW, local
from usergroups.formats.ical.read import NotACalendarError, read_calendar
from usergroups.inputs.imported_event import ImportedEvent, Reading
from usergroups.models import Attendance, EventStatus


def read(data: bytes, zone: str = "Europe/Paris") -> Reading:
    return read_calendar(data, timezone=zone, window=WINDOW)


def calendar(*lines: str, head: str = "") -> bytes:
    heads = ["VERSION:2.0", "PRODID:-//x//EN", *([head] if head else [])]
    return "\r\n".join(["BEGIN:VCALENDAR", *heads, *lines, "END:VCALENDAR"]).encode()


def vevent(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", "UID:a@x", "SUMMARY:Talk", *lines, "END:VEVENT"])


def starts(reading: Reading) -> list[str]:
    return [f"{event.starts_at:%Y-%m-%dT%H:%M}" for event in reading.events]


def test_a_meetup_platforms_feed_whole():
    """UTC times, the zone said once for all; a platform's extras are left alone."""
    reading = read((SAMPLES / "platform.ics").read_bytes(), zone="Europe/Berlin")
    assert all(event.unit for event in reading.events)
    bare = tuple(event.model_copy(update={"unit": ""}) for event in reading.events)
    assert reading.model_copy(update={"events": bare}) == Reading(
        events=(
            ImportedEvent(
                uid="event_1@platform.example",
                title="R-Ladies: intro, part 1",
                description="First line\nSecond; line",
                starts_at=datetime(2026, 6, 16, 18, tzinfo=UTC),
                ends_at=datetime(2026, 6, 16, 20, tzinfo=UTC),
                timezone="Europe/Copenhagen",
                venue="Library, Main Street 1",
                latitude=56.15,
                longitude=10.2,
                url="https://platform.example/events/1/",
                organizer="Somebody: with a colon",
                sequence=3,
                created_at=datetime(2026, 5, 1, 10, tzinfo=UTC),
                revised_at=datetime(2026, 5, 2, 10, tzinfo=UTC),
            ),
            ImportedEvent(
                uid="event_2@platform.example",
                title="Called off",
                end_is_known=False,
                starts_at=datetime(2026, 6, 20, 18, tzinfo=UTC),
                ends_at=datetime(2026, 6, 20, 20, tzinfo=UTC),
                timezone="Europe/Copenhagen",
                status=EventStatus.CANCELLED,
                attendance=Attendance.ONLINE,
                revised_at=datetime(2026, 5, 1, 10, tzinfo=UTC),
            ),
        ),
        skipped=(
            ("event_3@platform.example", "bad_date"),
            ("event_4@platform.example", "no_start"),
        ),
    )


@pytest.mark.parametrize(
    ("lines", "begins", "ends", "zone", "warnings"),
    [
        (["DTSTART:20260701T100000Z"], (10, 0), (12, 0), "Europe/Paris", ()),
        (["DTSTART:20260701T100000"], (8, 0), (10, 0), "Europe/Paris", ()),
        (["DTSTART;TZID=Asia/Tokyo:20260701T190000", "DURATION:PT90M"],
         (10, 0), (11, 30), "Asia/Tokyo", ()),
        (['DTSTART;TZID="W. Europe Standard Time":20260701T100000'],
         (8, 0), (10, 0), "Europe/Berlin", ()),
        (["DTSTART;TZID=/vendor.example/20260101/europe/lisbon:20260701T100000"],
         (9, 0), (11, 0), "Europe/Lisbon", ()),
        (["DTSTART;TZID=Customized Time Zone:20260701T100000"],
         (8, 0), (10, 0), "Europe/Paris", ("tz_guessed",)),
        (["DTSTART;TZID=Europe:20260701T100000"],
         (8, 0), (10, 0), "Europe/Paris", ("tz_guessed",)),
        (["DTSTART:20260701T100000Z", "DTEND:20260701T090000Z"],
         (10, 0), (12, 0), "Europe/Paris", ("bad_end",)),
        (["DTSTART:20260701T100000Z", "DTEND:tomorrow"],
         (10, 0), (12, 0), "Europe/Paris", ("bad_end",)),
        (["DTSTART:20260701T100000Z", "DURATION:soon"],
         (10, 0), (12, 0), "Europe/Paris", ("bad_end",)),
    ],
)  # fmt: skip
def test_times(lines, begins, ends, zone, warnings):
    reading = read(calendar(vevent(*lines)))
    (event,) = reading.events
    assert event.starts_at == datetime(2026, 7, 1, *begins, tzinfo=UTC)
    assert event.ends_at == datetime(2026, 7, 1, *ends, tzinfo=UTC)
    assert (event.timezone, reading.warnings) == (zone, warnings)


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        (["DTSTART;VALUE=DATE:20260714"], 15),
        (["DTSTART:20260714"], 15),
        (["DTSTART;VALUE=DATE:20260714", "DTEND;VALUE=DATE:20260717"], 17),
        (["DTSTART;VALUE=DATE:20260714", "DURATION:P2D"], 16),
    ],
)
def test_whole_days(lines, last):
    """They begin and end at midnight in the calendar's zone."""
    reading = read(calendar(vevent(*lines), head="X-WR-TIMEZONE:America/Lima"))
    (event,) = reading.events
    assert event.all_day
    assert event.timezone == "America/Lima"
    assert event.starts_at == local("America/Lima", 2026, 7, 14)
    assert event.ends_at == local("America/Lima", 2026, 7, last)


@pytest.mark.parametrize(
    ("lines", "attendance", "venue", "online_url"),
    [
        (["LOCATION:Library"], Attendance.IN_PERSON, "Library", ""),
        ([], Attendance.IN_PERSON, "", ""),
        (["LOCATION:Online event"], Attendance.ONLINE, "", ""),
        (["LOCATION:https://meet.example/1"], Attendance.ONLINE, "", "https://meet.example/1"),
        (["LOCATION:Online", 'CONFERENCE;VALUE=URI;LABEL="a:b;c":https://meet.example/1'],
         Attendance.ONLINE, "", "https://meet.example/1"),
        (["LOCATION:Library", "CONFERENCE;VALUE=URI:https://meet.example/1"],
         Attendance.HYBRID, "Library", "https://meet.example/1"),
        (["LOCATION:Library", "CONFERENCE:javascript:alert(1)"],
         Attendance.IN_PERSON, "Library", ""),
        (["LOCATION:Library", "CONFERENCE:https://me:secret@meet.example/"],
         Attendance.IN_PERSON, "Library", ""),
    ],
)  # fmt: skip
def test_places(lines, attendance, venue, online_url):
    (event,) = read(calendar(vevent("DTSTART:20260701T100000Z", *lines))).events
    assert (event.attendance, event.venue, event.online_url) == (attendance, venue, online_url)


def test_a_series_follows_the_clock_on_the_wall():
    """Weekly over the change of October, one date dropped, one moved, one called off."""
    reading = read((SAMPLES / "series.ics").read_bytes())
    assert [
        (event.recurrence_id, f"{event.starts_at:%m-%d %H:%M}", event.title, event.status.value)
        for event in reading.events
    ] == [
        ("20261006T170000Z", "10-06 17:00", "Weekly", "confirmed"),
        ("20261020T170000Z", "10-21 17:00", "Weekly, a day late", "confirmed"),
        ("20261027T180000Z", "10-27 18:00", "Weekly", "cancelled"),
        ("20261103T180000Z", "11-03 18:00", "Weekly", "confirmed"),
        ("20261224", "12-23 23:00", "Holidays", "confirmed"),
        ("20270107", "01-06 23:00", "Holidays", "confirmed"),
    ]
    assert {event.uid for event in reading.events} == {"weekly@x", "days@x"}
    assert (reading.skipped, reading.warnings) == ((), ())


def test_whole_days_of_a_series_end_at_midnight_also_when_clocks_change():
    rule = "RRULE:FREQ=WEEKLY;COUNT=3"
    reading = read(calendar(vevent("DTSTART;VALUE=DATE:20260322", rule)))
    assert [(event.starts_at, event.ends_at) for event in reading.events] == [
        (local("Europe/Paris", 2026, 3, 22), local("Europe/Paris", 2026, 3, 23)),
        (local("Europe/Paris", 2026, 3, 29), local("Europe/Paris", 2026, 3, 30)),
        (local("Europe/Paris", 2026, 4, 5), local("Europe/Paris", 2026, 4, 6)),
    ]


def test_no_more_dates_than_anybody_needs():
    reading = read(calendar(vevent("DTSTART:20200101T180000Z", "RRULE:FREQ=DAILY")))
    assert len(reading.events) == 104
    assert starts(reading)[0] == "2026-01-01T18:00"


@pytest.mark.parametrize(
    ("rule", "warning"),
    [
        ("FREQ=SECONDLY", "rrule_too_dense"),
        ("FREQ=MINUTELY;COUNT=3", "rrule_too_dense"),
        ("FREQ=HOURLY;INTERVAL=24", "rrule_too_dense"),
        ("FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2,3", "rrule_too_dense"),
        ("FREQ=DAILY;BYSETPOS=7", "bad_rrule"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "dtstart_off_rule"),
        ("FREQ=WEEKLY;INTERVAL=0", "bad_rrule"),
        ("FREQ=WEEKLY;INTERVAL=99999999999999", "bad_rrule"),
        ("FREQ=SOMETIMES", "bad_rrule"),
        ("COUNT=3", "bad_rrule"),
        ("nonsense", "bad_rrule"),
    ],
)
def test_rules_that_are_not_followed(rule, warning):
    """The first date stands."""
    reading = read(calendar(vevent("DTSTART:20260701T100000Z", f"RRULE:{rule}")))
    assert starts(reading) == ["2026-07-01T10:00"]
    assert reading.warnings == (warning,)


def test_the_newest_version_of_the_same_counts():
    reading = read(
        calendar(
            vevent("DTSTART:20260701T100000Z", "SEQUENCE:2", "DTSTAMP:20260101T000000Z"),
            vevent("DTSTART:20260702T100000Z", "SEQUENCE:1", "DTSTAMP:20260301T000000Z"),
        )
    )
    assert starts(reading) == ["2026-07-01T10:00"]
    assert reading.warnings == ("duplicate_uid",)


def test_events_without_uid_are_told_apart_and_known_again():
    bare = "BEGIN:VEVENT\r\nUID:\r\nSUMMARY:{}\r\nDTSTART:20260701T100000Z\r\nEND:VEVENT"
    data = calendar(bare.format("One"), bare.format("Two"))
    reading = read(data)
    assert sorted(event.title for event in reading.events) == ["One", "Two"]
    assert len({event.uid for event in reading.events}) == 2
    assert reading.warnings == ("missing_uid",)
    assert read(data) == reading


def test_what_is_not_public_is_left_out():
    reading = read(calendar(vevent("DTSTART:20260701T100000Z", "CLASS:private")))
    assert reading == Reading(skipped=(("a@x", "not_public"),))


def test_a_download_that_broke_off():
    """What is whole stands; that something is missing is said."""
    whole = calendar(vevent("DTSTART:20260701T100000Z"), vevent("DTSTART:20260702T100000Z"))
    reading = read(whole[: whole.rindex(b"DTSTART") + 20])
    assert starts(reading) == ["2026-07-01T10:00"]
    assert reading.skipped == (("a@x", "unclosed"),)
    assert reading.warnings == ("truncated",)
    assert "truncated" in read(whole.removesuffix(b"END:VCALENDAR")).warnings


def test_one_bad_entry_costs_one_entry():
    good = vevent("DTSTART:20260701T100000Z")
    bad = good.replace("a@x", "b@x").replace("20260701", "20260231")
    inner = good.replace("a@x", "inner@x")
    nested = good.replace("a@x", "c@x").replace("END:VEVENT", f"{inner}\r\nEND:VEVENT")
    reading = read(calendar(bad, good, nested))
    assert [event.uid for event in reading.events] == ["a@x", "c@x"]
    assert reading.skipped == (("b@x", "bad_date"), ("inner@x", "nested"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_encodings_and_line_ends(encoding, line_end):
    text = calendar(vevent("DTSTART:20260701T100000Z", "LOCATION:Café é")).decode()
    reading = read(text.replace("\r\n", line_end).encode(encoding))
    assert [event.venue for event in reading.events] == ["Café é"]


def test_a_fold_inside_a_character():
    data = calendar(vevent("DTSTART:20260701T100000Z", "LOCATION:Café"))
    folded = data.replace("é".encode(), b"\xc3\r\n \xa9")
    assert [event.venue for event in read(folded).events] == ["Café"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_calendar"),
        (b"<!doctype html><title>Sign in</title><p>BEGIN:VCALENDAR", "not_calendar"),
        (b'{"error": "not found"}', "not_calendar"),
        (b"BEGIN:VCALENDAR\r\n" + b"X" * 10_000_000, "too_large"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 5_001, "too_many_events"),
    ],
)
def test_what_is_no_calendar_is_refused(data, reason):
    with pytest.raises(NotACalendarError) as refused:
        read(data)
    assert refused.value.reason == reason


def test_fingerprint_moves_with_what_people_see():
    event = read(calendar(vevent("DTSTART:20260701T100000Z", "SEQUENCE:1"))).events[0]
    restamped = calendar(
        vevent("DTSTART:20260701T100000Z", "SEQUENCE:9", "DTSTAMP:20260601T000000Z")
    )
    assert read(restamped).events[0].fingerprint == event.fingerprint
    moved = calendar(vevent("DTSTART:20260701T110000Z", "SEQUENCE:1"))
    assert read(moved).events[0].fingerprint != event.fingerprint


TEXTS = st.text(max_size=300)
PIECES = st.sampled_from(
    [
        "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM",
        "END:VALARM", "UID:a", "UID:", "SUMMARY:x", "DTSTART:20260701T100000Z", "DTSTART:2026",
        "DTSTART;VALUE=DATE:20260701", "DTSTART;TZID=Europe/Paris:20260329T023000",
        "DTSTART;TZID=:99991231T235959", "DTSTART:00010101T000000", "DTSTART;VALUE=DATE:99991231",
        "DTEND:20260701T120000Z", "DTEND;VALUE=DATE:20260702", "DTEND:99991231T235959Z",
        "DURATION:P99999999999D", "DURATION:-PT1H", "DURATION:P", "RRULE:FREQ=WEEKLY;COUNT=3",
        "RRULE:FREQ=DAILY;UNTIL=20260801", "RRULE:FREQ=YEARLY;BYDAY=99MO;BYMONTH=13", "RRULE:",
        "RRULE:FREQ=MONTHLY;BYSETPOS=400;BYDAY=MO", "RDATE:20260701,x", "RDATE:20260705T100000Z",
        "RDATE;VALUE=PERIOD:20260705T100000Z/PT1H", "EXDATE:20260701T100000Z", "EXDATE:,,",
        "RECURRENCE-ID:20260701T100000Z", "RECURRENCE-ID:", "SEQUENCE:-1", "SEQUENCE:٣",
        "SEQUENCE:99999999999999999999", "GEO:nan;inf", "GEO:1;2;3", "GEO:48.8;2.3",
        "URL:http://[::1", "URL:https://x.example/", "CONFERENCE:http://a b", "STATUS:CANCELLED",
        "CREATED:00000000T000000Z", "LAST-MODIFIED:20260101", "DTSTAMP:x", '"', "X:\x00", ":",
        "X-WR-TIMEZONE:Mars/Base", "X-WR-TIMEZONE:../../etc/passwd", "CLASS:PUBLIC", " fold",
        "DESCRIPTION:\\", "SUMMARY:\u202e\u200b", "LOCATION:\ud83d", 'DTSTART;X=":20260701',
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | TEXTS, max_size=40), st.booleans())
def test_any_lines_give_a_reading_or_one_error(lines, is_whole):
    if is_whole:
        lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"]
    _read_or_refuse("\r\n".join(lines).encode("utf-8", "surrogatepass"))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2_000), st.integers(0, 60))
def test_any_damage_to_a_feed_gives_a_reading_or_one_error(noise, at, lost):
    data = (SAMPLES / "series.ics").read_bytes()
    _read_or_refuse(data[:at] + noise + data[at + lost :])


def _read_or_refuse(data: bytes) -> None:
    try:
        reading = read(data)
    except NotACalendarError:
        return
    for event in reading.events:
        assert event.title == " ".join(event.title.split()) != ""
        assert event.starts_at <= event.ends_at
