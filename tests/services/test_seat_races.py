"""Two acts upon the seats of a meetup in one moment: nobody gets what another has."""

from datetime import timedelta

import pytest

from tests.factories import add_room, make_group, make_meetup, make_rsvp, make_user
from tests.services.test_role_races import at_once
from usergroups import clock, db
from usergroups.inputs.rsvp import RsvpInput
from usergroups.models import Event, EventRoom, Rsvp, RsvpStatus, User
from usergroups.queries import rsvps as queries
from usergroups.services import deletion, passwords, rsvps, seats
from usergroups.services.rsvps import RefusedError

pytestmark = pytest.mark.usefixtures("database")
TIMES = 3
PASSWORD = "four words of mine"

GOING, WAITLISTED, OFFERED = RsvpStatus.GOING, RsvpStatus.WAITLISTED, RsvpStatus.OFFERED


def meetup(places: int, *answers: RsvpStatus, hours: int = 100) -> tuple[Event, list[User]]:
    now = clock.now()
    with db.transaction():
        starts_at = now + timedelta(hours=hours)
        event = make_meetup(make_group(), places, starts_at=starts_at)
        people = [make_user(password_hash=passwords.hashed(PASSWORD)) for _ in answers]
        for user, status in zip(people, answers, strict=True):
            held = {"offered_until": now + timedelta(hours=1)} if status is OFFERED else {}
            make_rsvp(event, user, status, **held)
    return event, people


def crowd(number: int) -> list[User]:
    with db.transaction():
        return [make_user() for _ in range(number)]


def states(event: Event) -> list[str]:
    """The states of all answers, by arrival; nobody shares a number."""
    with db.reading() as session:
        found = session.query(Rsvp).filter_by(event_id=event.id).order_by(Rsvp.arrival).all()
        assert len({one.arrival for one in found}) == len(found)
        seats_ = queries.figures(event.id)
        assert seats_.in_person.taken <= (seats_.in_person.capacity or 0)
        return [one.status.value for one in found]


def state(event: Event, user: User) -> RsvpStatus:
    with db.reading():
        found = queries.of(event.id, user.id)
    assert found is not None
    return found.status


@pytest.mark.parametrize("time", range(TIMES))
def test_the_last_seat_goes_to_one(time):
    event, _ = meetup(1)
    people = crowd(8)
    said = [lambda user=user: rsvps.answer(event.id, RsvpInput(), by=user) for user in people]
    assert at_once(*said) == [None] * 8
    assert states(event) == ["going"] + ["waitlisted"] * 7


@pytest.mark.parametrize("time", range(TIMES))
def test_a_double_click_is_one_answer(time):
    event, _ = meetup(5)
    (user,) = crowd(1)
    raised = at_once(*[lambda: rsvps.answer(event.id, RsvpInput(guests=1), by=user)] * 4)
    assert raised == [None] * 4
    assert states(event) == ["going"]


@pytest.mark.parametrize("time", range(TIMES))
def test_two_who_cancel_make_room_for_two(time):
    event, (ada, bob, *_) = meetup(2, GOING, GOING, WAITLISTED, WAITLISTED, WAITLISTED)
    raised = at_once(
        lambda: rsvps.decline(event.id, by=ada), lambda: rsvps.decline(event.id, by=bob)
    )
    assert raised == [None, None]
    assert states(event) == ["cancelled", "cancelled", "going", "going", "waitlisted"]


@pytest.mark.parametrize("time", range(TIMES))
def test_the_first_in_line_leaves_while_a_seat_gets_free(time):
    event, (ada, bob, cleo) = meetup(1, GOING, WAITLISTED, WAITLISTED)
    raised = at_once(
        lambda: rsvps.decline(event.id, by=ada), lambda: rsvps.decline(event.id, by=bob)
    )
    assert raised == [None, None]
    assert states(event) == ["cancelled", "cancelled", "going"]
    assert state(event, cleo) is GOING


@pytest.mark.parametrize("time", range(TIMES))
def test_a_newcomer_does_not_get_the_seat_that_somebody_cancels(time):
    event, (ada, bob) = meetup(1, GOING, WAITLISTED)
    (new,) = crowd(1)
    raised = at_once(
        lambda: rsvps.decline(event.id, by=ada),
        lambda: rsvps.answer(event.id, RsvpInput(), by=new),
    )
    assert raised == [None, None]
    assert (state(event, bob), state(event, new)) == (GOING, WAITLISTED)


@pytest.mark.parametrize("time", range(TIMES))
def test_an_offer_is_taken_or_runs_out(time):
    event, (ada, bob) = meetup(1, OFFERED, WAITLISTED, hours=10)
    at = clock.now() + timedelta(hours=1)
    raised = at_once(
        lambda: rsvps.take_offer(event.id, by=ada), lambda: _later(at, event), lambda: None
    )
    # Whoever was first: the seat is one person's.
    if raised[0] is None:
        assert (state(event, ada), state(event, bob)) == (GOING, WAITLISTED)
    else:
        assert isinstance(raised[0], RefusedError)
        assert (state(event, ada), state(event, bob)) == (RsvpStatus.CANCELLED, OFFERED)


def _later(at, event):
    with clock.frozen_at(at):
        seats.end_offers(event.id)


@pytest.mark.parametrize("time", range(TIMES))
def test_an_offer_is_taken_once_and_passed_on_never_or_the_other_way_round(time):
    event, (ada, _) = meetup(1, OFFERED, WAITLISTED, hours=10)
    raised = at_once(
        lambda: rsvps.take_offer(event.id, by=ada), lambda: rsvps.pass_on(event.id, by=ada)
    )
    assert [type(error) for error in raised if error] == [RefusedError]
    assert states(event) in (["going", "waitlisted"], ["cancelled", "offered"])


@pytest.mark.parametrize("time", range(TIMES))
def test_a_room_is_taken_while_people_answer(time):
    event, _ = meetup(2, GOING, GOING, WAITLISTED)
    people = crowd(4)

    def take() -> None:
        held = seats.hold(event.id)
        with db.session().no_autoflush:
            room = add_room(held, 3)
        assert db.session().get(EventRoom, (event.id, room.id))
        seats.promote(held)

    raised = at_once(
        take, *(lambda user=user: rsvps.answer(event.id, RsvpInput(), by=user) for user in people)
    )
    assert raised == [None] * 5
    assert states(event) == ["going"] * 5 + ["waitlisted"] * 2


@pytest.mark.parametrize("time", range(TIMES))
def test_guests_grow_while_others_come(time):
    event, (ada,) = meetup(4, GOING)
    people = crowd(3)
    raised = at_once(
        lambda: rsvps.answer(event.id, RsvpInput(guests=3), by=ada),
        *(lambda user=user: rsvps.answer(event.id, RsvpInput(), by=user) for user in people),
    )
    assert all(isinstance(error, RefusedError) for error in raised if error)
    assert raised[1:] == [None] * 3
    states(event)


@pytest.mark.parametrize("time", range(TIMES))
def test_an_account_goes_while_its_seat_is_waited_for_and_answered(time):
    event, (ada, _bob) = meetup(1, GOING, WAITLISTED)
    other, _ = meetup(1)
    raised = at_once(
        lambda: deletion.delete_account(ada.email, PASSWORD, by=ada, sign_in_id=0),
        lambda: rsvps.answer(event.id, RsvpInput(guests=1), by=ada),
        lambda: rsvps.answer(other.id, RsvpInput(), by=ada),
    )
    if raised[0] is None:
        assert (states(event), states(other)) == (["going"], [])
    else:
        # They answered in between: the account is still there, with what it has.
        assert states(event) == ["going", "waitlisted"]
        assert states(other) == ["going"]
