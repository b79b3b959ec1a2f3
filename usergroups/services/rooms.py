"""The rooms that a meetup uses, and with them how many it holds.

Each act holds the meetup first (services/seats.py), then the rooms in the order of their numbers,
so that of two in one moment the second sees what the first did. No room has two meetups at a time,
and nobody loses a seat (services/outlook.py).
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from usergroups.db import session
from usergroups.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    Refusal,
)
from usergroups.models import (
    PUBLISHED,
    Attendance,
    Event,
    EventRoom,
    EventStatus,
    Origin,
    Room,
    User,
    Venue,
)
from usergroups.permissions import Standing, may_organize
from usergroups.queries import series, standings, venues
from usergroups.services import audit, event_mails, events, seats
from usergroups.services.outlook import Named, weighed
from usergroups.services.revisions import mark_changed


class RoomTakenError(ConflictError):
    """Another meetup has the room at that time. `other` is that one, if the asker may know it."""

    def __init__(self, room: Room, other: Event | None) -> None:
        self.room, self.other = room.name, Named.of(other) if other else None
        super().__init__("another meetup has this room at that time")


def take(
    event_id: int, room_id: int, *, note: str = "", is_known: bool = False, by: User | None
) -> EventRoom:
    """Use a room more: it raises what the meetup holds, lets in who waits, and is told.

    Twice is once. Raises RoomTakenError, UnseenError, NotAllowedError, NotFoundError, and
    ConflictError for a meetup that is over or a room that is closed.
    """
    event = _hold(event_id, by)
    (room,) = _lock([room_id])

    def act() -> EventRoom:
        is_new = session().get(EventRoom, (event.id, room.id)) is None
        used = _use(event, room, note, event.venue_id, by)
        if is_new:
            event_mails.room_taken(event, room)
        return used

    return weighed([event], Attendance.IN_PERSON, act, is_known=is_known)


def give_back(
    event_id: int,
    room_id: int,
    *,
    instead: int | None = None,
    is_known: bool = False,
    by: User | None,
) -> None:
    """Use a room no longer, or another of the venue in its place; twice is once.

    Raises UnseenError where more have a seat than there would be, RoomTakenError, NotAllowedError,
    NotFoundError, and ConflictError for a meetup that is over.
    """
    event = _hold(event_id, by)
    used = session().get(EventRoom, (event.id, room_id))
    if used is None:
        return
    locked = _lock({room_id, room_id if instead is None else instead})

    def act() -> None:
        for room in locked:
            if room.id != room_id:
                _use(event, room, used.note, event.venue_id, by)
        _drop(event, used, by)

    weighed([event], Attendance.IN_PERSON, act, is_known=is_known)


def move_to(
    event_id: int,
    venue_id: int | None,
    room_ids: Iterable[int],
    *,
    is_known: bool = False,
    by: User | None,
) -> None:
    """Have a meetup take place at a venue, in these rooms of it; the rooms it had are given back.

    The feed tells the new place. Raises as `give_back`.
    """
    event = _hold(event_id, by)
    wanted = frozenset(room_ids)
    had = session().scalars(select(EventRoom).where(EventRoom.event_id == event.id)).all()
    venue = None if venue_id is None else _venue(event, venue_id)
    locked = _lock(wanted | {one.room_id for one in had})

    def act() -> None:
        for used in had:
            if used.room_id not in wanted:
                _drop(event, used, by)
        for room in locked:
            if room.id in wanted:
                _use(event, room, "", venue_id, by)

    weighed([event], Attendance.IN_PERSON, act, is_known=is_known)
    _say_where(event, venue, by)


def note(event_id: int, room_id: int, text: str, *, by: User | None) -> None:
    """Say what a room is for at a meetup. Raises NotAllowedError, NotFoundError, ConflictError."""
    event = _hold(event_id, by)
    used = session().get(EventRoom, (event.id, room_id))
    if used is None:
        raise NotFoundError("the meetup does not use this room")
    if used.note != text:
        used.note = text
        audit.record("event.room_noted", event, by=by, room_id=room_id)


def limit_online(
    event_id: int, limit: int | None, *, is_known: bool = False, by: User | None
) -> None:
    """Say how many may take part online; None for as many as want to.

    A higher one lets in who waits. Raises UnseenError for fewer than have a seat, NotAllowedError,
    NotFoundError, ConflictError.
    """
    event = _hold(event_id, by)
    before = event.online_limit
    if before == limit:
        return

    def act() -> None:
        event.online_limit = limit
        audit.record("event.online_limited", event, by=by, limit=[before, limit])

    weighed([event], Attendance.ONLINE, act, is_known=is_known)


def recheck(event: Event, *, by: User | None) -> None:
    """See that a meetup that is held, and was moved to another time, has its rooms then, too.

    Raises RoomTakenError.
    """
    session().flush()
    used = session().scalars(select(EventRoom.room_id).where(EventRoom.event_id == event.id)).all()
    if used:
        _refuse_taken(event, _lock(used), by)


def take_for_series(event_id: int, *, is_known: bool = False, by: User | None) -> int:
    """Have the meetups to come of its series use its rooms, too; answers how many got some.

    Raises UnseenError where one has more people than the rooms hold, NotAllowedError,
    NotFoundError, and ConflictError for a meetup that is over or by itself.
    """
    like = session().get(Event, event_id)
    if like is None or like.series_id is None:
        raise ConflictError("this meetup is no part of a series")
    ids = {one.id for one in series.coming_rows(like.series_id)}
    held = seats.hold_all(ids | {event_id})
    like = next(one for one in held if one.id == event_id)
    _refuse(like, by)
    return weighed(held, Attendance.IN_PERSON, lambda: follow(held, like, by=by), is_known=is_known)


def follow(held: Sequence[Event], like: Event, *, by: User | None = None) -> int:
    """Have meetups that are held, or new, use the rooms of another at the same venue.

    Those that have rooms keep theirs, and rooms that are closed or taken then are left out.
    Answers how many got rooms.
    """
    rooms = _lock(one.room_id for one in venues.used_by(like.id))
    wanted = [room for room in rooms if room.closed_at is None]
    have = venues.with_rooms(one.id for one in held)
    served = 0
    for event in held:
        if event.venue_id != like.venue_id or event.id in have or event.is_cancelled:
            continue
        taken = venues.clashes(event, [room.id for room in wanted])
        free = [room for room in wanted if room.id not in taken]
        for room in free:
            _use(event, room, "", event.venue_id, by)
        served += bool(free)
    return served


def may_know(other: Event, standing: Standing) -> bool:
    """Whether somebody may know of a meetup with its group: of a draft only its organizers."""
    return other.status in PUBLISHED or may_organize(standing, other.group)


def _hold(event_id: int, by: User | None) -> Event:
    event = seats.hold(event_id)
    _refuse(event, by)
    return event


def _refuse(event: Event, by: User | None) -> None:
    """Raise for whoever may not choose rooms, and for a meetup that takes none any more."""
    if not may_organize(standings.of(by), event.group):
        raise NotAllowedError("only its organizers choose where a meetup takes place")
    if event.origin is Origin.IMPORTED:
        raise ConflictError("this meetup comes from a calendar, and is changed there")
    if event.is_cancelled or event.is_past:
        raise ConflictError("what was is not changed any more")


def _lock(room_ids: Iterable[int]) -> Sequence[Room]:
    """These rooms, in the order in which everybody takes them. Raises NotFoundError."""
    wanted = set(room_ids)
    query = select(Room).where(Room.id.in_(wanted)).order_by(Room.id).with_for_update()
    found = session().scalars(query.execution_options(populate_existing=True)).all()
    if len(found) != len(wanted):
        raise NotFoundError("there is no such room")
    return found


def _use(event: Event, room: Room, text: str, venue_id: int | None, by: User | None) -> EventRoom:
    """Have a meetup use a room of the venue, unless it does."""
    if room.venue_id != venue_id:
        raise NotFoundError("there is no such room where the meetup takes place")
    used = session().get(EventRoom, (event.id, room.id))
    if used is not None:
        return used
    if room.closed_at is not None:
        raise ConflictError("this room is used no longer")
    _refuse_taken(event, [room], by)
    used = EventRoom(
        event_id=event.id, room_id=room.id, note=text, taken_by_id=by.id if by else None
    )
    session().add(used)
    session().flush()
    audit.record("event.room_taken", event, by=by, room_id=room.id, seats=room.capacity)
    return used


def _drop(event: Event, used: EventRoom, by: User | None) -> None:
    session().delete(used)
    session().flush()
    audit.record("event.room_given_back", event, by=by, room_id=used.room_id)


def _refuse_taken(event: Event, wanted: Sequence[Room], by: User | None) -> None:
    taken = venues.clashes(event, [room.id for room in wanted])
    for room in wanted:
        if other := taken.get(room.id):
            is_known = may_know(other, standings.of(by))
            raise RoomTakenError(room, other if is_known else None)


def _venue(event: Event, venue_id: int) -> Venue:
    """A venue that the group may use, neither closed nor changed meanwhile."""
    found = select(Venue).where(Venue.id == venue_id).with_for_update(read=True)
    venue = session().scalar(found.execution_options(populate_existing=True))
    is_theirs = venue is not None and venue.group_id == event.group_id
    is_shared = venue is not None and (venue.group_id, venue.country) == (None, event.group.country)
    if venue is None or not (is_theirs or is_shared):
        raise NotFoundError("there is no such venue")
    if venue.closed_at is not None and venue.id != event.venue_id:
        raise ConflictError("this venue is used no longer")
    if event.attendance is Attendance.ONLINE:
        why = Refusal("online_only", "this meetup takes place online only")
        raise InvalidInputError({"venue": why})
    return venue


def _say_where(event: Event, venue: Venue | None, by: User | None) -> None:
    """Write the place into the meetup, as its page and its feed say it."""
    is_same = event.venue_id == (venue.id if venue else None)
    event.venue_id = venue.id if venue else None
    if place(event, venue):
        mark_changed(event.group)
    if not is_same:
        audit.record("event.venue_chosen", event, by=by, venue_id=event.venue_id)


def place(event: Event, venue: Venue | None) -> bool:
    """Have a meetup that is held say what its venue says; who comes is told. Whether it differed.

    The caller marks its group.
    """
    before = event.venue
    said: dict[str, object] = {"venue": "", "latitude": None, "longitude": None}
    if venue is not None:
        said = {"venue": venue.text, "latitude": venue.latitude, "longitude": venue.longitude}
    if not events.revise(event, said):
        return False
    is_expected = event.status in (EventStatus.TENTATIVE, EventStatus.CONFIRMED)
    if event.venue != before and is_expected:
        event_mails.changed(event, {"venue": before})
    return True
