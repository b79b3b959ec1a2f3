"""Questions at the door: who is expected, who is here, how full it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import joinedload

from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import (
    Attendance,
    Event,
    EventRoom,
    Room,
    Rsvp,
    RsvpStatus,
    User,
    WalkIn,
)
from usergroups.queries.rows import first, rows
from usergroups.text import fold

_R, _U = Rsvp.metadata.tables["rsvp"].c, User.metadata.tables["user"].c
_EVENT_ID: BindParameter[int] = bindparam("event_id")
_LIST = (
    select(
        _R.id, _U.name, _U.email, _R.status, _R.attendance, _R.guests, _R.guests_came,
        _R.checked_in_at,
    )
    .join(User, _U.id == _R.user_id)
    .where(_R.event_id == _EVENT_ID)
)  # fmt: skip
_CAME = _R.checked_in_at.is_not(None)
_IN_ROOM = _R.attendance != Attendance.ONLINE
_INSIDE = select(
    select(func.sum(1 + _R.guests_came)).where(_R.event_id == _EVENT_ID, _CAME).scalar_subquery(),
    select(func.sum(WalkIn.people))
    .where(WalkIn.event_id == _EVENT_ID, WalkIn.undone_at.is_(None))
    .scalar_subquery(),
    select(func.sum(1 + _R.guests))
    .where(_R.event_id == _EVENT_ID, _R.status == RsvpStatus.GOING, _IN_ROOM)
    .scalar_subquery(),
    select(func.sum(Room.capacity))
    .join(EventRoom, EventRoom.room_id == Room.id)
    .where(EventRoom.event_id == _EVENT_ID)
    .scalar_subquery(),
)
_HERE = select(_R.id, _R.guests_came).where(_R.event_id == _EVENT_ID, _CAME).order_by(_R.id)


@dataclass(frozen=True, slots=True)
class Inside:
    """How full it is, in heads."""

    checked_in: int
    walk_ins: int
    # Those who said that they come to the room.
    expected: int
    # What the rooms hold; None where no room is named.
    capacity: int | None

    @property
    def heads(self) -> int:
        """How many are here."""
        return self.checked_in + self.walk_ins

    @property
    def left(self) -> int | None:
        """How many more the rooms hold; less than nothing once they are too full."""
        return None if self.capacity is None else self.capacity - self.heads


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who answered, as the door sees them."""

    id: int
    name: str
    email: str
    status: RsvpStatus
    attendance: Attendance
    guests: int
    guests_came: int
    checked_in_at: datetime | None

    @property
    def is_here(self) -> bool:
        """Whether they were checked in."""
        return self.checked_in_at is not None

    @property
    def is_expected(self) -> bool:
        """Whether they have a seat."""
        return self.status is RsvpStatus.GOING

    @property
    def called(self) -> str:
        """What to ask for: the name, or without one the beginning of the address."""
        return self.name or f"{self.email.partition('@')[0]}@…"

    @property
    def folded(self) -> str:
        """What a search compares with."""
        return fold(f"{self.name} {self.email.partition('@')[0]}").strip()


def inside(event_id: int) -> Inside:
    """How full it is; one query."""
    checked_in, walk_ins, expected, capacity = first(_INSIDE, event_id=event_id)
    return Inside(
        int(checked_in or 0), int(walk_ins or 0), int(expected or 0), capacity and int(capacity)
    )


def here(event_id: int) -> dict[int, int]:
    """Who was checked in, with how many guests; one query."""
    return dict(map(tuple, rows(_HERE, event_id=event_id)))


def callers(event: Event, sought: str = "") -> list[Caller]:
    """Those who answered, by name, those with a seat first; one query.

    Each word that is sought begins a word of the name, or of the address before its @. Who takes
    part online does not come to a door, unless there is none but that.
    """
    words = fold(sought).split()
    everybody = (Caller(*row) for row in rows(_LIST, event_id=event.id))
    found = [
        one
        for one in everybody
        if event.attendance is not Attendance.HYBRID or one.attendance is Attendance.IN_PERSON
        if all(f" {word}" in f" {one.folded}" for word in words)
    ]
    return sorted(found, key=lambda one: (not one.is_expected, one.folded, one.id))


def caller(event: Event, rsvp_id: int) -> Rsvp:
    """Somebody's answer to this meetup, with their account; one query. Raises NotFoundError."""
    query = (
        select(Rsvp)
        .where(Rsvp.id == rsvp_id, Rsvp.event_id == event.id)
        .options(joinedload(Rsvp.user))
    )
    found = session().scalar(query)
    if found is None:
        raise NotFoundError("nobody answered this meetup by that")
    return found


def latest_walk_ins(event_id: int, most: int) -> Sequence[WalkIn]:
    """The last that were counted and not taken back, the latest first; one query."""
    query = (
        select(WalkIn)
        .where(WalkIn.event_id == event_id, WalkIn.undone_at.is_(None))
        .order_by(WalkIn.id.desc())
        .limit(most)
    )
    return session().scalars(query).all()
