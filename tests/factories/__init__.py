"""Rows for tests, valid unless told otherwise, added to the session of the running scope."""

from datetime import time, timedelta
from itertools import count
from typing import Any

from usergroups import clock, db
from usergroups.models import (
    Application,
    ApplicationStatus,
    Event,
    EventRoom,
    EventStatus,
    Group,
    GroupStatus,
    Membership,
    Registration,
    Role,
    Room,
    Rsvp,
    RsvpStatus,
    Series,
    Source,
    SourceKind,
    User,
    Venue,
)
from usergroups.services import series_facts

_number = count(1)


def _add(row: Any) -> Any:
    db.session().add(row)
    db.session().flush()
    return row


def make_user(**given: Any) -> User:
    """Somebody."""
    n = next(_number)
    return _add(User(**{"email": f"person{n}@example.org", "name": f"Person {n}"} | given))


def make_group(**given: Any) -> Group:
    """An active group in Paris."""
    n = next(_number)
    defaults = {
        "slug": f"group-{n}", "name": f"Group {n}", "city": "Paris", "country": "FR",
        "latitude": 48.8566, "longitude": 2.3522, "timezone": "Europe/Paris",
        "status": GroupStatus.ACTIVE, "topics": [], "links": [],
    }  # fmt: skip
    return _add(Group(**defaults | given))


def make_membership(user: User, group: Group, role: Role = Role.MEMBER, **given: Any) -> Membership:
    """Somebody in a group."""
    return _add(Membership(user_id=user.id, user=user, group_id=group.id, role=role, **given))


def make_source(group: Group, **given: Any) -> Source:
    """A calendar file of a group."""
    defaults = {"location": f"/calendars/{next(_number)}.ics", "kind": SourceKind.FILE}
    return _add(Source(group=group, group_id=group.id, **defaults | given))


def make_event(group: Group, **given: Any) -> Event:
    """A confirmed meetup of two hours, a week from now."""
    n = next(_number)
    starts_at = given.get("starts_at", clock.now() + timedelta(days=7))
    defaults = {
        "uid": f"event-{n}@example.org", "title": f"Meetup {n}", "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2), "timezone": group.timezone,
        "status": EventStatus.CONFIRMED, "description": "", "recurrence_id": "",
    }  # fmt: skip
    return _add(Event(group=group, group_id=group.id, **defaults | given))


def make_application(applicant: User | None = None, **given: Any) -> Application:
    """An application to start a group in Budapest, handed in and waiting."""
    n = next(_number)
    applicant = applicant or make_user()
    defaults = {
        "public_id": f"application{n}", "applicant_id": applicant.id, "applicant": applicant,
        "status": ApplicationStatus.SUBMITTED, "group_name": f"Group {n}", "city": "Budapest",
        "country": "HU", "latitude": 47.4979, "longitude": 19.0402,
        "timezone": "Europe/Budapest", "population": 1_741_041, "why": "There is none here.",
        "language": "hu", "submitted_at": clock.now(), "co_organizers": [], "reviewers": [],
    }  # fmt: skip
    return _add(Application(**defaults | given))


def make_venue(group: Group, *rooms: int, **given: Any) -> Venue:
    """A venue of a group with rooms that hold so many."""
    defaults = {"group_id": group.id, "name": "La Paillasse", "country": "FR"}
    venue = _add(Venue(**defaults | given))
    for number, capacity in enumerate(rooms, 1):
        _add(Room(venue_id=venue.id, venue=venue, name=f"Room {number}", capacity=capacity))
    return venue


def make_meetup(group: Group, seats: int | None = None, **given: Any) -> Event:
    """A meetup that one answers here, in a room with so many seats, or without a room."""
    event = make_event(group, **{"registration": Registration.HERE, "most_guests": 9} | given)
    if seats is not None:
        add_room(event, seats)
    return event


def make_series(group: Group, **given: Any) -> Series:
    """Every third Thursday from this month on, without any meetup yet."""
    n = next(_number)
    facts = series_facts.of(None) | {"title": f"Series {n}"} | given.pop("facts", {})
    defaults = {
        "uid": f"series-{n}@example.org", "rule": "FREQ=MONTHLY;BYDAY=3TH",
        "begins_on": clock.today(), "starts": time(18, 30), "minutes": 150,
        "timezone": group.timezone, "skipped": [], "facts": facts,
    }  # fmt: skip
    return _add(Series(group=group, group_id=group.id, **defaults | given))


def add_room(event: Event, seats: int) -> Room:
    """A room with so many seats for a meetup, in a venue of its own."""
    venue = make_venue(event.group, name=f"Venue {next(_number)}")
    room = _add(Room(venue_id=venue.id, venue=venue, name="Room", capacity=seats))
    _add(EventRoom(event_id=event.id, room_id=room.id, room=room))
    return room


def make_rsvp(event: Event, user: User, status: RsvpStatus = RsvpStatus.GOING, **g: Any) -> Rsvp:
    """What somebody answered, the next to arrive."""
    event.version += 1
    return _add(
        Rsvp(
            event_id=event.id, event=event, user_id=user.id, user=user, status=status,
            **{"arrival": event.version} | g,
        )
    )  # fmt: skip
