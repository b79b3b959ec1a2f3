"""A meetup in somebody's own calendar: what their answer changes of it, and what it does not."""

from datetime import UTC, datetime, time, timedelta

import pytest
from icalendar import Event as Component

from tests.formats.calendar_samples import GROUP, LINKS, day, meetup
from usergroups.formats.ical.write import write_event
from usergroups.formats.ical.write_mine import MyAnswer, write_answered
from usergroups.models import Event, EventStatus, Origin, RsvpStatus, Series

ANSWERED_AT = datetime(2026, 5, 3, 9, 0, 30, tzinfo=UTC)
# What differs from the meetup of every feed.
DATED = {"DTSTAMP", "LAST-MODIFIED", "SEQUENCE"}


def answer(status: RsvpStatus = RsvpStatus.GOING, **given) -> MyAnswer:
    return MyAnswer(status, **{"changed_at": ANSWERED_AT, "told": "You are going."} | given)


def read(written: bytes) -> dict[str, object]:
    component = Component.from_ical(written)
    return {name: component[name].to_ical() for name in component} | (
        {"VALARM": [alarm["TRIGGER"].dt for alarm in component.walk("VALARM")]}
        if component.walk("VALARM")
        else {}
    )


def differs(event: Event, mine: MyAnswer) -> dict[str, object]:
    """What somebody's own calendar says otherwise than every feed."""
    own = read(write_answered(event, GROUP, LINKS, mine, ["R"]))
    usual = read(write_event(event, GROUP, LINKS, ["R"]))
    return {name: own[name] for name in own if own[name] != usual.get(name)}


def test_who_goes_is_busy():
    event = meetup(description="Fog, and clouds")
    assert differs(event, answer()) == {
        "DTSTAMP": b"20260503T090030Z",
        "LAST-MODIFIED": b"20260503T090030Z",
        # 32 days and 30 seconds after it was made.
        "SEQUENCE": b"2764830",
        "TRANSP": b"OPAQUE",
        "DESCRIPTION": b"You are going.\\n\\nFog\\, and clouds\\n\\n"
        b"https://groups.example/events/k3v1/meetup-1",
    }


@pytest.mark.parametrize("status", [RsvpStatus.WAITLISTED, RsvpStatus.OFFERED])
def test_who_waits_is_not(status):
    found = differs(meetup(), answer(status, label="In line", told="", remind=timedelta(hours=1)))
    assert {name: value for name, value in found.items() if name not in DATED} == {
        "STATUS": b"TENTATIVE",
        "SUMMARY": b"In line: Meetup 1",
    }


@pytest.mark.parametrize("status", [RsvpStatus.DECLINED, RsvpStatus.CANCELLED])
def test_who_stays_away_has_what_everybody_has(status):
    found = differs(meetup(), answer(status, told="", remind=timedelta(hours=1)))
    assert set(found) == DATED


@pytest.mark.parametrize("status", list(RsvpStatus))
def test_what_is_off_is_off(status):
    event = meetup(status=EventStatus.CANCELLED)
    found = differs(event, answer(status, label="In line", told="", remind=timedelta(hours=1)))
    assert set(found) == DATED


def test_reminders():
    remind = timedelta(minutes=90)
    assert differs(meetup(), answer(remind=remind))["VALARM"] == [-remind]
    whole = meetup(**day("Europe/Paris", 2026, 7, 14))
    assert "VALARM" not in differs(whole, answer(remind=remind))


def test_whoever_revised_it_last_dates_it():
    late = datetime(2026, 5, 9, tzinfo=UTC)
    found = differs(meetup(revised_at=late, sequence=4), answer())
    assert "DTSTAMP" not in found
    assert found["SEQUENCE"] == b"2764834"
    early = answer(changed_at=datetime(2026, 3, 1, tzinfo=UTC))
    assert "SEQUENCE" not in differs(meetup(sequence=4), early)


def test_one_date_of_a_series_is_not_older_than_the_series():
    event = meetup(uid="s@groups.example", recurrence_id="20260611T190000", origin=Origin.NATIVE)
    series = Series(
        uid="s@groups.example", rule="FREQ=WEEKLY", starts=time(19), timezone="Europe/Paris",
        sequence=7,
    )  # fmt: skip
    alone = read(write_answered(event, GROUP, LINKS, answer()))
    among = read(write_answered(event, GROUP, LINKS, answer(), (), series))
    assert alone["RECURRENCE-ID"] == among["RECURRENCE-ID"] == b"20260611T190000"
    assert (alone["SEQUENCE"], among["SEQUENCE"]) == (b"2764830", b"2764837")


def test_words_are_text():
    wild = "a\r\nATTENDEE:mailto:x@example.org\x00\u202e"
    own = write_answered(meetup(), GROUP, LINKS, answer(label=wild, told=wild))
    assert b"\r\nATTENDEE" not in own
    assert b"\x00" not in own
    assert "\u202e".encode() not in own
