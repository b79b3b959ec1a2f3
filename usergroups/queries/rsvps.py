"""Questions about answers to meetups: seats, the line, one's own."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import (
    PUBLISHED,
    Attendance,
    Event,
    EventRoom,
    Room,
    Rsvp,
    RsvpStatus,
    User,
)
from usergroups.queries.rows import first, rows

_E, _R = Event.metadata.tables["event"].c, Rsvp.metadata.tables["rsvp"].c
_COUNTED = (RsvpStatus.GOING, RsvpStatus.OFFERED, RsvpStatus.WAITLISTED)
_HEADS = func.sum(1 + _R.guests)
_TALLY = (
    select(_R.attendance, _R.status, _HEADS, func.count(), func.min(_R.offered_until))
    .where(_R.event_id == bindparam("event_id"))
    .group_by(_R.status, _R.attendance)
)
_ROOMS = (
    select(func.sum(Room.capacity))
    .join(EventRoom, EventRoom.room_id == Room.id)
    .where(EventRoom.event_id == _E.id)
    .scalar_subquery()
)
_HOLDS = select(_ROOMS, _E.online_limit).where(_E.id == bindparam("event_id"))
# Put together once: they are asked with every answer.
_ANSWERED = select(_E.id).where(_E.public_id == bindparam("public_id"), _E.status.in_(PUBLISHED))
_REGISTERING = select(_E.opens_at, _E.closes_at).where(_E.id == bindparam("event_id"))
_OF = (
    select(Rsvp)
    .where(Rsvp.event_id == bindparam("event_id"), Rsvp.user_id == bindparam("user_id"))
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of one way to take part, in heads: guests count like those who bring them."""

    # None: as many as want to.
    capacity: int | None
    going: int = 0
    # Held for people who may take them.
    offered: int = 0
    waiting: int = 0
    # How many parties those are.
    line: int = 0

    @property
    def taken(self) -> int:
        """How many nobody else can have."""
        return self.going + self.offered

    @property
    def free(self) -> int | None:
        """How many are left; None for any number."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    def takes(self, heads: int) -> bool:
        """Whether so many more may sit down: nobody passes those who wait."""
        return not self.waiting and self.holds(heads)

    def holds(self, heads: int) -> bool:
        """Whether there are so many seats, whoever waits."""
        return self.capacity is None or self.taken + heads <= self.capacity


@dataclass(frozen=True, slots=True)
class Figures:
    """How the seats of a meetup stand. Rooms and the limit online are seats of their own."""

    in_person: Seats
    online: Seats
    # When the first of the offers that are out runs out.
    lapses_at: datetime | None = field(default=None, compare=False)
    # How many people, guests apart, answered what.
    answers: Mapping[RsvpStatus, int] = field(default_factory=dict, compare=False)

    def of(self, attendance: Attendance) -> Seats:
        """The seats of one way to take part."""
        return self.online if attendance is Attendance.ONLINE else self.in_person

    @property
    def going(self) -> int:
        """Heads that come, either way."""
        return self.in_person.going + self.online.going

    @property
    def offered(self) -> int:
        """Heads for whom a seat is held, either way."""
        return self.in_person.offered + self.online.offered

    @property
    def waiting(self) -> int:
        """Heads in either line."""
        return self.in_person.waiting + self.online.waiting


@dataclass(frozen=True, slots=True)
class Registering:
    """What a meetup's page says about coming."""

    figures: Figures
    # Empty: from its announcement, until it begins.
    opens_at: datetime | None
    closes_at: datetime | None


def figures(event_id: int) -> Figures:
    """How the seats of a meetup stand by what is in the database; two queries.

    A meetup without rooms, or without a limit online, holds as many as want to come.
    """
    rooms, limit = first(_HOLDS, event_id=event_id) or (None, None)
    counted: dict[Attendance, dict[str, int]] = {way: {} for way in Attendance}
    answers: Counter[RsvpStatus] = Counter()
    lapses: list[datetime] = []
    for way, status, heads, parties, until in rows(_TALLY, event_id=event_id):
        answers[status] += parties
        if status in _NAMES:
            counted[way][_NAMES[status]] = int(heads)
        if status is RsvpStatus.WAITLISTED:
            counted[way]["line"] = parties
        lapses += [until] if until else []
    return Figures(
        Seats(rooms and int(rooms), **counted[Attendance.IN_PERSON]),
        Seats(limit, **counted[Attendance.ONLINE]),
        min(lapses, default=None),
        answers,
    )


_NAMES = {
    RsvpStatus.GOING: "going",
    RsvpStatus.OFFERED: "offered",
    RsvpStatus.WAITLISTED: "waiting",
}


def of(event_id: int, user_id: int) -> Rsvp | None:
    """What somebody answered to a meetup, as it is now; one query."""
    return session().scalar(_OF, {"event_id": event_id, "user_id": user_id})


def registering(event_id: int) -> Registering:
    """How the seats stand and when registration is open, for a meetup's page; three queries."""
    opens_at, closes_at = first(_REGISTERING, event_id=event_id)
    return Registering(figures(event_id), opens_at, closes_at)


def known(public_id: str) -> int:
    """The row of a meetup that the public may see; raises NotFoundError. One query."""
    row = first(_ANSWERED, public_id=public_id)
    if row is None:
        raise NotFoundError("there is no such meetup")
    return int(row[0])


def by_id(rsvp_id: int) -> Rsvp | None:
    """An answer with its meetup and account; None where there is none. One query."""
    query = (
        select(Rsvp)
        .where(Rsvp.id == rsvp_id)
        .options(joinedload(Rsvp.user), joinedload(Rsvp.event).joinedload(Event.group))
    )
    return session().scalar(query)


def answered(public_id: str) -> Event:
    """A meetup that the public may see, with its group; raises NotFoundError. One query."""
    query = (
        select(Event)
        .where(Event.public_id == public_id, Event.status.in_(PUBLISHED))
        .options(joinedload(Event.group))
    )
    event = session().scalar(query)
    if event is None:
        raise NotFoundError("there is no such meetup")
    return event


def listed(event_id: int, *, most: int) -> Sequence[str]:
    """Names of those who come and let others see that they do, by arrival; one query."""
    query = (
        select(User.name)
        .join(Rsvp, Rsvp.user_id == User.id)
        .where(Rsvp.event_id == event_id, Rsvp.status == RsvpStatus.GOING)
        .where(Rsvp.is_listed, User.name != "")
        .order_by(Rsvp.arrival)
        .limit(most)
    )
    return session().scalars(query).all()


def line(event_id: int, attendance: Attendance, most: int | None) -> Sequence[Rsvp]:
    """Those who wait for one way to take part, first come first, each with their account."""
    query = (
        select(Rsvp)
        .where(Rsvp.event_id == event_id, Rsvp.status == RsvpStatus.WAITLISTED)
        .where(Rsvp.attendance == attendance)
        .options(joinedload(Rsvp.user))
        .order_by(Rsvp.arrival)
        .limit(most)
        .execution_options(populate_existing=True)
    )
    return session().scalars(query).all()


def place(rsvp: Rsvp) -> int:
    """Which in the line somebody is, the first being 1; one query."""
    before = select(func.count()).where(
        Rsvp.arrival <= rsvp.arrival,
        Rsvp.event_id == rsvp.event_id,
        Rsvp.status == RsvpStatus.WAITLISTED,
        Rsvp.attendance == rsvp.attendance,
    )
    return session().scalar(before) or 0


def held_by(user_id: int) -> Sequence[int]:
    """Ids of meetups to come in which somebody has a seat or a place in the line; one query."""
    query = (
        select(Rsvp.event_id)
        .join(Event, Event.id == Rsvp.event_id)
        .where(Rsvp.user_id == user_id, Rsvp.status.in_(_COUNTED), Event.ends_at > clock.now())
    )
    return session().scalars(query).all()
