"""At the door: who is here. Every act may be sent again, and by two phones at once: it counts once.

Nobody is turned away by any of it: whoever waits in line, or had said that they would not come, is
checked in like everybody else, and who answered nothing is a walk-in. Seats and places in the line
stay as they are.
"""

from datetime import timedelta

from sqlalchemy import select, update

from usergroups import clock
from usergroups.db import session, upsert
from usergroups.errors import ConflictError, NotAllowedError, NotFoundError
from usergroups.inputs.door import CheckInInput, TapInput, UndoInput, WalkInInput
from usergroups.models import Answer, Event, EventStatus, Rsvp, Tally, User, WalkIn
from usergroups.permissions import may_organize
from usergroups.queries import co_hosts, door, standings
from usergroups.services import audit

# From when on people can be checked in: what is tapped earlier is meant for another meetup.
OPENS = timedelta(hours=24)
PURPOSE = "ticket"


def check_in(event: Event, given: CheckInInput, *, by: User | None) -> None:
    """Somebody is here, with their guests. Said again with other guests, that many are here.

    Raises NotAllowedError, NotFoundError for whoever did not answer this meetup, ConflictError
    while the door is shut.
    """
    _guard(event, by)
    rsvp = door.caller(event, given.rsvp)
    guests = rsvp.guests if given.guests is None else min(given.guests, rsvp.guests)
    is_said = given.guests is not None
    changed = session().execute(
        update(Rsvp)
        .where(Rsvp.id == rsvp.id)
        .where(Rsvp.checked_in_at.is_(None) | (Rsvp.guests_came != guests if is_said else False))
        .values(
            checked_in_at=rsvp.checked_in_at or clock.now(),
            guests_came=guests,
        )
        .execution_options(synchronize_session="fetch")
    )
    if changed.rowcount:  # type: ignore[attr-defined]  # a CursorResult
        audit.record("door.checked_in", event, by=by, rsvp_id=rsvp.id, guests=guests)


def undo(event: Event, given: UndoInput, *, by: User | None) -> None:
    """Somebody is not here after all. Twice is once. Raises as `check_in`."""
    _guard(event, by)
    rsvp = door.caller(event, given.rsvp)
    changed = session().execute(
        update(Rsvp)
        .where(Rsvp.id == rsvp.id, Rsvp.checked_in_at.is_not(None))
        .values(checked_in_at=None, guests_came=0)
        .execution_options(synchronize_session="fetch")
    )
    if changed.rowcount:  # type: ignore[attr-defined]  # a CursorResult
        audit.record("door.check_in_undone", event, by=by, rsvp_id=rsvp.id)


def walk_in(event: Event, given: WalkInInput, *, by: User | None) -> None:
    """So many came who had not answered. The same tap again changes nothing.

    Raises NotAllowedError, ConflictError while the door is shut.
    """
    _guard(event, by)
    is_new = session().scalar(
        upsert(WalkIn)
        .values(event_id=event.id, tap=given.tap, people=given.people, came_at=clock.now())
        .on_conflict_do_nothing(index_elements=["event_id", "tap"])
        .returning(WalkIn.id)
    )
    if is_new:
        audit.record("door.walk_in_counted", event, by=by, people=given.people)


def take_back(event: Event, given: TapInput, *, by: User | None) -> None:
    """Take a tap for walk-ins back; it stays taken back, should it be sent again. Twice is once.

    Raises as `walk_in`, and NotFoundError for a tap that never came.
    """
    _guard(event, by)
    of_tap = (WalkIn.event_id == event.id) & (WalkIn.tap == given.tap)
    changed = session().execute(
        update(WalkIn).where(of_tap, WalkIn.undone_at.is_(None)).values(undone_at=clock.now())
    )
    if changed.rowcount:  # type: ignore[attr-defined]  # a CursorResult
        audit.record("door.walk_in_undone", event, by=by)
    elif session().scalar(select(WalkIn.id).where(of_tap)) is None:
        raise NotFoundError("there was no such tap")


def shut(event: Event) -> str:
    """Why nobody can be checked in now, in a word; empty where they can."""
    if event.status is not EventStatus.CONFIRMED:
        return "not_confirmed"
    if clock.now() < event.starts_at - OPENS:
        return "early"
    return "counted" if session().get(Tally, event.id) else ""


def _guard(event: Event, by: User | None) -> None:
    standing = standings.of(by)
    hosts = [row.group for row in co_hosts.asked(event.id) if row.answer is Answer.ACCEPTED]
    if not any(may_organize(standing, group) for group in (event.group, *hosts)):
        raise NotAllowedError("the door is kept by the organizers of those who hold the meetup")
    if shut(event):
        raise ConflictError("the door is shut: it opens a day before, for meetups that take place")
