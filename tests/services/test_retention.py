"""The clock of what is known: counts in the place of people, the same before and after."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.factories import make_group, make_meetup, make_rsvp, make_user
from usergroups import db
from usergroups.errors import NotAllowedError
from usergroups.inputs.retention import KeepInput
from usergroups.jobs import handlers, timetable
from usergroups.models import (
    Attendance,
    AuditEntry,
    EventInterest,
    EventQuestion,
    EventQuestionKind,
    Federation,
    Feedback,
    Job,
    JobKind,
    PollDate,
    PollVote,
    Rsvp,
    RsvpAnswer,
    RsvpStatus,
    Tally,
    Vote,
    WalkIn,
)
from usergroups.queries import recaps, turnout
from usergroups.queries import retention as queries
from usergroups.queries.turnout import Turnout, anonymous
from usergroups.services import retention

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
LONG_AGO = NOW - timedelta(days=200)
PERSONAL = (Rsvp, RsvpAnswer, WalkIn, EventInterest, PollDate, PollVote)


def was(**given):
    """A meetup of last winter with whatever may be known about people."""
    with db.transaction() as session:
        event = make_meetup(make_group(), 9, **{"starts_at": LONG_AGO} | given)
        ada, bo = make_user(), make_user()
        rsvp = make_rsvp(
            event, ada, guests=2, guests_came=1, country="FR", checked_in_at=LONG_AGO,
            created_at=LONG_AGO - timedelta(days=3),
        )  # fmt: skip
        make_rsvp(event, bo, RsvpStatus.WAITLISTED)
        asked = EventQuestion(event_id=event.id, kind=EventQuestionKind.TEXT, text="Diet?")
        day = PollDate(event_id=event.id, starts_at=LONG_AGO, ends_at=LONG_AGO)
        session.add_all([asked, day])
        session.flush()
        session.add_all(
            [
                RsvpAnswer(rsvp_id=rsvp.id, question_id=asked.id, text="vegan"),
                WalkIn(event_id=event.id, tap="phone-one-1", people=4),
                WalkIn(event_id=event.id, tap="phone-one-2", undone_at=LONG_AGO),
                EventInterest(event_id=event.id, user_id=ada.id, would_come=True),
                PollVote(poll_date_id=day.id, user_id=ada.id, vote=Vote.YES),
                Feedback(event_id=event.id, user_id=ada.id, rating=4, keep="The soup"),
            ]
        )
    return event


def left():
    """How many rows about people there are, table by table; those that hold none are left out."""
    with db.reading() as session:
        counts = {
            kind.__tablename__: session.scalar(select(func.count()).select_from(kind))
            for kind in PERSONAL
        }
    return {name: count for name, count in counts.items() if count}


def counted(event):
    with db.reading() as session:
        found = session.get(Tally, event.id)
    return found and found.counts


def test_counts_take_the_place_of_people():
    event, recent = was(), was(starts_at=NOW - timedelta(days=179))
    everything = left()
    handlers.expire_attendees(None)
    assert left() == {name: count // 2 for name, count in everything.items()}
    assert counted(event) == {
        "going": 3, "waiting": 1, "declined": 0, "guests": 2, "checked_in": 2, "guests_came": 1,
        "walk_ins": 4, "countries": {}, "elsewhere": 1, "answered_ahead": {"3": 3},
        "interested": 1,
    }  # fmt: skip
    assert counted(recent) is None
    with db.reading() as session:
        said = session.scalars(select(Feedback).where(Feedback.event_id == event.id)).one()
    assert (said.user_id, said.rating, said.keep) == (None, 4, "The soup")


def test_a_second_run_finds_nothing_and_changes_nothing():
    event = was()
    for _ in range(3):
        handlers.expire_attendees(None)
    before = counted(event)
    with db.transaction():
        retention.expire(event.id)
    assert counted(event) == before
    with db.reading():
        assert queries.expired(most=9) == []


def test_killed_half_way_all_is_there_or_none(monkeypatch):
    event, other = was(), was()
    everything = left()
    monkeypatch.setattr(retention, "update", lambda _table: 1 / 0)  # the last thing it does
    with pytest.raises(ZeroDivisionError):
        handlers.expire_attendees(None)
    assert (left(), counted(event), counted(other)) == (everything, None, None)
    monkeypatch.undo()
    handlers.expire_attendees(None)
    assert left() == {}


def test_many_are_taken_in_parts(monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for _ in range(3):
        was()
    handlers.expire_attendees(None)
    with db.reading() as session:
        again = session.scalars(select(Job).where(Job.kind == JobKind.EXPIRE_ATTENDEES)).all()
        assert len(queries.expired(most=9)) == 1
    assert len(again) == 1
    handlers.expire_attendees(None)
    assert left() == {}


def test_the_timetable_leaves_one_job():
    timetable.leave_expiry()
    timetable.leave_expiry()
    with db.reading() as session:
        query = select(func.count()).where(Job.kind == JobKind.EXPIRE_ATTENDEES)
        assert session.scalar(query) == 1


def test_stewards_set_for_how_long():
    event = was(starts_at=NOW - timedelta(days=40))
    with db.transaction():
        steward, organizer = make_user(is_steward=True), make_user()
    with pytest.raises(NotAllowedError), db.transaction():
        retention.keep_for(KeepInput(days=30), by=organizer)
    for _ in range(2):
        with db.transaction():
            retention.keep_for(KeepInput(days=30), by=steward)
    with db.transaction() as session:
        entries = session.execute(select(AuditEntry.act, AuditEntry.details)).all()
        assert [tuple(row) for row in entries] == [
            ("federation.keep_attendees_changed", {"before": 180, "days": 30})
        ]
    handlers.expire_attendees(None)
    assert counted(event)["going"] == 3
    with db.transaction() as session:
        session.get(Federation, 1).keep_attendees_days = 180
    with pytest.raises(ValueError):
        KeepInput(days=29)


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(list(RsvpStatus)),
        st.sampled_from(["", "FR", "HU", "NO"]),
        st.integers(0, 3),
        st.none() | st.integers(0, 3),
        st.booleans(),
    ),
    max_size=25,
)
FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FEW
@given(ANSWERS, st.lists(st.integers(1, 50), max_size=5), st.none() | st.integers(0, 500))
def test_whatever_was_known_the_counts_are_the_same_before_and_after(answers, walk_ins, told):
    with db.transaction() as session:
        event = make_meetup(make_group(), 9, starts_at=LONG_AGO)
        for status, country, guests, came, is_online in answers:
            make_rsvp(
                event, make_user(), status, country=country, guests=guests,
                guests_came=min(guests, came or 0),
                checked_in_at=None if came is None else LONG_AGO,
                offered_until=LONG_AGO if status is RsvpStatus.OFFERED else None,
                attendance=Attendance.ONLINE if is_online else Attendance.IN_PERSON,
            )  # fmt: skip
        for number, people in enumerate(walk_ins):
            session.add(WalkIn(event_id=event.id, tap=f"tap-number-{number}", people=people))
        if told is not None:
            session.add(recaps.Recap(event_id=event.id, came=told))
    with db.reading():
        before, page = turnout.of(event.id), recaps.facts(event.id)
    with db.transaction():
        retention.expire(event.id)
    assert left() == {}
    with db.reading():
        assert turnout.of(event.id) == before
        assert recaps.facts(event.id) == page
    assert before.walk_ins == sum(walk_ins)


@given(st.dictionaries(st.sampled_from(["", "FR", "HU", "NO", "DE", "ES"]), st.integers(1, 12)))
def test_no_country_of_fewer_than_five_is_named_and_nobody_is_lost(people):
    named, rest = anonymous(people)
    assert all(count >= 5 for count in named.values())
    assert "" not in named
    assert sum(named.values()) + rest == sum(n for country, n in people.items() if country)
    assert list(named.values()) == sorted(named.values(), reverse=True)


def test_turnouts_are_added():
    one = Turnout(going=3, countries={"FR": 5}, elsewhere=1)
    other = Turnout(going=4, walk_ins=2, countries={"FR": 6, "HU": 7})
    assert one.plus(other) == Turnout(
        going=7, walk_ins=2, countries={"FR": 11, "HU": 7}, elsewhere=1
    )
