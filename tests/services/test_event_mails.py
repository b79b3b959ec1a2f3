"""Mails about meetups: who gets which, once, with the meetup as a calendar file."""

from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import func, select

from tests.browsing import person
from tests.factories import make_event, make_group, make_membership, make_user
from usergroups import clock, db, emails
from usergroups.errors import InvalidInputError, NotAllowedError
from usergroups.inputs.event_letter import Audience, EventLetterInput
from usergroups.jobs import runner, timetable
from usergroups.links import Links
from usergroups.models import (
    Event,
    EventInterest,
    EventStatus,
    JobKind,
    Membership,
    Message,
    MessageKind,
    Registration,
    Role,
    Rsvp,
    RsvpStatus,
)
from usergroups.queries import jobs
from usergroups.services import event_letters, event_mails, planning

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def event():
    with db.transaction():
        group = make_group(slug="london", name="UG London", timezone="Europe/London")
        return make_event(group, title="OpenStack Day", registration=Registration.HERE)


def answer(event, status, arrival, **given):
    until = clock.now() + timedelta(hours=1) if status is RsvpStatus.OFFERED else None
    with db.transaction() as session:
        user = person(**given)
        rsvp = Rsvp(
            event_id=event.id, user_id=user.id, user=user, status=status, arrival=arrival,
            offered_until=until,
        )  # fmt: skip
        session.add(rsvp)
        session.flush()
    return rsvp


def do_jobs(config, *kinds: JobKind) -> None:
    """What a worker does, sending apart."""
    while True:
        with db.reading():
            due = [job_id for job_id, kind in jobs.due() if kind in kinds]
        if not due:
            return
        for job_id in due:
            runner.run(job_id, config)


def mails() -> list[tuple[MessageKind, str]]:
    with db.reading() as session:
        query = select(Message.kind, Message.address).order_by(Message.kind, Message.address)
        return [tuple(row) for row in session.execute(query)]


def written(kind: MessageKind) -> emails.Email:
    with db.reading() as session:
        message = session.scalars(select(Message).where(Message.kind == kind)).first()
    return emails.compose(message, Links("https://groups.example.org"), "Cloud Groups")


def tell(event, act, *values):
    with db.transaction() as session:
        act(session.merge(event), *values)


def test_a_seat_comes_with_the_meetup_for_ones_calendar(event, client, frozen_clock):
    rsvp = answer(event, RsvpStatus.GOING, 1, email="ada@example.org", timezone="Asia/Tokyo")
    with db.transaction() as session:
        row = session.get_one(Rsvp, rsvp.id)
        row.event, row.user = event, rsvp.user
        event_mails.going(row)
    email = written(MessageKind.RSVP_GOING)
    assert "(Europe/London)" in email.text
    assert "(Asia/Tokyo)" in email.text
    calendar = icalendar.Calendar.from_ical(email.calendar)
    (meetup,) = calendar.walk("VEVENT")
    feed = icalendar.Calendar.from_ical(client.get("/groups/london/calendar.ics").data)
    (published,) = feed.walk("VEVENT")
    for name in ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "STATUS"):
        assert meetup[name].to_ical() == published[name].to_ical()
    assert "METHOD" not in calendar
    mail = email.message("groups@example.org", "Cloud Groups")
    (attached,) = mail.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "meetup.ics")
    assert mail.as_bytes() == email.message("groups@example.org", "Cloud Groups").as_bytes()


def test_who_is_told_of_a_change_and_of_the_end(event, config):
    for n, status in enumerate(RsvpStatus):
        answer(event, status, n, email=f"{status.value}@example.org")
    with db.transaction() as session:
        user = make_user(email="interested@example.org")
        session.add(EventInterest(event_id=event.id, user_id=user.id, would_come=True))
    holding = ["going@example.org", "offered@example.org", "waitlisted@example.org"]
    tell(event, event_mails.changed, {"starts_at": event.starts_at - timedelta(days=1)})
    do_jobs(config, JobKind.TELL_ATTENDEES)
    assert mails() == [(MessageKind.MEETUP_CHANGED, one) for one in holding]
    assert "Before:" in written(MessageKind.MEETUP_CHANGED).text
    tell(event, event_mails.cancelled, "The roof leaks.")
    do_jobs(config, JobKind.TELL_ATTENDEES)
    told = [one for kind, one in mails() if kind is MessageKind.MEETUP_CANCELLED]
    assert told == sorted([*holding, "interested@example.org"])
    assert "> The roof leaks." in written(MessageKind.MEETUP_CANCELLED).text


def test_whoever_was_interested_is_told_of_the_day(event, config):
    with db.transaction() as session:
        user = make_user(email="interested@example.org")
        session.add(EventInterest(event_id=event.id, user_id=user.id, could_host=True))
        session.get_one(Event, event.id).status = EventStatus.TENTATIVE
    with db.transaction():
        planning.announce(event.id, EventStatus.CONFIRMED, by=None)
    do_jobs(config, JobKind.TELL_ATTENDEES)
    assert mails() == [(MessageKind.MEETUP_FIXED, "interested@example.org")]


def test_many_are_told_some_at_a_time_and_each_once(event, config, monkeypatch):
    monkeypatch.setattr(event_mails, "_AT_ONCE", 3)
    for n in range(8):
        answer(event, RsvpStatus.GOING, n)
    tell(event, event_mails.cancelled, "Rain")
    do_jobs(config, JobKind.TELL_ATTENDEES)
    assert len(mails()) == len(set(mails())) == 8


def at(event, **given) -> None:
    with db.transaction() as session:
        row = session.get_one(Event, event.id)
        for name, value in given.items():
            setattr(row, name, value)


def remind(config) -> list[str]:
    timetable.leave_reminders()
    do_jobs(config, JobKind.REMIND_ATTENDEES)
    return [one for kind, one in mails() if kind is MessageKind.MEETUP_REMINDER]


def test_reminders_go_at_their_hour_to_those_who_come_and_once(event, config):
    answer(event, RsvpStatus.GOING, 1, email="going@example.org")
    answer(event, RsvpStatus.WAITLISTED, 2, email="waiting@example.org")
    answer(event, RsvpStatus.CANCELLED, 3, email="gone@example.org")
    assert remind(config) == []  # a week before
    soon = clock.now() + timedelta(hours=23)
    at(event, starts_at=soon, ends_at=soon + timedelta(hours=2))
    assert remind(config) == ["going@example.org"]
    assert remind(config) == ["going@example.org"]
    answer(event, RsvpStatus.GOING, 4, email="late@example.org")
    assert remind(config) == ["going@example.org", "late@example.org"]


@pytest.mark.parametrize(
    "given",
    [
        {"remind_hours": 0},
        {"status": EventStatus.CANCELLED},
        {"status": EventStatus.TENTATIVE},
        {"registration": Registration.NONE},
    ],
)
def test_nobody_is_reminded_of_what_needs_no_reminder(event, config, given):
    answer(event, RsvpStatus.GOING, 1)
    soon = clock.now() + timedelta(hours=1)
    at(event, starts_at=soon, ends_at=soon + timedelta(hours=2), **given)
    assert remind(config) == []


def test_nobody_is_reminded_of_what_has_begun(event, config):
    answer(event, RsvpStatus.GOING, 1)
    at(event, starts_at=clock.now() - timedelta(minutes=1))
    with db.transaction():
        event_mails.remind(event_id=event.id)
    assert mails() == []


@pytest.fixture
def lead(event):
    with db.transaction() as session:
        user = person(email="lead@example.org", name="Léa")
        session.add(Membership(user_id=user.id, group_id=event.group_id, role=Role.LEAD))
    return user


def write(event, by, audience=Audience.GOING):
    given = EventLetterInput(subject="Bring a laptop", text="Power for **all**.", audience=audience)
    with db.transaction():
        return event_letters.write(event.id, given, by=by)


def test_a_letter_reaches_those_it_is_for(event, lead, config):
    answer(event, RsvpStatus.GOING, 1, email="going@example.org")
    answer(event, RsvpStatus.WAITLISTED, 2, email="waiting@example.org")
    with db.transaction() as session:
        silent = person(email="silent@example.org")
        make_membership(silent, event.group)
        make_membership(person(email="no@example.org"), event.group, wants_mail=False)
        session.flush()
    reached = {}
    for audience in Audience:
        assert write(event, lead, audience) >= 1
        do_jobs(config, JobKind.WRITE_TO_ATTENDEES)
        reached[audience] = {one for _, one in mails()} - set().union(*reached.values())
    assert reached == {
        Audience.GOING: {"going@example.org"},
        Audience.WAITING: {"waiting@example.org"},
        Audience.SILENT: {"silent@example.org", "lead@example.org"},
    }
    email = written(MessageKind.MEETUP_LETTER)
    assert email.subject == "Bring a laptop"
    assert "<strong>all</strong>" in email.html
    assert "lead@example.org" not in email.text + email.html
    with pytest.raises(InvalidInputError) as refused:
        write(event, lead)  # the fourth within a week
    assert refused.value.refusals["input"].code == "wrote_often_here"


def test_a_letter_to_nobody_and_by_nobody(event, lead):
    with pytest.raises(InvalidInputError) as refused:
        write(event, lead, Audience.WAITING)
    assert refused.value.refusals["input"].code == "nobody_there"
    with db.transaction():
        stranger = make_user()
    with pytest.raises(NotAllowedError):
        write(event, stranger)
    with db.reading() as session:
        assert session.scalar(select(func.count(Message.id))) == 0
