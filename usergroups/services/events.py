"""Making, changing and importing meetups."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError
from usergroups.inputs.event import EventInput
from usergroups.models import PUBLISHED, Event, EventStatus, Group, Origin, Precision, User
from usergroups.services import audit
from usergroups.services.outcome import Outcome, assign
from usergroups.services.revisions import mark_changed


@dataclass(frozen=True, slots=True)
class Saved:
    """A meetup, and what saving it did."""

    event: Event
    outcome: Outcome


def save(group: Group, given: EventInput, *, by: User | None = None) -> Saved:
    """Make a meetup of this group, or change the one with this UID; twice changes nothing.

    Raises ConflictError where the UID belongs to another group's meetup.
    """
    event = _native(given.uid) if given.uid else None
    if event is None:
        event = Event(group=group, group_id=group.id, origin=Origin.NATIVE, sequence=0)
        event.uid = given.uid or f"{secrets.token_hex(16)}@usergroups"
        assign_new(event, given)
        session().add(event)
        outcome = Outcome.ADDED
    elif event.group_id != group.id:
        raise ConflictError(f"the UID {given.uid!r} belongs to a meetup of another group")
    elif not revise(event, given.model_dump(exclude={"uid"})):
        return Saved(event, Outcome.UNCHANGED)
    else:
        outcome = Outcome.UPDATED
    session().flush()  # the audit entry needs the id
    mark_changed(group, on_map=True)
    audit.record(f"event.{outcome.value}", event, by=by, status=event.status.value)
    return Saved(event, outcome)


def assign_new(event: Event, given: EventInput) -> None:
    """Fill a meetup that nobody has seen yet."""
    assign(event, given.model_dump(exclude={"uid"}))
    if event.status is EventStatus.CANCELLED:
        event.cancelled_at = clock.now()


def revise(event: Event, values: dict[str, object]) -> bool:
    """Change what differs; a change is a revision that calendars must notice.

    Answers whether there was one. SEQUENCE moves with every visible change: some calendar
    programs ignore changes that leave it alone (RFC 5546 section 2.1.4 asks for less). One that
    stands aside for another goes on doing so, whatever its source says: that is kept beside.
    """
    if event.status is EventStatus.MERGED and "status" in values:
        values = {("aside_status" if name == "status" else name): values[name] for name in values}
    was_cancelled = event.is_cancelled
    was_to_begin = event.starts_at if _is_fixed(event) else None
    if not assign(event, values):
        return False
    event.sequence += 1
    event.revised_at = clock.now()
    if event.is_cancelled != was_cancelled:
        event.cancelled_at = clock.now() if event.is_cancelled else None
    if was_to_begin not in {None, event.starts_at}:
        event.moved_from_at = was_to_begin
    return True


def _is_fixed(event: Event) -> bool:
    """Whether the public was told when it is: to the minute, not just the month."""
    return event.status in PUBLISHED and event.precision is Precision.EXACT


def _native(uid: str) -> Event | None:
    return session().scalar(
        select(Event).where(Event.source_id.is_(None), Event.uid == uid, Event.recurrence_id == "")
    )
