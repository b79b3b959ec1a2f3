"""Venues and their rooms, as organizers keep them.

A venue belongs to a group, or is shared: then all groups of its country may use it, and the
stewards of the country look after it. What meetups to come say of their venue follows it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select

from usergroups import clock
from usergroups.db import session
from usergroups.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    Refusal,
)
from usergroups.gazetteer.earth import sphere_km
from usergroups.gazetteer.place import Place
from usergroups.inputs.venue import RoomInput, VenueInput
from usergroups.models import Attendance, Event, Group, Room, User, Venue
from usergroups.permissions import may_keep_venue, may_organize, may_review_in
from usergroups.queries import standings
from usergroups.queries import venues as queries
from usergroups.services import audit, rooms, seats
from usergroups.services.outcome import assign
from usergroups.services.outlook import weighed
from usergroups.services.revisions import mark_changed

# A position farther than this from its city is a slip: most often longitude before latitude.
FARTHEST_KM = 60


def add(group: Group, given: VenueInput, place: Place, *, by: User | None) -> Venue:
    """A venue for a group; one of that name at that address is taken for a second click.

    Raises NotAllowedError, and InvalidInputError for a position far from the city.
    """
    if not may_organize(standings.of(by), group):
        raise NotAllowedError("only its organizers add venues to a group")
    columns = _columns(given, place)
    session().execute(select(Group.id).where(Group.id == group.id).with_for_update())
    same = select(Venue).where(Venue.group_id == group.id, Venue.name == given.name)
    for venue in session().scalars(same):
        if (venue.address, venue.city) == (columns["address"], columns["city"]):
            return venue
    venue = Venue(group_id=group.id, rooms=[], **columns)
    session().add(venue)
    session().flush()
    _record("venue.added", venue, by)
    return venue


def change(venue: Venue, given: VenueInput, place: Place, *, by: User | None) -> None:
    """Say anew what it is and where; its meetups to come say the same, as their feeds do.

    Raises NotAllowedError, InvalidInputError, and ConflictError where somebody changed it after it
    was looked at.
    """
    columns = _columns(given, place)
    held = seats.hold_all(one.id for one in queries.coming_in(venue_id=venue.id))
    _hold(venue, by)
    if venue.group_id is None and columns["country"] != venue.country:
        why = Refusal("place_abroad", "a shared venue stays in its country")
        raise InvalidInputError({"place": why})
    _refuse_others(held, queries.coming_in(venue_id=venue.id))
    is_stale = given.seen != venue.version
    if not assign(venue, columns):
        return
    if is_stale:
        raise ConflictError("somebody else changed the venue in the meantime")
    _tell_meetups(venue, held)
    _record("venue.changed", venue, by)


def put_at(venue: Venue, position: tuple[float, float], held: Sequence[Event]) -> None:
    """Move a venue that is held, with its meetups to come, to where its address was found.

    Not where that is far from where it stands: its city.
    """
    if venue.latitude is None or venue.longitude is None:
        return
    if sphere_km(position, (venue.latitude, venue.longitude)) > FARTHEST_KM:
        return
    venue.latitude, venue.longitude = position
    _tell_meetups(venue, held)
    _record("venue.located", venue, None)


def share(venue: Venue, *, by: User | None) -> None:
    """Let all groups of its country use it; twice is once. Raises NotAllowedError."""
    if not may_review_in(standings.of(by), venue.country):
        raise NotAllowedError("only the stewards of its country share a venue")
    _hold(venue, by)
    if venue.group_id is not None:
        venue.group_id, group_id = None, venue.group_id
        _record("venue.shared", venue, by, group_id=group_id)


def close(venue: Venue, *, by: User | None) -> None:
    """Use it no longer; what was there stays there. Twice is once.

    Raises NotAllowedError, and ConflictError where a meetup is to come.
    """
    _hold(venue, by)
    if queries.coming_in(venue_id=venue.id):
        raise ConflictError("meetups to come take place here: find another venue for them first")
    if venue.closed_at is None:
        venue.closed_at = clock.now()
        _record("venue.closed", venue, by)


def reopen(venue: Venue, *, by: User | None) -> None:
    """Use it again; twice is once. Raises NotAllowedError."""
    _hold(venue, by)
    if venue.closed_at is not None:
        venue.closed_at = None
        _record("venue.reopened", venue, by)


def add_room(venue: Venue, given: RoomInput, *, by: User | None) -> Room:
    """A room more; one of that name and capacity is taken for a second click.

    Raises NotAllowedError, and InvalidInputError where another has that name.
    """
    _hold(venue, by)
    known = session().scalar(_named(venue, given))
    if known is not None and known.capacity == given.capacity and known.closed_at is None:
        return known
    _refuse_name(known)
    room = Room(venue_id=venue.id, **_facts(given))
    session().add(room)
    session().flush()
    _record("venue.room_added", venue, by, room_id=room.id, capacity=room.capacity)
    return room


def change_room(venue: Venue, room_id: int, given: RoomInput, *, by: User | None) -> None:
    """Rename a room, or say that it holds more or fewer; more lets in who waits for a seat there.

    Raises UnseenError where meetups would hold fewer than have a seat there, NotAllowedError,
    NotFoundError, InvalidInputError where another has that name, ConflictError where a meetup took
    it in this very moment.
    """
    held = seats.hold_all(one.id for one in queries.coming_in(room_id=room_id))
    room = _lock_room(venue, room_id, by)
    _refuse_others(held, queries.coming_in(room_id=room_id))
    _refuse_name(session().scalar(_named(venue, given).where(Room.id != room.id)))
    before = room.capacity
    is_other = weighed(
        held, Attendance.IN_PERSON, lambda: assign(room, _facts(given)), is_known=given.is_known
    )
    if is_other:
        capacity = [before, room.capacity]
        _record("venue.room_changed", venue, by, room_id=room.id, capacity=capacity)


def close_room(venue: Venue, room_id: int, *, by: User | None) -> None:
    """Use a room no longer; twice is once.

    Raises NotAllowedError, NotFoundError, and ConflictError where a meetup to come uses it.
    """
    room = _lock_room(venue, room_id, by)
    if queries.coming_in(room_id=room.id):
        raise ConflictError("meetups to come use this room: find another for them first")
    if room.closed_at is None:
        room.closed_at = clock.now()
        _record("venue.room_closed", venue, by, room_id=room.id)


def reopen_room(venue: Venue, room_id: int, *, by: User | None) -> None:
    """Use a room again; twice is once. Raises NotAllowedError, NotFoundError."""
    room = _lock_room(venue, room_id, by)
    if room.closed_at is not None:
        room.closed_at = None
        _record("venue.room_reopened", venue, by, room_id=room.id)


def _refuse_others(held: Sequence[Event], found: Sequence[Event]) -> None:
    if {one.id for one in found} != {one.id for one in held}:
        raise ConflictError("a meetup came or went in this very moment: look again")


def _permit(venue: Venue, by: User | None) -> None:
    if not may_keep_venue(standings.of(by), venue):
        raise NotAllowedError("only those who look after a venue change it")


def _hold(venue: Venue, by: User | None) -> None:
    """Have the venue's row until the transaction ends, as it is now."""
    _permit(venue, by)
    session().refresh(venue, _COLUMNS, with_for_update=True)


def _lock_room(venue: Venue, room_id: int, by: User | None) -> Room:
    """A room of the venue, as it is now, until the transaction ends."""
    _permit(venue, by)
    query = select(Room).where(Room.id == room_id, Room.venue_id == venue.id).with_for_update()
    room = session().scalar(query.execution_options(populate_existing=True))
    if room is None:
        raise NotFoundError("there is no such room")
    return room


_COLUMNS = [column.key for column in Venue.__table__.columns]


def _columns(given: VenueInput, place: Place) -> dict[str, Any]:
    latitude, longitude = given.position or (place.lat, place.lng)
    km = sphere_km((latitude, longitude), (place.lat, place.lng))
    if km > FARTHEST_KM:
        far = {"km": round(km), "city": place.name}
        why = Refusal("position_far", f"that is {km:.0f} km from {place.name}", far)
        raise InvalidInputError({"position": why})
    return {
        "name": given.name,
        "address": given.address,
        "city": place.name,
        "country": place.country,
        "latitude": latitude,
        "longitude": longitude,
        "access": [fact.value for fact in given.access],
        "access_note": given.access_note,
        "url": given.url,
    }


def _facts(given: RoomInput) -> dict[str, Any]:
    return {"name": given.name, "capacity": given.capacity, "note": given.note}


def _named(venue: Venue, given: RoomInput) -> Select[Room]:
    return select(Room).where(Room.venue_id == venue.id, Room.name == given.name)


def _refuse_name(other: Room | None) -> None:
    if other is not None:
        raise InvalidInputError({"name": Refusal("room_name_taken", "another room has this name")})


def _tell_meetups(venue: Venue, held: Sequence[Event]) -> None:
    """Have the meetups to come say where they take place by now."""
    for event in held:
        rooms.place(event, venue)
    session().flush()  # the counters below go past the session, straight to the rows
    for group in {event.group_id: event.group for event in held}.values():
        mark_changed(group)


def _record(act: str, venue: Venue, by: User | None, **details: Any) -> None:
    venue.version += 1
    audit.record(act, venue, by=by, **details)
