"""The sums of a meetup's desk."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.factories import make_group, make_meetup, make_rsvp, make_user
from usergroups import db
from usergroups.formats.answers_svg import Curve
from usergroups.models import (
    EventQuestion,
    EventQuestionKind,
    EventStatus,
    Registration,
    RsvpAnswer,
    RsvpStatus,
)
from usergroups.queries import meetup_desk
from usergroups.queries.meetup_desk import Counts

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


def test_what_is_said_besides_seats(count_queries):
    with db.transaction():
        event = make_meetup(make_group(), 50)
        make_rsvp(event, make_user(), guests=2, reminded_at=NOW)
        make_rsvp(event, make_user(), RsvpStatus.WAITLISTED, guests=5)
        make_rsvp(event, make_user(), RsvpStatus.DECLINED)
        make_rsvp(event, make_user(), RsvpStatus.CANCELLED, guests=3)
        make_rsvp(make_meetup(event.group, 9), make_user(), guests=1)
    with db.reading(), count_queries() as queries:
        assert meetup_desk.counts(event.id) == Counts(2, 1, 1, 1)
    assert len(queries) == 1
    with db.reading():
        assert meetup_desk.counts(99) == Counts(0, 0, 0, 0)


def test_how_answers_come_in_beside_those_to_earlier_meetups(count_queries):
    day = timedelta(days=1)
    with db.transaction():
        group = make_group()
        event = make_meetup(group, 50, starts_at=NOW + 7.5 * day)
        make_rsvp(event, make_user(), created_at=NOW - 3 * day, guests=1)
        make_rsvp(event, make_user(), RsvpStatus.WAITLISTED, created_at=NOW)
        make_rsvp(event, make_user(), RsvpStatus.DECLINED, created_at=NOW)
        for back in range(1, 7):
            then = make_meetup(group, 9, starts_at=NOW - back * 30 * day, title=f"Meetup -{back}")
            make_rsvp(then, make_user(), created_at=then.starts_at - back * day)
            make_rsvp(then, make_user(), created_at=then.starts_at + timedelta(minutes=5))
        nobody = {"starts_at": NOW - day, "title": "Not one of them"}
        make_meetup(group, 9, **nobody)
        off = make_meetup(group, 9, status=EventStatus.CANCELLED, **nobody)
        make_rsvp(off, make_user())
        elsewhere = make_meetup(group, registration=Registration.ELSEWHERE, **nobody)
        make_rsvp(elsewhere, make_user())
        make_rsvp(make_meetup(make_group(), 9, **nobody), make_user())
    with db.reading(), count_queries() as queries:
        this, earlier = meetup_desk.pace(event)
    assert len(queries) == 2
    assert this == Curve({10: 2, 7: 1}, today=7)
    assert [one.title for one in earlier] == [f"Meetup -{back}" for back in (1, 2, 3, 4)]
    assert [one.curve for one in earlier] == [Curve({back: 1, 0: 1}) for back in (1, 2, 3, 4)]
    assert earlier[0].starts_at == NOW - 30 * day


def test_how_often_each_answer_was_given():
    with db.transaction() as session:
        event, other = make_meetup(make_group(), 9), make_meetup(make_group(), 9)
        meal, words, foreign = (
            EventQuestion(event_id=which.id, kind=kind, text="?", options=[])
            for which, kind in (
                (event, EventQuestionKind.CHOICE),
                (event, EventQuestionKind.TEXT),
                (other, EventQuestionKind.CHOICE),
            )
        )
        session.add_all([meal, words, foreign])
        session.flush()
        going, waits, gone = RsvpStatus.GOING, RsvpStatus.WAITLISTED, RsvpStatus.CANCELLED
        for text, status in (("Vegan", going), ("Vegan", waits), ("All", going), ("All", gone)):
            rsvp = make_rsvp(event, make_user(), status)
            session.add(RsvpAnswer(rsvp_id=rsvp.id, question_id=meal.id, text=text))
            session.add(RsvpAnswer(rsvp_id=rsvp.id, question_id=words.id, text="My own"))
        rsvp = make_rsvp(other, make_user())
        session.add(RsvpAnswer(rsvp_id=rsvp.id, question_id=foreign.id, text="All"))
    with db.reading():
        assert meetup_desk.said(event.id) == {meal.id: {"Vegan": 2, "All": 1}}
