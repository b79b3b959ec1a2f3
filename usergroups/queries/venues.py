"""Questions about venues, their rooms, and who uses them when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import joinedload, selectinload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import ASIDE, Event, EventRoom, EventStatus, Group, Precision, Room, Venue
from usergroups.permissions import Placed
from usergroups.queries.rows import rows


def of_group(group: Group) -> Sequence[Venue]:
    """A group's own venues and those of its country that are shared, with rooms; two queries.

    Its own come first, and those in use before those that are closed.
    """
    return session().scalars(_with_rooms(_within(group))).all()


def usable(group: Group) -> Sequence[Venue]:
    """Those of them that are in use; two queries."""
    query = _with_rooms(_within(group)).where(Venue.closed_at.is_(None))
    return session().scalars(query).all()


def known(group: Placed, public_id: str) -> Venue:
    """A venue that a group may use, with its rooms; two queries. Raises NotFoundError."""
    query = _with_rooms(_within(group)).where(Venue.public_id == public_id)
    venue = session().scalar(query.execution_options(populate_existing=True))
    if venue is None:
        raise NotFoundError("there is no such venue")
    return venue


def _within(group: Placed) -> ColumnElement[bool]:
    is_shared = Venue.group_id.is_(None) & (Venue.country == group.country)
    return or_(Venue.group_id == group.id, is_shared)


def _with_rooms(condition: ColumnElement[bool]) -> Select[Venue]:
    return (
        select(Venue)
        .where(condition)
        .options(selectinload(Venue.rooms))
        .order_by(Venue.closed_at.is_not(None), Venue.group_id.is_(None), Venue.name, Venue.id)
    )


def room_of(venue: Venue, room_id: int) -> Room:
    """A room of a venue whose rooms are loaded. Raises NotFoundError."""
    for room in venue.rooms:
        if room.id == room_id:
            return room
    raise NotFoundError("there is no such room")


@dataclass(frozen=True, slots=True)
class ShownRoom:
    """A room as the public page of a meetup shows it."""

    name: str
    capacity: int
    note: str
    used_for: str


@dataclass(frozen=True, slots=True)
class ShownVenue:
    """Where a meetup takes place, as its public page shows it."""

    name: str
    address: str
    city: str
    country: str
    latitude: float | None
    longitude: float | None
    access: list[str]
    access_note: str
    url: str
    rooms: tuple[ShownRoom, ...]


_TABLES = Venue.metadata.tables
_EVENT, _VENUE, _ROOM, _USED = (_TABLES[name] for name in ("event", "venue", "room", "event_room"))
# A meetup that stands aside for another is held by that one.
_OVER = (EventStatus.CANCELLED, *ASIDE)
_V, _R, _U = _VENUE.c, _ROOM.c, _USED.c
_SHOWN = (
    _V.name, _V.address, _V.city, _V.country, _V.latitude, _V.longitude, _V.access,
    _V.access_note, _V.url,
)  # fmt: skip


_OF_EVENT = (
    select(*_SHOWN, _R.name, _R.capacity, _R.note, _U.note)
    .select_from(
        _EVENT.join(_VENUE, _V.id == _EVENT.c.venue_id).outerjoin(
            _USED.join(_ROOM, _R.id == _U.room_id),
            (_U.event_id == _EVENT.c.id) & (_R.venue_id == _V.id),
        )
    )
    .where(_EVENT.c.id == bindparam("event_id"))
    .order_by(_U.taken_at, _R.id)
)


def of_event(event_id: int) -> ShownVenue | None:
    """The venue of a meetup and the rooms that it uses there; one query."""
    found = rows(_OF_EVENT, event_id=event_id)
    if not found:
        return None
    wide = len(_SHOWN)
    rooms = tuple(ShownRoom(*row[wide:]) for row in found if row[wide] is not None)
    return ShownVenue(*(*found[0][:wide], rooms))


def used_by(event_id: int) -> Sequence[EventRoom]:
    """The rooms that a meetup uses, in the order in which it took them; one query."""
    query = (
        select(EventRoom)
        .where(EventRoom.event_id == event_id)
        .options(joinedload(EventRoom.room))
        .order_by(EventRoom.taken_at, EventRoom.room_id)
    )
    return session().scalars(query).all()


def with_rooms(event_ids: Iterable[int]) -> set[int]:
    """Which of these meetups use rooms; one query."""
    query = select(EventRoom.event_id).where(EventRoom.event_id.in_(list(event_ids)))
    return set(session().scalars(query))


def last_with_rooms(series_id: int) -> Event | None:
    """The last meetup of a series that uses rooms; one query."""
    query = (
        select(Event)
        .where(Event.series_id == series_id, Event.status.not_in(_OVER))
        .where(Event.id.in_(select(EventRoom.event_id)))
        .order_by(Event.starts_at.desc())
        .limit(1)
    )
    return session().scalar(query)


def clashes(event: Event, room_ids: Iterable[int]) -> dict[int, Event]:
    """By room, the meetup that uses it while this one would, with its group; one query.

    A meetup of which only the month is known keeps no room busy.
    """
    if event.precision is not Precision.EXACT:
        return {}
    query = (
        select(EventRoom.room_id, Event)
        .join(Event, Event.id == EventRoom.event_id)
        .where(EventRoom.room_id.in_(list(room_ids)), Event.id != event.id)
        .where(Event.starts_at < event.ends_at, Event.ends_at > event.starts_at)
        .where(Event.status.not_in(_OVER), Event.precision == Precision.EXACT)
        .options(joinedload(Event.group))
        .order_by(Event.starts_at.desc())
    )
    found: Iterable[Any] = session().execute(query)
    return dict(tuple(row) for row in found)


def coming_in(*, room_id: int | None = None, venue_id: int | None = None) -> Sequence[Event]:
    """The meetups to come that use a room, or take place at a venue, with groups; one query."""
    query = (
        select(Event)
        .where(Event.ends_at > clock.now(), Event.status.not_in(_OVER))
        .options(joinedload(Event.group))
        .order_by(Event.starts_at, Event.id)
    )
    if room_id is not None:
        query = query.where(
            Event.id.in_(select(EventRoom.event_id).where(EventRoom.room_id == room_id))
        )
    if venue_id is not None:
        query = query.where(Event.venue_id == venue_id)
    return session().scalars(query).all()
