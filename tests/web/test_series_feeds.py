"""What subscribers see of a series is what our pages say, whatever was done to it."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import recurring_ical_events
from icalendar import Calendar
from sqlalchemy import select

from tests.conftest import CHECKOUT, missing
from tests.factories import make_event, make_group, make_source
from tests.people import team_of
from tests.services.test_series import (
    THIRD_THURSDAY,
    WEEKLY,
    edited,
    ended,
    fetched,
    made,
    rows,
    skipped,
)
from usergroups import clock, db
from usergroups.formats.ical.read import read_calendar
from usergroups.links import Links
from usergroups.models import Answer, CoHost, Event, EventStatus, Group, Origin, Series
from usergroups.queries import series as queries
from usergroups.services import events, series
from usergroups.services.revisions import mark_changed

LINKS = Links("http://usergroups.test")
ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata")
Row = dict[str, str]


def revised(row: Event, **values: Any) -> None:
    """Edit one meetup of a series by itself."""
    with db.transaction() as session:
        event = session.get_one(Event, row.id)
        events.revise(event, values)
        series.edited_apart(event)
        mark_changed(fetched_group(event))


def fetched_group(event: Event) -> Group:
    return db.session().get_one(Group, event.group_id)


def lived_through(group, zone: str) -> None:
    """Series to which everything was done that can be done to one."""
    weekly = WEEKLY | {"timezone": zone, "title": "Weekly"}
    one = made(group, weekly)
    found = rows(one)
    revised(found[3], title="A guest", description="One,\ntwo")
    revised(found[4], starts_at=found[4].starts_at + timedelta(days=1, hours=1),
            ends_at=found[4].ends_at + timedelta(days=1, hours=1))  # fmt: skip
    with db.transaction():
        skipped(one, found[5], "Holidays")
    later = edited(one, weekly | {"weekdays": ("WE",), "starts": "19:15", "ends": "22:15"},
                   scope="following", since=str(found[12].starts_on))  # fmt: skip
    edited(
        later, weekly | {"weekdays": ("WE",), "starts": "19:15", "ends": "22:15", "venue": "New"}
    )
    night = made(group, THIRD_THURSDAY | {
        "repeat": "weekly", "weekdays": ("SU",), "starts": "01:30", "ends": "02:30",
        "timezone": zone, "title": "When clocks change", "begins_on": date(2026, 6, 10),
        "skipped": "2026-06-21",
    })  # fmt: skip
    revised(rows(night)[2], title="Moved in the night")
    short = made(group, THIRD_THURSDAY | {"timezone": zone, "title": "Until autumn"})
    ended(short, last_on="2026-10-20")
    made(group, THIRD_THURSDAY | {
        "repeat": "day_of_month", "month_day": -1, "every": 2, "timezone": zone,
        "title": "Last of every second month", "starts": "22:00", "ends": "01:00",
    })  # fmt: skip
    made(group, THIRD_THURSDAY | {"status": "draft", "title": "Nobody knows yet"})
    perhaps = made(group, THIRD_THURSDAY | {"status": "tentative", "title": "Perhaps", "nth": -1})
    ended(perhaps)


def minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}"


def expected(until: datetime) -> list[Row]:
    """Our meetups, as far as they are made: later ones are the rule's alone."""
    with db.reading() as session:
        query = select(Event).where(Event.status != EventStatus.DRAFT, Event.starts_at <= until)
        return ordered(
            {
                "uid": row.uid,
                "start": minute(row.starts_at),
                "end": minute(row.ends_at),
                "title": ("Cancelled: " if row.is_cancelled else "") + row.title,
                "status": row.status.value.upper(),
            }
            for row in session.scalars(query)
        )


def ordered(found) -> list[Row]:
    return sorted(found, key=lambda row: (row["start"], row["title"]))


def by_recurring_ical_events(feed: bytes, until: datetime) -> list[Row]:
    calendar = Calendar.from_ical(feed)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    return ordered(
        {
            "uid": str(one["UID"]),
            "start": minute(one.start),
            "end": minute(one.end),
            "title": str(one["SUMMARY"]),
            "status": str(one["STATUS"]),
        }
        for one in recurring_ical_events.of(calendar).between(begin, until + timedelta(minutes=1))
    )


def by_ical_js(feed: bytes, until: datetime) -> list[Row]:
    return all_by_ical_js({"": feed}, until)[""]


def all_by_ical_js(feeds: dict[str, bytes], until: datetime) -> dict[str, list[Row]]:
    """What is in each of several calendars, by the same names."""
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    if node is None or not (CHECKOUT / "node_modules" / "ical.js").is_dir():
        missing("ical.js", "make setup")
    script = CHECKOUT / "tests" / "formats" / "ical_js_series.mjs"
    command = [str(node), str(script), until.isoformat()]
    texts = json.dumps({name: feed.decode() for name, feed in feeds.items()})
    ran = subprocess.run(command, input=texts.encode(), capture_output=True, check=True)
    return {
        name: ordered(row for row in found if row["start"] <= minute(until))
        for name, found in json.loads(ran.stdout).items()
    }


@pytest.fixture
def group(database, frozen_clock):
    return team_of("organizer", slug="paris", timezone="Europe/Paris")[0]


@pytest.mark.parametrize("zone", ZONES)
def test_programs_see_what_our_pages_say(client, group, zone):
    """Over two changes of the clocks, and with everything that can be done to a series."""
    lived_through(group, zone)
    feed = client.get("/groups/paris/calendar.ics").data
    # The weekly series are made thirty meetups ahead: past the changes in October and November.
    until = min(
        max(row.starts_at for row in rows(one)) for one in every_series() if one.ended_at is None
    )
    assert until > datetime(2026, 12, 1, tzinfo=UTC)
    wanted = expected(until)
    assert len(wanted) > 60
    assert by_recurring_ical_events(feed, until) == wanted
    assert by_ical_js(feed, until) == wanted
    # A year on, over the change in March: what was done before stays as it was.
    with clock.frozen_at(datetime(2027, 3, 1, 12, tzinfo=UTC)):
        for one in every_series():
            with db.transaction():
                series.extend(queries.held(one.id))
        feed = client.get("/calendar.ics").data
        until = datetime(2027, 6, 1, tzinfo=UTC)
        season = minute(clock.now() - timedelta(days=90))
        wanted = [row for row in expected(until) if row["end"] > season]
        wanted = [row for row in wanted if row["status"] != "CANCELLED"]
        assert by_recurring_ical_events(feed, until) == wanted
        assert by_ical_js(feed, until) == wanted


def every_series() -> list[Series]:
    with db.reading() as session:
        query = select(Series).order_by(Series.id)
        return [one for one in session.scalars(query) if one.facts["status"] != "draft"]


def components(feed: bytes) -> list[Any]:
    return Calendar.from_ical(feed).walk("VEVENT")


def test_a_series_is_one_component_until_a_date_differs(client, group):
    one = made(group, skipped="2026-07-16")
    [master] = components(client.get("/groups/paris/calendar.ics").data)
    assert master["RRULE"].to_ical() == b"FREQ=MONTHLY;BYDAY=3TH"
    assert master["DTSTART"].to_ical() == b"20260618T183000"
    assert master["DTEND"].to_ical() == b"20260618T210000"
    assert master["DTSTART"].params["TZID"] == "Europe/Paris"
    assert master["EXDATE"].to_ical() == b"20260716T183000"
    assert master["EXDATE"].params["TZID"] == "Europe/Paris"
    assert (master["UID"], master["SEQUENCE"], master["STATUS"]) == (one.uid, 0, "CONFIRMED")
    assert str(master["URL"]) == f"http://usergroups.test/events/series/{one.public_id}"
    with clock.frozen_at(clock.now() + timedelta(minutes=5)):
        revised(rows(one)[1], title="A guest")
        master, apart = components(client.get("/groups/paris/calendar.ics").data)
    row = rows(one)[1]
    assert master["SEQUENCE"] == 1
    assert minute(master["DTSTAMP"].dt) == "2026-06-10T12:05"
    assert apart["RECURRENCE-ID"].to_ical() == b"20260820T183000"
    assert apart["RECURRENCE-ID"].params["TZID"] == "Europe/Paris"
    assert (apart["UID"], apart["SUMMARY"], apart["SEQUENCE"]) == (one.uid, "A guest", 1)
    assert str(apart["URL"]) == f"http://usergroups.test/events/{row.public_id}/a-guest"
    # Every property that the series has, the date has, too.
    assert set(master) - {"RRULE", "EXDATE"} == set(apart) - {"RECURRENCE-ID"}


def test_a_date_by_itself_is_a_meetup_with_the_uid_of_its_series(client, group):
    """Of a rule with one exception some programs show both."""
    one = made(group)
    row = rows(one)[1]
    [alone] = components(client.get(f"/events/{row.public_id}.ics").data)
    assert (alone["UID"], alone["DTSTART"].to_ical()) == (one.uid, b"20260716T183000")
    assert str(alone["URL"]) == LINKS.event(row.public_id, row.slug)
    assert not {"RRULE", "RECURRENCE-ID"} & set(alone)


def test_a_series_of_one_date_is_a_meetup_wherever_it_was_moved(client, group):
    one = made(group, ends_on="2026-07-01")
    [row] = rows(one)
    revised(row, starts_at=row.starts_at - timedelta(hours=2))
    [alone] = components(client.get("/groups/paris/calendar.ics").data)
    assert (alone["UID"], alone["DTSTART"].to_ical()) == (one.uid, b"20260618T163000")
    assert (alone["SEQUENCE"], "RRULE" in alone) == (1, False)


def test_a_night_in_which_clocks_change_is_told_in_utc(client, group):
    """GNOME would have it end an hour off; one that only ends in the hour shown twice begins so."""
    night = THIRD_THURSDAY | {"repeat": "weekly", "weekdays": ("SA",), "starts": "22:00"}
    made(group, night | {"ends": "05:00", "title": "Until morning"})
    made(group, night | {"ends": "02:30", "title": "Until half past two"})
    told = {
        (str(one["SUMMARY"]), str(one["RECURRENCE-ID"].dt.date())): one
        for one in components(client.get("/groups/paris/calendar.ics").data)
        if "RECURRENCE-ID" in one
    }
    assert set(told) == {("Until morning", "2026-10-24"), ("Until half past two", "2026-10-24")}
    through, until = (told[title, "2026-10-24"] for title, _ in sorted(told, reverse=True))
    assert (through["DTSTART"].to_ical(), through["DTEND"].to_ical()) == (
        b"20261024T200000Z", b"20261025T030000Z",
    )  # fmt: skip
    assert until["DTSTART"].params["TZID"] == "Europe/Paris"
    assert (until["DTSTART"].to_ical(), until["DTEND"].to_ical()) == (
        b"20261024T220000", b"20261025T003000Z",
    )  # fmt: skip


def test_one_date_held_with_another_group_is_alone_there(client, group):
    one = made(group)
    with db.transaction() as session:
        other = make_group(slug="lyon")
        session.add(CoHost(event_id=rows(one)[1].id, group_id=other.id, answer=Answer.ACCEPTED))
    [alone] = components(client.get("/groups/lyon/calendar.ics").data)
    assert (alone["UID"], alone["DTSTART"].to_ical()) == (one.uid, b"20260716T183000")
    assert not {"RRULE", "RECURRENCE-ID"} & set(alone)
    [master] = components(client.get("/groups/paris/calendar.ics").data)
    assert "RRULE" in master


def test_a_rule_with_an_end_says_it_in_utc(client, group):
    made(group, ends_on="2026-12-31")
    [master] = components(client.get("/calendar.ics").data)
    assert master["RRULE"].to_ical() == b"FREQ=MONTHLY;UNTIL=20261231T225959Z;BYDAY=3TH"


def test_the_same_series_is_the_same_bytes(client, group):
    lived_through(group, "Europe/London")
    first = client.get("/calendar.ics")
    with db.transaction():
        mark_changed(fetched(group))
    assert client.get("/calendar.ics").headers["ETag"] == first.headers["ETag"]


def test_series_elsewhere_are_told_as_before(client, group):
    with db.transaction():
        source = make_source(fetched(group))
        make_event(
            fetched(group), source_id=source.id, origin=Origin.IMPORTED, uid="s@x",
            recurrence_id="20260618T163000Z",
        )  # fmt: skip
    [one] = components(client.get("/calendar.ics").data)
    assert str(one["UID"]) == "s@x-20260618T163000Z"


def test_a_feed_with_series_costs_one_question_more(client, group, count_queries):
    made(group, WEEKLY)
    with count_queries() as queries_seen:
        client.get("/groups/paris/calendar.ics")
    few = len(queries_seen)
    for _ in range(3):
        made(group, WEEKLY)
    with count_queries() as queries_seen:
        client.get("/groups/paris/calendar.ics")
    assert len(queries_seen) == few


def test_our_own_reader_reads_it(client, group):
    lived_through(group, "Europe/London")
    feed = client.get("/calendar.ics").data
    window = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    reading = read_calendar(feed, timezone="Europe/Paris", window=window)
    assert {reason for _, reason in reading.skipped} <= {"out_of_range"}
    assert reading.warnings == ()
    wanted = [row["start"] for row in expected(window[1])]
    assert sorted(minute(event.starts_at) for event in reading.events) == wanted


def test_a_rule_that_meets_a_change_of_clocks_ends_with_what_is_made(client, group):
    night = THIRD_THURSDAY | {"repeat": "weekly", "weekdays": ("SU",), "ends": "02:30"}
    one = made(group, night | {"starts": "01:30", "title": "Night"})
    [master, *_] = components(client.get("/calendar.ics").data)
    last = rows(one)[-1].starts_at
    assert last < master["RRULE"]["UNTIL"][0] < last + timedelta(days=7)
    made(group, THIRD_THURSDAY | {"title": "Evening"})
    evening = next(
        one for one in components(client.get("/groups/paris/calendar.ics").data)
        if one["SUMMARY"] == "Evening"
    )  # fmt: skip
    assert "UNTIL" not in evening["RRULE"]


def test_a_date_that_was_announced_and_went_is_gone_for_good(client, group):
    one = made(group)
    row = rows(one)[-1]
    ended(one, last_on=str(rows(one)[0].starts_on))
    for path in (f"/events/{row.public_id}.ics", f"/events/{row.public_id}/{row.slug}"):
        assert client.get(path).status_code == 410
    assert client.get("/events/nothing.ics").status_code == 404
