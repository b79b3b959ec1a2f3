"""Answering a meetup: seats, the line, changes, and every way to be refused."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import NOW
from tests.factories import make_group, make_meetup, make_rsvp, make_user
from usergroups import clock, db
from usergroups.errors import InvalidInputError, NotFoundError
from usergroups.inputs.rsvp import RsvpInput
from usergroups.models import (
    Attendance,
    Event,
    EventStatus,
    Registration,
    Rsvp,
    RsvpStatus,
    User,
)
from usergroups.queries import rsvps as queries
from usergroups.services import rsvps
from usergroups.services.rsvps import RefusedError

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

GOING, WAITLISTED = RsvpStatus.GOING, RsvpStatus.WAITLISTED
OFFERED, CANCELLED, DECLINED = RsvpStatus.OFFERED, RsvpStatus.CANCELLED, RsvpStatus.DECLINED
FAR = NOW + timedelta(days=7)
NEAR = NOW + timedelta(hours=10)


def meetup(
    seats: int | None = None, *answers: RsvpStatus, **given: Any
) -> tuple[Event, list[User]]:
    """A meetup with so many seats, and those who answered it, in their order."""
    with db.transaction():
        event = make_meetup(make_group(), seats, **given)
        people = [make_user() for _ in answers]
        for user, status in zip(people, answers, strict=True):
            offer = {"offered_until": NOW + timedelta(hours=1)} if status is OFFERED else {}
            make_rsvp(event, user, status, **offer)
    return event, people


def somebody() -> User:
    with db.transaction():
        return make_user()


def say(event: Event, user: User, **given: Any) -> RsvpStatus:
    with db.transaction():
        return rsvps.answer(event.id, RsvpInput(**given), by=user).status


def refused(act: Any, event: Event, *rest: Any, by: User) -> str:
    """The code with which an act is refused; nothing but the refusal happens."""
    before = everything(event)
    with pytest.raises(RefusedError) as why, db.transaction():
        act(event.id, *rest, by=by)
    assert everything(event) == before
    return why.value.why.code


def everything(event: Event) -> list[tuple[int, str, int, int]]:
    """Who answered what, with whom, in the order of arrival."""
    with db.reading() as session:
        found = session.query(Rsvp).filter_by(event_id=event.id).order_by(Rsvp.arrival)
        return [(one.user_id, one.status.value, one.guests, one.arrival) for one in found]


def states(event: Event) -> list[str]:
    return [status for _, status, _, _ in everything(event)]


def mine(event: Event, user: User) -> Rsvp:
    with db.reading():
        found = queries.of(event.id, user.id)
    assert found is not None
    return found


def test_there_is_a_seat_and_then_there_is_none():
    event, _ = meetup(2)
    assert [say(event, somebody()) for _ in range(4)] == [GOING, GOING, WAITLISTED, WAITLISTED]
    assert [arrival for *_, arrival in everything(event)] == [2, 3, 4, 5]


def test_without_rooms_there_is_a_seat_for_everybody():
    event, _ = meetup()
    assert [say(event, somebody(), guests=9) for _ in range(3)] == [GOING] * 3


def test_said_twice_it_is_done_once():
    event, _ = meetup(1)
    first, second = somebody(), somebody()
    assert [say(event, first), say(event, first)] == [GOING, GOING]
    assert [say(event, second), say(event, second)] == [WAITLISTED, WAITLISTED]
    assert everything(event) == [(first.id, "going", 0, 2), (second.id, "waitlisted", 0, 4)]


def test_guests_take_seats():
    event, _ = meetup(3)
    assert say(event, somebody(), guests=2) is GOING
    assert say(event, somebody()) is WAITLISTED


def test_a_party_that_does_not_fit_waits_as_one_and_nobody_passes_it():
    event, _ = meetup(3, GOING)
    assert say(event, somebody(), guests=2) is WAITLISTED
    assert say(event, somebody()) is WAITLISTED
    assert states(event) == ["going", "waitlisted", "waitlisted"]


def test_a_party_that_comes_with_fewer_gets_the_seats_it_waited_for():
    event, _ = meetup(3, GOING)
    party, single = somebody(), somebody()
    say(event, party, guests=2)
    say(event, single)
    assert say(event, party, guests=1) is GOING
    assert states(event) == ["going", "going", "waitlisted"]


def test_more_guests_than_one_may_bring():
    event, _ = meetup(9, most_guests=1)
    with pytest.raises(InvalidInputError) as why, db.transaction():
        rsvps.answer(event.id, RsvpInput(guests=2), by=somebody())
    assert why.value.refusals["guests"].values == {"most": 1}
    assert everything(event) == []


def test_more_guests_as_far_as_seats_go():
    event, (ada,) = meetup(3, GOING)
    assert say(event, ada, guests=2) is GOING
    assert refused(rsvps.answer, event, RsvpInput(guests=3), by=ada) == "seats_few"
    assert mine(event, ada).guests == 2


def test_more_guests_do_not_pass_those_who_wait():
    event, (ada, bob, _) = meetup(4, GOING, GOING, WAITLISTED)
    with db.transaction() as session:
        session.get_one(Rsvp, mine(event, bob).id).guests = 1
    assert refused(rsvps.answer, event, RsvpInput(guests=1), by=ada) == "seats_waited_for"


def test_fewer_guests_free_seats():
    event, (_, _) = meetup(3, DECLINED, DECLINED)
    party, single = somebody(), somebody()
    say(event, party, guests=2)
    assert say(event, single) is WAITLISTED
    assert say(event, party, guests=1) is GOING
    assert mine(event, single).status is GOING


def test_a_place_in_the_line_is_for_so_many():
    event, (_, bob) = meetup(1, GOING, WAITLISTED)
    assert refused(rsvps.answer, event, RsvpInput(guests=1), by=bob) == "place_is_for"


def test_whoever_cancels_hands_the_seat_on():
    event, (ada, bob, cleo) = meetup(1, GOING, WAITLISTED, WAITLISTED)
    with db.transaction():
        assert rsvps.decline(event.id, by=ada).status is CANCELLED
    assert states(event) == ["cancelled", "going", "waitlisted"]
    assert say(event, ada) is WAITLISTED
    assert [user_id for user_id, *_ in everything(event)] == [bob.id, cleo.id, ada.id]


def test_leaving_the_line_is_as_easy():
    event, (_, bob) = meetup(1, GOING, WAITLISTED)
    with db.transaction():
        rsvps.decline(event.id, by=bob)
    with db.transaction():
        assert rsvps.decline(event.id, by=bob).status is CANCELLED
    assert states(event) == ["going", "cancelled"]


def test_saying_no_at_once():
    event, _ = meetup(1)
    ada = somebody()
    with db.transaction():
        assert rsvps.decline(event.id, by=ada).status is DECLINED
    assert say(event, ada) is GOING


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"status": EventStatus.CANCELLED}, "event_cancelled"),
        ({"status": EventStatus.TENTATIVE}, "event_tentative"),
        ({"status": EventStatus.DRAFT}, "registration_not_open"),
        ({"registration": Registration.NONE}, "registration_elsewhere"),
        ({"registration": Registration.ELSEWHERE}, "registration_elsewhere"),
        ({"starts_at": NOW}, "event_begun"),
        ({"starts_at": NOW - timedelta(days=2)}, "event_begun"),
        ({"closes_at": NOW}, "registration_closed"),
        ({"opens_at": NOW + timedelta(seconds=1)}, "registration_not_open"),
    ],
)
def test_where_no_answers_are_taken(given, code):
    event, _ = meetup(5, **given)
    ada = somebody()
    assert refused(rsvps.answer, event, RsvpInput(), by=ada) == code
    assert refused(rsvps.decline, event, by=ada) == code
    assert everything(event) == []


def test_registration_is_open_from_its_opening_to_its_close():
    event, _ = meetup(5, opens_at=NOW, closes_at=NOW + timedelta(seconds=1))
    assert say(event, somebody()) is GOING


def test_after_registration_closed_one_can_go_and_nobody_follows():
    event, (ada, bob) = meetup(1, GOING, WAITLISTED, closes_at=NOW)
    assert refused(rsvps.answer, event, RsvpInput(guests=1), by=ada) == "registration_closed"
    assert say(event, ada) is GOING
    with db.transaction():
        rsvps.decline(event.id, by=ada)
    assert states(event) == ["cancelled", "waitlisted"]
    assert refused(rsvps.answer, event, RsvpInput(), by=ada) == "registration_closed"
    assert say(event, bob) is WAITLISTED


def test_what_was_is_not_changed():
    event, (ada,) = meetup(1, GOING, starts_at=NOW - timedelta(days=1))
    assert refused(rsvps.decline, event, by=ada) == "answer_over"


def test_whoever_is_there_has_come():
    event, (ada,) = meetup(1, GOING, starts_at=NOW - timedelta(minutes=1))
    with db.transaction() as session:
        session.get_one(Rsvp, mine(event, ada).id).checked_in_at = NOW
    assert refused(rsvps.decline, event, by=ada) == "answer_over"


def test_no_such_meetup():
    with pytest.raises(NotFoundError), db.transaction():
        rsvps.answer(404, RsvpInput(), by=somebody())


def test_near_the_day_a_free_seat_is_offered_and_held():
    event, (ada, bob) = meetup(1, GOING, WAITLISTED, starts_at=NEAR)
    with db.transaction():
        rsvps.decline(event.id, by=ada)
    assert mine(event, bob).status is OFFERED
    assert mine(event, bob).offered_until == NOW + timedelta(hours=3)
    assert say(event, somebody()) is WAITLISTED
    with db.transaction():
        assert rsvps.take_offer(event.id, by=bob).status is GOING
    with db.transaction():
        assert rsvps.take_offer(event.id, by=bob).status is GOING
    assert states(event) == ["cancelled", "going", "waitlisted"]


def test_an_offer_passed_on_goes_to_the_next():
    event, (ada, bob) = meetup(1, OFFERED, WAITLISTED, starts_at=NEAR)
    for _ in range(2):
        with db.transaction():
            assert rsvps.pass_on(event.id, by=ada).status is CANCELLED
    assert states(event) == ["cancelled", "offered"]
    assert refused(rsvps.take_offer, event, by=ada) == "offer_over"
    with db.transaction():
        rsvps.take_offer(event.id, by=bob)
    assert refused(rsvps.pass_on, event, by=bob) == "offer_over"


def test_an_offer_is_taken_by_saying_that_one_comes_with_fewer_but_not_with_more():
    event, (ada, _) = meetup(3, OFFERED, WAITLISTED, starts_at=NEAR)
    with db.transaction() as session:
        session.get_one(Rsvp, mine(event, ada).id).guests = 2
    assert refused(rsvps.answer, event, RsvpInput(guests=3), by=ada) == "offer_is_for"
    assert say(event, ada, guests=1) is GOING
    assert states(event) == ["going", "offered"]


def test_an_offer_that_ran_out():
    event, (ada, bob) = meetup(1, OFFERED, WAITLISTED, starts_at=NEAR)
    with clock.frozen_at(NOW + timedelta(hours=1)):
        assert refused(rsvps.take_offer, event, by=ada) == "offer_over"
        assert say(event, somebody()) is WAITLISTED
    assert states(event) == ["cancelled", "offered", "waitlisted"]
    assert mine(event, bob).status is OFFERED


def test_nobody_is_offered_what_is_not_theirs():
    event, _ = meetup(1, GOING)
    for act in (rsvps.take_offer, rsvps.pass_on):
        assert refused(act, event, by=somebody()) == "offer_over"


def test_in_person_and_online_have_seats_of_their_own():
    event, _ = meetup(1, attendance=Attendance.HYBRID, online_limit=1)
    room, line = {"attendance": "in_person"}, {"attendance": "online"}
    said = [say(event, somebody(), **way) for way in (room, line, room, line)]
    assert said == [GOING, GOING, WAITLISTED, WAITLISTED]


def test_coming_the_other_way_frees_a_seat_or_keeps_what_one_had():
    event, (ada, bob) = meetup(1, GOING, WAITLISTED, attendance=Attendance.HYBRID, online_limit=1)
    assert say(event, ada, attendance="online") is GOING
    assert mine(event, ada).attendance is Attendance.ONLINE
    assert mine(event, bob).status is GOING
    assert refused(rsvps.answer, event, RsvpInput(attendance="online"), by=bob) == "seats_few"
    assert mine(event, bob).attendance is Attendance.IN_PERSON
    # Saying nothing about it changes nothing about it.
    say(event, ada)
    assert mine(event, ada).attendance is Attendance.ONLINE


def test_whoever_waits_may_come_the_other_way():
    event, (_, bob) = meetup(1, GOING, WAITLISTED, attendance=Attendance.HYBRID)
    assert say(event, bob, attendance="online") is GOING
    assert mine(event, bob).attendance is Attendance.ONLINE


def test_who_is_listed_is_their_choice_and_where_from_is_kept():
    event, _ = meetup(5)
    ada = somebody()
    say(event, ada)
    assert (mine(event, ada).is_listed, mine(event, ada).country) == (False, "")
    say(event, ada, is_listed=True, country="HU")
    assert (mine(event, ada).is_listed, mine(event, ada).country) == (True, "HU")


def test_an_answer_costs_the_same_however_many_came_before(count_queries):
    counts = []
    for before in (0, 30):
        event, _ = meetup(100, *[GOING] * before)
        ada = somebody()
        with count_queries() as queries_, db.transaction():
            rsvps.answer(event.id, RsvpInput(), by=ada)
        counts.append(len(queries_))
        assert queries_[0 if "BEGIN" not in queries_[0] else 1].startswith("UPDATE event SET ver")
    assert counts[0] == counts[1]
