"""A meetup's agenda: lines with times on the clock on the wall, in tracks."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from usergroups.db import session
from usergroups.errors import InvalidInputError, NotAllowedError, NotFoundError, Refusal
from usergroups.inputs.talk import AgendaInput
from usergroups.models import AgendaItem, Event, EventRoom, Talk, User
from usergroups.permissions import may_organize
from usergroups.queries import standings, talks
from usergroups.services import audit
from usergroups.services.revisions import mark_changed

MOST = 100


def add(event: Event, given: AgendaInput, *, room_id: int | None, by: User | None) -> AgendaItem:
    """Add a line: a talk that was accepted, or anything else.

    Raises NotAllowedError, and InvalidInputError for a time outside the meetup, a talk that cannot
    be taken up, or a track that is busy then.
    """
    _guard(event, by)
    starts_at, ends_at = _within(event, given)
    talk = _talk(event, given.talk)
    known = list(session().scalars(select(AgendaItem).where(AgendaItem.event_id == event.id)))
    if len(known) >= MOST:
        raise _refused("title", "agenda_full", most=MOST)
    for one in known:
        if one.track == given.track and one.starts_at < ends_at and starts_at < one.ends_at:
            raise _refused("at", "agenda_busy")
    item = AgendaItem(
        event_id=event.id, talk_id=talk.id if talk else None, title="" if talk else given.title,
        track=given.track, starts_at=starts_at, ends_at=ends_at, room_id=_room(event, room_id),
    )  # fmt: skip
    session().add(item)
    if talk is not None:
        talk.event_id = event.id
    _show(event, by)
    return item


def remove(event: Event, item_id: int, *, by: User | None) -> None:
    """Take a line off; its talk stays accepted. Raises NotAllowedError, NotFoundError."""
    _guard(event, by)
    item = session().get(AgendaItem, item_id)
    if item is None or item.event_id != event.id:
        raise NotFoundError("there is no such line")
    session().delete(item)
    _show(event, by)


def _within(event: Event, given: AgendaInput) -> tuple[datetime, datetime]:
    """The instants; a time before the meetup's own start is meant for the next day."""
    first = event.local_start
    on = given.on or first.date()
    starts = datetime.combine(on, given.at, event.zone)
    if given.on is None and starts < first:
        starts = datetime.combine(on + timedelta(days=1), given.at, event.zone)
    starts_at = starts.astimezone(UTC)
    ends_at = starts_at + timedelta(minutes=given.minutes)
    if starts_at < event.starts_at or starts_at >= event.ends_at:
        raise _refused("at", "agenda_outside")
    if ends_at > event.ends_at:
        raise _refused("minutes", "agenda_late")
    return starts_at, ends_at


def _talk(event: Event, talk_id: int | None) -> Talk | None:
    if talk_id is None:
        return None
    for talk in talks.free_for(event.group_id, event.id):
        if talk.id == talk_id:
            return talk
    raise _refused("talk", "talk_taken")


def _room(event: Event, room_id: int | None) -> int | None:
    """The room, if the meetup uses it; else none."""
    used = select(EventRoom.room_id).where(
        EventRoom.event_id == event.id, EventRoom.room_id == room_id
    )
    return session().scalar(used) if room_id else None


def _show(event: Event, by: User | None) -> None:
    session().flush()
    mark_changed(event.group)
    audit.record("event.agenda_changed", event, by=by)


def _guard(event: Event, by: User | None) -> None:
    if not may_organize(standings.of(by), event.group):
        raise NotAllowedError("this is for the group's organizers")


def _refused(field: str, code: str, **values: object) -> InvalidInputError:
    return InvalidInputError({field: Refusal(code, f"refused: {code}", values)})
