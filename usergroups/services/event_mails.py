"""Mails about meetups: to whoever has a seat, waits for one, or was interested.

Left in the transaction of the act that they tell of, so that neither happens without the other. To
one person at once; to all who come by a job, some at a time, which asks who they are only then.

What somebody has promised to attend, or waits for, is told whatever they refused: their seat, that
it moves, that it is called off. Reminders and letters they may refuse.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from usergroups import clock
from usergroups.db import session
from usergroups.formats.ical import carried
from usergroups.models import Event, EventStatus, JobKind, MessageKind, Room, Rsvp, RsvpStatus, User
from usergroups.queries import attending, interest, team
from usergroups.queue import enqueue, send

# So many mails are left in one transaction, so that nobody who writes waits for long.
_AT_ONCE = 200
# What one offer is named by in the link of its mail.
OFFER = "offer"


def going(rsvp: Rsvp) -> None:
    """Confirm a seat, with the meetup as a calendar file."""
    send(MessageKind.RSVP_GOING, rsvp.user, **facts(rsvp.event, rsvp.user), heads=rsvp.heads)


def waiting(rsvp: Rsvp, place: int) -> None:
    """Confirm a place in the line."""
    send(
        MessageKind.RSVP_WAITING, rsvp.user, **facts(rsvp.event, rsvp.user), heads=rsvp.heads,
        in_line=place,
    )  # fmt: skip


def offered(rsvp: Rsvp) -> None:
    """Offer a seat, until when, and how it is taken or passed on by one click."""
    until = rsvp.offered_until
    send(
        MessageKind.SEAT_OFFERED, rsvp.user, **facts(rsvp.event, rsvp.user), heads=rsvp.heads,
        until=until.isoformat() if until else "", offer=named(rsvp),
    )  # fmt: skip


def named(rsvp: Rsvp) -> str:
    """What one offer to one person is known by: another offer to them has another name."""
    until = rsvp.offered_until
    return f"{rsvp.id}-{int(until.timestamp()) if until else 0}"


def seated(rsvp: Rsvp) -> None:
    """Tell somebody who waited that they have a seat."""
    send(MessageKind.SEAT_GIVEN, rsvp.user, **facts(rsvp.event, rsvp.user), heads=rsvp.heads)


def removed(rsvp: Rsvp) -> None:
    """Tell somebody that organizers have taken them off the list."""
    send(MessageKind.RSVP_REMOVED, rsvp.user, **facts(rsvp.event, rsvp.user))


def changed(event: Event, before: Mapping[str, Any]) -> None:
    """Tell those who come or wait what is different; `before` are the columns as they were."""
    told = {name: _plain(value) for name, value in before.items()}
    _tell(event, MessageKind.MEETUP_CHANGED, before=told)


def cancelled(event: Event, reason: str) -> None:
    """Tell those who come or wait, or were interested, that it is called off."""
    _tell(event, MessageKind.MEETUP_CANCELLED, reason=reason)


def fixed(event: Event) -> None:
    """Tell those who would come to a tentative meetup, or could host it, that it has a day."""
    _tell(event, MessageKind.MEETUP_FIXED)


def room_taken(event: Event, room: Room) -> None:
    """Tell the organizers that there is another room; who gets a seat by it is told of that."""
    for one in team.organizers(event.group_id):
        send(
            MessageKind.ROOM_TAKEN, one.user, **facts(event, one.user), room=room.name,
            capacity=room.capacity,
        )  # fmt: skip


def spread(*, event_id: int, message: str, after: int, values: dict[str, Any]) -> None:
    """Leave the next of a mail to many, and the job for those that come then."""
    event = attending.subject(event_id)
    if event is None:
        return
    kind = MessageKind(message)
    reached = _READERS[kind](event_id, after=after, most=_AT_ONCE)
    for _key, user in reached:
        send(kind, user, **facts(event, user), **values)
    if len(reached) == _AT_ONCE:
        enqueue(
            JobKind.TELL_ATTENDEES, event_id=event_id, message=message, after=reached[-1][0],
            values=values,
        )  # fmt: skip


def remind(*, event_id: int) -> None:
    """Remind those who come and have not been reminded; each once, whoever is killed meanwhile."""
    event = attending.subject(event_id)
    if event is None or event.status is not EventStatus.CONFIRMED:
        return
    if event.starts_at <= clock.now():
        return
    reached = attending.unreminded(event, most=_AT_ONCE)
    for rsvp in reached:
        rsvp.reminded_at = clock.now()
        send(MessageKind.MEETUP_REMINDER, rsvp.user, **facts(event, rsvp.user), heads=rsvp.heads)
    session().flush()
    if len(reached) == _AT_ONCE:
        enqueue(JobKind.REMIND_ATTENDEES, event_id=event_id)


def _tell(event: Event, kind: MessageKind, **values: Any) -> None:
    enqueue(JobKind.TELL_ATTENDEES, event_id=event.id, message=kind.value, after=0, values=values)


def facts(event: Event, user: User) -> dict[str, Any]:
    """What every mail about a meetup says of it, and on whose clock besides the meetup's."""
    return {
        "title": event.title,
        "group": event.group.name,
        "slug": event.group.slug,
        "public_id": event.public_id,
        "event_slug": event.slug,
        "place": event.venue or event.group.city,
        "attendance": event.attendance.value,
        "starts": event.local_start.isoformat(),
        "ends": event.local_end.isoformat(),
        "all_day": event.all_day,
        "zone": event.timezone,
        "reader_zone": user.timezone if user.timezone not in ("UTC", event.timezone) else "",
        "meetup": carried.pack(event),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return getattr(value, "value", value)


def _holding(event_id: int, *, after: int, most: int) -> Sequence[tuple[int, User]]:
    holding = (RsvpStatus.GOING, RsvpStatus.OFFERED, RsvpStatus.WAITLISTED)
    return attending.answered(event_id, holding, after=after, most=most)


def _everybody(event_id: int, *, after: int, most: int) -> Sequence[tuple[int, User]]:
    return attending.concerned(event_id, after=after, most=most)


def _interested(event_id: int, *, after: int, most: int) -> Sequence[tuple[int, User]]:
    return [(user.id, user) for user in interest.reached(event_id) if user.id > after][:most]


Readers = Callable[..., Sequence[tuple[int, User]]]
_READERS: dict[MessageKind, Readers] = {
    MessageKind.MEETUP_CHANGED: _holding,
    MessageKind.MEETUP_CANCELLED: _everybody,
    MessageKind.MEETUP_FIXED: _interested,
}
