"""What organizers do about answers: by the rules, with a trace, and never beyond the seats."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.factories import make_meetup, make_rsvp, make_user
from tests.people import crowd, mails, team_of
from usergroups import clock, db
from usergroups.errors import NotAllowedError, NotFoundError
from usergroups.inputs.attendee import LetInInput
from usergroups.inputs.rsvp import RsvpInput
from usergroups.models import AuditEntry, Event, Rsvp, RsvpStatus, User
from usergroups.services import attendees
from usergroups.services.rsvps import RefusedError

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

GOING, WAITLISTED, CANCELLED = RsvpStatus.GOING, RsvpStatus.WAITLISTED, RsvpStatus.CANCELLED
BECAUSE = LetInInput(reason="speaks tonight")


def meetup(seats: int, *answers: RsvpStatus, **given) -> tuple[Event, User, list[int]]:
    """A meetup, its organizer, and the ids of answers by arrival."""
    group, people = team_of("organizer")
    with db.transaction():
        event = make_meetup(group, seats, **given)
        ids = [make_rsvp(event, make_user(), status).id for status in answers]
    return event, people["organizer"], ids


def states(event: Event) -> list[str]:
    with db.reading() as session:
        found = session.query(Rsvp).filter_by(event_id=event.id).order_by(Rsvp.arrival)
        return [one.status.value for one in found]


def recorded() -> list[tuple[str, dict]]:
    with db.reading() as session:
        return [(one.act, one.details) for one in session.query(AuditEntry).order_by(AuditEntry.id)]


def test_taken_off_the_list_the_seat_goes_to_the_next():
    event, organizer, (first, _) = meetup(1, GOING, WAITLISTED)
    for _ in range(2):
        with db.transaction():
            removed = attendees.remove(event.id, first, by=organizer)
    assert states(event) == ["cancelled", "going"]
    details = {"user_id": removed.user_id, "status": "cancelled", "before": "going"}
    assert recorded() == [("event.attendee_removed", details)]


def test_let_in_before_their_turn_for_a_reason():
    event, organizer, (*_, last) = meetup(3, GOING, WAITLISTED, WAITLISTED)
    with db.transaction() as session:
        # A large party holds the line.
        session.query(Rsvp).filter_by(status=WAITLISTED).order_by(Rsvp.id).first().guests = 5
    for _ in range(2):
        with db.transaction():
            let_in = attendees.let_in(event.id, last, BECAUSE, by=organizer)
    assert states(event) == ["going", "waitlisted", "going"]
    details = {"user_id": let_in.user_id, "status": "going", "reason": "speaks tonight"}
    assert recorded() == [("event.attendee_let_in", details)]


def test_nobody_is_let_in_where_there_is_no_seat():
    event, organizer, (_, last) = meetup(1, GOING, WAITLISTED)
    with pytest.raises(RefusedError) as why, db.transaction():
        attendees.let_in(event.id, last, BECAUSE, by=organizer)
    assert why.value.why.code == "seats_few"
    assert states(event) == ["going", "waitlisted"]
    assert recorded() == []


def test_let_in_after_registration_closed_but_not_when_it_is_over():
    event, organizer, (first,) = meetup(5, WAITLISTED, closes_at=NOW)
    with clock.frozen_at(event.ends_at), pytest.raises(RefusedError), db.transaction():
        attendees.let_in(event.id, first, BECAUSE, by=organizer)
    with db.transaction():
        attendees.let_in(event.id, first, BECAUSE, by=organizer)
    assert states(event) == ["going"]


def test_whoever_does_not_wait_is_not_let_in():
    event, organizer, (first,) = meetup(5, CANCELLED)
    with pytest.raises(RefusedError) as why, db.transaction():
        attendees.let_in(event.id, first, BECAUSE, by=organizer)
    assert why.value.why.code == "not_waiting"


def test_brought_back_they_are_the_last_to_arrive():
    event, organizer, (first, _, _) = meetup(1, CANCELLED, GOING, WAITLISTED)
    with db.transaction():
        attendees.change(event.id, first, RsvpInput(), by=organizer)
    assert states(event) == ["going", "waitlisted", "waitlisted"]
    assert [act for act, _ in recorded()] == ["event.attendee_brought_back"]


def test_guests_are_changed_and_what_only_they_decide_is_not():
    event, organizer, (first,) = meetup(3, GOING)
    with db.transaction() as session:
        session.get_one(Rsvp, first).is_listed = True
    with db.transaction():
        changed = attendees.change(event.id, first, RsvpInput(guests=2), by=organizer)
    assert (changed.guests, changed.is_listed) == (2, True)
    with pytest.raises(RefusedError), db.transaction():
        attendees.change(event.id, first, RsvpInput(guests=3), by=organizer)
    assert [details["guests"] for _, details in recorded()] == [2]


@pytest.mark.parametrize("who", ["visitor", "stranger", "foreign_lead", "abroad"])
def test_nobody_else_may(who):
    event, _, (first,) = meetup(1, WAITLISTED)
    other = crowd()[who]
    for act, rest in (
        (attendees.remove, ()),
        (attendees.let_in, (BECAUSE,)),
        (attendees.change, (RsvpInput(),)),
    ):
        with pytest.raises(NotAllowedError), db.transaction():
            act(event.id, first, *rest, by=other)
    assert states(event) == ["waitlisted"]


def test_an_answer_to_another_meetup_is_not_found():
    event, organizer, _ = meetup(1)
    _, _, (other,) = meetup(1, GOING)
    with pytest.raises(NotFoundError), db.transaction():
        attendees.remove(event.id, other, by=organizer)
    assert mails() == []


def test_what_was_stays():
    starts_at = NOW - timedelta(days=1)
    event, organizer, (first,) = meetup(1, GOING, starts_at=starts_at)
    with pytest.raises(RefusedError), db.transaction():
        attendees.remove(event.id, first, by=organizer)
    assert states(event) == ["going"]
