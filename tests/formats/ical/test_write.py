"""Calendars as we publish them, whole, and read again by our own reader."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.calendar_samples import (
    GROUP,
    HEAD,
    LINKS,
    SAMPLES,
    WINDOW,
    day,
    feed,
    hard_cases,
    local,
    meetup,
)
from usergroups.formats.ical.read import read_calendar
from usergroups.formats.ical.write import is_announced, write_calendar, write_event
from usergroups.inputs.imported_event import Reading
from usergroups.models import Attendance, Event, EventStatus

TEXTS = st.text(max_size=300)


def read(data: bytes) -> Reading:
    return read_calendar(data, timezone="Europe/Paris", window=WINDOW)


def test_a_feed_whole():
    events = [
        meetup(
            1, title="R & données", description="Come **all**.\n\nBring, if you can; a laptop",
            attendance=Attendance.HYBRID, venue="Library, 3 rue X", latitude=45.764,
            longitude=4.83, online_url="https://meet.example/r", sequence=2,
            url="https://tickets.example/1",
        ),
        meetup(2, status=EventStatus.CANCELLED, **day("Europe/Paris", 2026, 7, 14)),
    ]  # fmt: skip
    assert feed(events) == (SAMPLES / "published.ics").read_bytes()


def test_a_feed_without_meetups():
    text = feed([]).decode()
    assert text.endswith("LAST-MODIFIED:20260502T080000Z\r\nEND:VCALENDAR\r\n")
    assert "VTIMEZONE" not in text
    assert read(text.encode()) == Reading(warnings=("empty_feed",))


def test_lint():
    """RFC 5545 section 3.1: CRLF, 75 octets, no controls; balanced, no UID on the calendar."""
    data = feed(hard_cases())
    lines = data.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    for line in lines:
        assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", line)
        line.decode()  # no character is cut in two
    assert data.count(b"\nEND:") == data.count(b"\nBEGIN:") + 1
    assert b"UID" not in data[: data.index(b"BEGIN:VEVENT")]
    assert b"RDATE" not in data


def test_what_would_turn_text_round_is_left_out():
    said = write_event(
        meetup(title="a\u202eb\x00\x1bc\r\nATTENDEE:mailto:x@y", venue="v\u2028w\u0085x"),
        GROUP,
        LINKS,
    ).decode()
    assert "SUMMARY:abc ATTENDEE:mailto:x@y\r\n" in said
    assert "LOCATION:v w x\r\n" in said
    assert "\r\nATTENDEE" not in said


def test_a_name_that_looks_like_the_end_of_the_calendar():
    head = replace(HEAD, name="END:VCALENDAR", description="x\r\nEND:VCALENDAR\r\n")
    data = write_calendar(head, [write_event(meetup(), GROUP, LINKS)])
    assert data.count(b"\nEND:VCALENDAR") == 1
    assert [event.title for event in read(data).events] == ["Meetup 1"]


def test_a_long_description_is_cut_between_words():
    said = meetup(description="word " * 2_000)
    (event,) = read(feed([said])).events
    assert event.description == "word " * 798 + "word…"


def test_a_long_description_without_spaces_is_cut_between_characters():
    """Four kilobytes of octets, in every script."""
    said = meetup(description="日本語で話す会です。" * 500)
    (event,) = read(feed([said])).events
    assert event.description == ("日本語で話す会です。" * 500)[:1_332] + "…"
    assert len(event.description.encode()) == 3_999


def test_uid_of_a_date_of_a_series_is_its_own():
    series = [
        meetup(uid="s@x", recurrence_id=date)
        for date in ("", "20260611T170000Z", "20260618T170000Z")
    ]
    uids = [re.search("UID:(.*)\r", write_event(e, GROUP, LINKS).decode())[1] for e in series]
    assert uids == ["s@x", "s@x-20260611T170000Z", "s@x-20260618T170000Z"]
    long = write_event(meetup(uid="u" * 300), GROUP, LINKS).decode()
    assert len(re.search("UID:(.*)\r", long)[1]) == 64


@pytest.mark.parametrize(
    ("status", "cancelled_ago", "starts_in", "announced"),
    [
        (EventStatus.DRAFT, None, 5, False),
        (EventStatus.TENTATIVE, None, 5, True),
        (EventStatus.CONFIRMED, None, -50, True),
        (EventStatus.CANCELLED, 13, -13, True),
        (EventStatus.CANCELLED, 14, -14, False),
        (EventStatus.CANCELLED, 100, 5, True),
        (EventStatus.CANCELLED, 100, -0.9, True),
        (EventStatus.CANCELLED, 100, -1, False),
    ],
)
def test_how_long_a_cancelled_meetup_is_announced(status, cancelled_ago, starts_in, announced):
    now = datetime(2026, 6, 10, 12, tzinfo=UTC)
    cancelled_at = None if cancelled_ago is None else now - timedelta(days=cancelled_ago)
    event = meetup(
        status=status, cancelled_at=cancelled_at, starts_at=now + timedelta(days=starts_in)
    )
    assert is_announced(event, now) is announced


def test_our_own_feed_read_again():
    """The same instants, the same text; the zone of UTC events is that of the calendar."""
    events = hard_cases()
    reading = read(feed(events))
    assert (reading.skipped, reading.warnings) == ((), ())
    assert {e.uid.removesuffix("-20260611T170000Z"): e.facts() for e in reading.events} == {
        event.uid: _read_again(event) for event in events
    }


def _read_again(event: Event) -> dict[str, object]:
    """What comes back. A whole day has no zone in a calendar: it is one of the reader's days."""
    starts_at, ends_at, zone = event.starts_at, event.ends_at, event.timezone
    if event.all_day:
        starts_at = local("Europe/Paris", *event.local_start.timetuple()[:3])
        ends_at = local("Europe/Paris", *event.local_end.timetuple()[:3])
    if event.all_day or zone == "UTC":
        zone = "Europe/Paris"
    return {
        "title": " ".join(event.title.split())[:200],
        "description": event.description,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "timezone": zone,
        "all_day": event.all_day,
        "status": event.status,
        "attendance": event.attendance,
        "venue": event.venue,
        "latitude": event.latitude,
        "longitude": event.longitude,
        "online_url": event.online_url,
        "url": LINKS.event(event.public_id, event.slug),
    }


@settings(max_examples=150, deadline=None)
@given(title=TEXTS, description=TEXTS, venue=st.text(max_size=60))
def test_any_text_comes_back_as_people_see_it(title, description, venue):
    """Whatever is written, each line is short and clean, and reading it again changes nothing."""
    first = meetup(title=title or "x", description=description, venue=venue)
    data = feed([first])
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data)
    (once,) = read(data).events
    again = meetup(**{name: getattr(once, name) for name in ("title", "description", "venue")})
    again.attendance = once.attendance
    (twice,) = read(feed([again])).events
    assert (once.title, once.description, once.venue) == (
        twice.title,
        twice.description,
        twice.venue,
    )
