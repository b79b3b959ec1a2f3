"""Who gets the seats that are free, when, and in which order."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import NOW
from tests.factories import add_room, make_group, make_meetup, make_rsvp, make_user
from usergroups import clock, db
from usergroups.errors import NotFoundError
from usergroups.jobs.handlers import HANDLERS
from usergroups.models import (
    Attendance,
    Event,
    EventStatus,
    Job,
    JobKind,
    Registration,
    Rsvp,
    RsvpStatus,
)
from usergroups.services import seats

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

GOING, WAITLISTED, OFFERED = RsvpStatus.GOING, RsvpStatus.WAITLISTED, RsvpStatus.OFFERED


def waited_for(*parties: int, free: int, **given: Any) -> Event:
    """A meetup with free seats, and a line of parties of so many heads."""
    with db.transaction():
        event = make_meetup(make_group(), free + 1, **given)
        make_rsvp(event, make_user())
        for heads in parties:
            make_rsvp(event, make_user(), WAITLISTED, guests=heads - 1)
    return event


def states(event: Event) -> list[str]:
    """How those stand who were in the line, in their order."""
    with db.reading() as session:
        found = session.query(Rsvp).filter_by(event_id=event.id).order_by(Rsvp.arrival)
        return [one.status.value for one in found][1:]


def promote(event: Event) -> list[str]:
    with db.transaction():
        seats.promote(seats.hold(event.id))
    return states(event)


def until(event: Event) -> set[Any]:
    """Until when seats are held."""
    with db.reading() as session:
        found = session.query(Rsvp).filter_by(event_id=event.id, status=OFFERED)
        return {one.offered_until for one in found}


def test_a_held_meetup_has_moved_and_has_its_group():
    event = waited_for(free=0)
    with db.transaction():
        held = seats.hold(event.id)
        assert (held.version, held.group.slug) == (event.version + 1, event.group.slug)
    with pytest.raises(NotFoundError), db.transaction():
        seats.hold(404)


def test_several_are_held_in_the_order_of_their_numbers(count_queries):
    events = [waited_for(free=0), waited_for(free=0)]
    with db.transaction():
        ids = [one.id for one in seats.hold_all([events[1].id, events[0].id, events[1].id])]
    assert ids == [events[0].id, events[1].id]


def test_free_seats_go_to_the_first_in_the_line():
    event = waited_for(1, 1, 1, free=2)
    assert promote(event) == ["going", "going", "waitlisted"]
    assert promote(event) == ["going", "going", "waitlisted"]


def test_a_large_party_holds_the_line():
    event = waited_for(1, 3, 1, free=3)
    assert promote(event) == ["going", "waitlisted", "waitlisted"]
    with db.transaction():
        add_room(event, 1)
    assert promote(event) == ["going", "going", "waitlisted"]


def test_another_room_lets_in_as_many_as_it_holds():
    event = waited_for(*[2] * 10, free=0)
    with db.transaction():
        add_room(event, 11)
    assert promote(event) == ["going"] * 5 + ["waitlisted"] * 5


def test_without_a_limit_everybody_who_waits_comes_in():
    event = waited_for(4, 5, free=0)
    with db.transaction() as session:
        session.query(Event).update({"attendance": Attendance.ONLINE})
        session.query(Rsvp).update({"attendance": Attendance.ONLINE})
    assert promote(event) == ["going", "going"]


def test_each_way_to_take_part_has_its_line():
    event = waited_for(1, 1, free=0, attendance=Attendance.HYBRID, online_limit=5)
    with db.transaction() as session:
        last = session.query(Rsvp).order_by(Rsvp.arrival.desc()).first()
        last.attendance = Attendance.ONLINE
    assert promote(event) == ["waitlisted", "going"]


@pytest.mark.parametrize(
    "given",
    [
        {"status": EventStatus.CANCELLED},
        {"status": EventStatus.TENTATIVE},
        {"registration": Registration.ELSEWHERE},
        {"closes_at": NOW},
        {"starts_at": NOW},
        {"starts_at": NOW - timedelta(days=9)},
    ],
)
def test_never_of_a_meetup_that_takes_no_answers(given):
    assert promote(waited_for(1, free=1, **given)) == ["waitlisted"]


@pytest.mark.parametrize(
    ("left", "held"),
    [
        (timedelta(hours=24, seconds=1), None),
        (timedelta(hours=24), timedelta(hours=3)),
        (timedelta(hours=6), timedelta(hours=3)),
        (timedelta(hours=2), timedelta(hours=1)),
        (timedelta(minutes=20), timedelta(minutes=15)),
        (timedelta(minutes=10), timedelta(minutes=10)),
    ],
)
def test_a_seat_is_given_when_there_is_time_and_else_held_for_a_share_of_what_is_left(left, held):
    by_start = waited_for(1, free=1, starts_at=NOW + left)
    by_close = waited_for(1, free=1, closes_at=NOW + left)
    for event in (by_start, by_close):
        assert promote(event) == ["going" if held is None else "offered"]
        assert until(event) == (set() if held is None else {NOW + held})


def test_an_offer_that_runs_out_goes_on_by_a_job():
    event = waited_for(1, 1, free=1, starts_at=NOW + timedelta(hours=10))
    assert promote(event) == ["offered", "waitlisted"]
    for hours, expected in ((3, ["cancelled", "offered"]), (6, ["cancelled", "cancelled"])):
        with db.reading() as session:
            job = session.query(Job).filter_by(kind=JobKind.END_OFFERS).order_by(Job.id.desc())
            due = job.first()
        assert due.due_at == NOW + timedelta(hours=hours)
        with clock.frozen_at(due.due_at - timedelta(seconds=1)):
            before = states(event)
            HANDLERS[due.kind](None, **due.arguments)
            assert states(event) == before
        with clock.frozen_at(due.due_at):
            HANDLERS[due.kind](None, **due.arguments)
            HANDLERS[due.kind](None, **due.arguments)
        assert states(event) == expected


def test_offers_end_with_registration_even_if_that_was_moved_forward():
    event = waited_for(1, 1, free=1, starts_at=NOW + timedelta(hours=10))
    promote(event)
    with db.transaction() as session:
        session.query(Event).update({"closes_at": NOW + timedelta(minutes=5)})
    with clock.frozen_at(NOW + timedelta(minutes=5)), db.transaction():
        seats.end_offers(event.id)
    assert states(event) == ["cancelled", "waitlisted"]


def test_a_long_line_costs_no_more_to_look_at_than_a_short_one(count_queries):
    counts = []
    for waiting in (3, 40):
        event = waited_for(*[1] * waiting, free=2)
        with count_queries() as queries, db.transaction():
            seats.promote(seats.hold(event.id))
        counts.append(len(queries))
    assert counts[0] == counts[1]
