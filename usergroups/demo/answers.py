"""Who comes to what is next in the demo: a room that fills up, and a line."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.inputs.rsvp import RsvpInput
from usergroups.models import (
    Attendance,
    Event,
    EventRoom,
    EventStatus,
    Group,
    Registration,
    Room,
    Rsvp,
    User,
    Venue,
)
from usergroups.services import rsvps

# Groups whose next meetup is answered here, and how many their back room holds.
_ROOMS = {"london": 8, "paris": 30}
_MOST_GUESTS = 2


def plant(groups: dict[str, Group], people: list[User]) -> None:
    """Let everybody of the demo answer what these groups have next; once is enough."""
    for slug, seats in _ROOMS.items():
        event = _next_of(groups[slug])
        if event is None:
            continue
        if event.registration is not Registration.HERE:
            _open(event, seats)
        answered = set(session().scalars(select(Rsvp.user_id).where(Rsvp.event_id == event.id)))
        for number, user in enumerate(people):
            if user.id not in answered and event.takes_answers:
                guests, is_listed = int(number % 4 == 1), number % 3 != 0
                given = RsvpInput(guests=guests, is_listed=is_listed, country=groups[slug].country)
                rsvps.answer(event.id, given, by=user)


def _next_of(group: Group) -> Event | None:
    query = (
        select(Event)
        .options(joinedload(Event.group))
        .where(
            Event.group_id == group.id,
            Event.status == EventStatus.CONFIRMED,
            Event.attendance == Attendance.IN_PERSON,
            Event.starts_at > clock.now(),
            Event.source_id.is_(None),
        )
    )
    return session().scalar(query.order_by(Event.starts_at, Event.id).limit(1))


def _open(event: Event, seats: int) -> None:
    """Take answers from now on, in a room of the place where it is anyway."""
    room = _room(event, seats)
    event.registration, event.most_guests = Registration.HERE, _MOST_GUESTS
    event.venue_id = room.venue_id
    session().add(EventRoom(event_id=event.id, room_id=room.id))
    session().flush()


def _room(event: Event, seats: int) -> Room:
    group = event.group
    here = Venue.group_id == group.id, Venue.name == event.venue
    room = session().scalar(select(Room).join(Room.venue).where(*here))
    if room is None:
        venue = Venue(
            group_id=group.id, name=event.venue, city=group.city, country=group.country,
            latitude=event.latitude, longitude=event.longitude,
        )  # fmt: skip
        room = Room(venue=venue, name="Back room", capacity=seats)
        session().add(room)
        session().flush()
    return room
