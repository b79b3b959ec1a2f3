"""What organizers do about somebody's answer to their meetup. Each act leaves its trace.

Seats are as scarce for organizers as for everybody: none of this seats more than there is room.
"""

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotAllowedError, NotFoundError
from usergroups.inputs.attendee import LetInInput
from usergroups.inputs.rsvp import RsvpInput
from usergroups.models import Event, EventStatus, Rsvp, RsvpStatus, User
from usergroups.permissions import may_organize
from usergroups.queries import attendees, standings
from usergroups.services import audit, event_mails, rsvps, seats
from usergroups.services.rsvps import HOLDING, RefusedError


def change(event_id: int, rsvp_id: int, given: RsvpInput, *, by: User | None) -> Rsvp:
    """Change with whom or how somebody comes, or have somebody come who had said no.

    The rules are theirs: the line is not passed, and whoever comes back joins its end. What only
    they decide (whether others see their name) stays. Raises what services/rsvps.py raises,
    NotAllowedError, NotFoundError.
    """
    rsvp = _hold(event_id, rsvp_id, by)
    before = rsvp.status
    kept = given.model_copy(update={"is_listed": rsvp.is_listed})
    rsvps.say(rsvp, kept)
    act = "event.attendee_changed" if before in HOLDING else "event.attendee_brought_back"
    _record(act, rsvp, by, guests=rsvp.guests)
    return rsvp


def remove(event_id: int, rsvp_id: int, *, by: User | None) -> Rsvp:
    """Take somebody's seat, offer or place in the line from them: for the next. Twice is once.

    They are told. Raises RefusedError once the meetup is over, NotAllowedError, NotFoundError.
    """
    rsvp = _hold(event_id, rsvp_id, by)
    if rsvp.status in HOLDING:
        before = rsvp.status
        rsvps.give_up(rsvp)
        _record("event.attendee_removed", rsvp, by, before=before.value)
        event_mails.removed(rsvp)
    return rsvp


def let_in(event_id: int, rsvp_id: int, given: LetInInput, *, by: User | None) -> Rsvp:
    """Give a free seat to somebody who waits, before their turn, for a reason that is kept.

    Works after registration has closed, too. Raises RefusedError where seats are lacking or they
    do not wait, NotAllowedError, NotFoundError.
    """
    rsvp = _hold(event_id, rsvp_id, by)
    event = rsvp.event
    if rsvp.status is RsvpStatus.GOING:
        return rsvp
    if rsvp.status is not RsvpStatus.WAITLISTED:
        raise RefusedError("not_waiting", "this person does not wait")
    if event.status is not EventStatus.CONFIRMED or event.is_past:
        raise RefusedError("answer_over", "what was is not changed any more")
    free = seats.settle(event).of(rsvp.attendance)
    if not free.holds(rsvp.heads):
        raise RefusedError("seats_few", "too few seats", free=free.free, heads=rsvp.heads)
    rsvp.status, rsvp.changed_at = RsvpStatus.GOING, clock.now()
    _record("event.attendee_let_in", rsvp, by, reason=given.reason)
    event_mails.seated(rsvp)
    return rsvp


def _hold(event_id: int, rsvp_id: int, by: User | None) -> Rsvp:
    """The answer, its meetup held; for organizers of its group alone."""
    event = seats.hold(event_id)
    if not may_organize(standings.of(by), event.group):
        raise NotAllowedError("only its organizers look after who comes")
    rsvp = attendees.one(event.id, rsvp_id)
    if rsvp is None:
        raise NotFoundError("nobody answered this meetup by that")
    rsvp.event = event
    return rsvp


def _record(act: str, rsvp: Rsvp, by: User | None, **details: object) -> None:
    event: Event = rsvp.event
    session().flush()
    audit.record(act, event, by=by, user_id=rsvp.user_id, status=rsvp.status.value, **details)
