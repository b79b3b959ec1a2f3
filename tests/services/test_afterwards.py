"""The morning after: one number of the organizers, an opinion of those who were there, once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.factories import (
    make_group,
    make_meetup,
    make_membership,
    make_rsvp,
    make_source,
    make_user,
)
from tests.people import mails
from usergroups import clock, db
from usergroups.jobs import handlers, timetable
from usergroups.models import (
    Attendance,
    EventStatus,
    Job,
    JobKind,
    Origin,
    Recap,
    Role,
    RsvpStatus,
    WalkIn,
)
from usergroups.services import afterwards

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
YESTERDAY = {"starts_at": NOW - timedelta(hours=20)}  # 18:00 in Paris


def last_night(**given):
    """A meetup in Paris of the evening before, two organizers, and answers of all kinds."""
    with db.transaction():
        group = make_group(slug="paris", name="UG Paris")
        for name in ("lead", "second"):
            person = make_user(email=f"{name}@example.org")
            make_membership(person, group, Role.LEAD if name == "lead" else Role.ORGANIZER)
        event = make_meetup(group, 50, public_id="bcdfghjkmn", title="Evening", **YESTERDAY | given)
        for name, status in (
            ("going", RsvpStatus.GOING), ("came", RsvpStatus.GOING),
            ("waiting", RsvpStatus.WAITLISTED), ("declined", RsvpStatus.DECLINED),
        ):  # fmt: skip
            make_rsvp(event, make_user(email=f"{name}@example.org"), status)
        online = make_user(email="online@example.org")
        make_rsvp(event, online, attendance=Attendance.ONLINE)
    return event


def check_in(event, address):
    with db.transaction() as session:
        for rsvp in session.scalars(select(afterwards.Rsvp).join(afterwards.Rsvp.user)):
            db.session().refresh(rsvp, ["user"])
            if rsvp.event_id == event.id and rsvp.user.email == address:
                rsvp.checked_in_at = clock.now()


def work():
    """What the timetable and the workers do now."""
    timetable.leave_look_backs()
    kinds = {
        JobKind.LOOK_BACK: handlers.look_back,
        JobKind.ASK_FEEDBACK: handlers.ask_feedback,
        JobKind.TELL_RECAP: handlers.tell_recap,
    }
    while True:
        with db.transaction() as session:
            query = select(Job).where(Job.kind.in_(kinds), Job.finished_at.is_(None))
            job = session.scalars(query.order_by(Job.id)).first()
            if job is None:
                return
            job.finished_at = clock.now()
        kinds[job.kind](None, **job.arguments)


def told():
    return sorted((kind, to) for kind, to, _ in mails())


FEEDBACK = [
    ("feedback_asked", f"{name}@example.org") for name in ("came", "going", "online")
]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "ends", "asked"),
    [
        ("Europe/Paris", "2026-06-09T22:00", "2026-06-10T09:00"),
        ("Europe/Paris", "2026-06-10T00:00", "2026-06-10T09:00"),
        ("Europe/Paris", "2026-06-10T03:00", "2026-06-10T09:00"),
        ("Europe/Paris", "2026-06-10T03:01", "2026-06-11T09:00"),
        ("Europe/Paris", "2026-06-10T12:00", "2026-06-11T09:00"),
        ("Pacific/Auckland", "2026-06-09T21:00", "2026-06-10T09:00"),
        ("America/Los_Angeles", "2026-06-09T21:00", "2026-06-10T09:00"),
        # The night in which clocks are put forward.
        ("Europe/Paris", "2026-03-28T22:00", "2026-03-29T09:00"),
    ],
)
def test_the_morning_is_that_of_the_place(zone, ends, asked):
    over = datetime.fromisoformat(ends).replace(tzinfo=ZoneInfo(zone))
    with db.transaction():
        event = make_meetup(
            make_group(timezone=zone), timezone=zone,
            starts_at=over - timedelta(hours=3), ends_at=over,
        )  # fmt: skip
    assert afterwards.morning_after(event).isoformat()[:16] == asked
    assert str(afterwards.morning_after(event).tzinfo) == zone


def test_where_nobody_counted_both_are_asked_once():
    last_night()
    for _ in range(3):
        work()
    assert told() == [
        ("day_after_organizers", "lead@example.org"),
        ("day_after_organizers", "second@example.org"),
        *FEEDBACK,
    ]
    assert mails()[0][2] == {
        "group": "UG Paris", "slug": "paris", "title": "Evening", "public_id": "bcdfghjkmn",
        "on": "2026-06-09T18:00:00+02:00",
    }  # fmt: skip
    assert mails()[-1][2] == {
        "group": "UG Paris", "title": "Evening", "public_id": "bcdfghjkmn",
        "until": "2026-06-23T18:00:00+00:00",
    }  # fmt: skip


def test_where_somebody_was_checked_in_only_those_and_whoever_was_online_are_asked():
    check_in(last_night(), "came@example.org")
    work()
    assert told() == [
        ("feedback_asked", "came@example.org"), ("feedback_asked", "online@example.org"),
    ]  # fmt: skip


def test_walk_ins_are_a_count_too():
    event = last_night()
    with db.transaction() as session:
        session.add(WalkIn(event_id=event.id, tap="phone-one-1"))
    work()
    assert told() == FEEDBACK


def test_a_number_that_was_told_already_is_not_asked_for():
    event = last_night()
    with db.transaction() as session:
        session.add(Recap(event_id=event.id, came=0))
    work()
    assert told() == FEEDBACK


@pytest.mark.parametrize(
    "given",
    [
        {"status": EventStatus.CANCELLED},
        {"status": EventStatus.TENTATIVE},
        {"starts_at": NOW - timedelta(hours=4)},
        {"starts_at": NOW - timedelta(days=30)},
    ],
)
def test_what_did_not_take_place_or_is_too_near_or_far_is_not_asked_about(given):
    last_night(**given)
    work()
    assert told() == []


def test_meetups_of_other_calendars_are_not_asked_about():
    event = last_night()
    with db.transaction() as session:
        event = session.merge(event)
        event.origin, event.source_id = Origin.IMPORTED, make_source(event.group).id
    work()
    assert told() == []


def test_a_crowd_is_asked_in_parts_and_everybody_once(monkeypatch):
    monkeypatch.setattr(afterwards, "_AT_ONCE", 2)
    last_night()
    work()
    assert [one for one in told() if one[0] == "feedback_asked"] == FEEDBACK


def test_two_workers_at_once_ask_once():
    event = last_night()
    for _ in range(2):
        handlers.look_back(None, event_id=event.id)
    with db.reading() as session:
        asked = session.scalars(select(Job).where(Job.kind == JobKind.ASK_FEEDBACK)).all()
    assert len(asked) == 1
