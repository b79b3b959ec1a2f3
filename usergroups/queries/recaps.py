"""Questions about meetups that were: recaps, links, and which are to be asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.models import (
    Event,
    EventLink,
    EventLinkKind,
    EventRoom,
    EventStatus,
    Origin,
    Recap,
    Room,
)
from usergroups.queries import turnout
from usergroups.queries.feedback import Ratings
from usergroups.queries.rows import first, rows
from usergroups.queries.turnout import Turnout

# What lies longer back is asked about no more, whatever kept the timetable from doing so.
ASKED_WITHIN = timedelta(days=7)
_EVENT_ID = bindparam("event_id", type_=Event.id.type)
_T = Recap.metadata.tables
_R, _F, _L = _T["recap"].c, _T["feedback"].c, _T["event_link"].c
_FACTS = select(
    *turnout.KNOWN,
    select(func.count()).where(_F.event_id == _EVENT_ID).scalar_subquery(),
    select(func.sum(_F.rating)).where(_F.event_id == _EVENT_ID).scalar_subquery(),
    select(func.sum(Room.capacity))
    .join(EventRoom, EventRoom.room_id == Room.id)
    .where(EventRoom.event_id == _EVENT_ID)
    .scalar_subquery(),
    _R.came, _R.text, _R.shows_feedback, _R.published_at, _R.told_at, _R.version,
).select_from(
    _T["event"].outerjoin(_T["recap"], _R.event_id == _T["event"].c.id)
).where(_T["event"].c.id == _EVENT_ID)  # fmt: skip
_LINKS = select(_L.id, _L.kind, _L.title, _L.url).where(_L.event_id == _EVENT_ID).order_by(_L.id)

_ROOMS = (
    select(Room.name, Room.capacity, EventRoom.taken_at)
    .join(EventRoom, EventRoom.room_id == Room.id)
    .where(EventRoom.event_id == _EVENT_ID)
    .order_by(EventRoom.taken_at, Room.id)
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a meetup that was, and what its organizers wrote."""

    turnout: Turnout
    ratings: Ratings
    # What its rooms hold; None where there is none.
    capacity: int | None
    # How many came, by the organizers' word.
    told: int | None
    text: str
    shows_feedback: bool
    published_at: datetime | None
    told_at: datetime | None
    version: int

    @property
    def came(self) -> int | None:
        """How many came: as counted at the door, else by the organizers' word, else unknown."""
        return self.turnout.counted or self.told

    @property
    def rated(self) -> Ratings | None:
        """What the public may see of the feedback: a summary, if they choose, of five or more."""
        is_enough = self.ratings.count >= turnout.FEWEST
        return self.ratings if self.shows_feedback and is_enough else None


@dataclass(frozen=True, slots=True)
class UsedRoom:
    """A room in which it was, and when it was taken."""

    name: str
    capacity: int
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """Where slides, a recording or photos are."""

    id: int
    kind: EventLinkKind
    title: str
    url: str


def facts(event_id: int) -> Facts:
    """All of it, whether or not there is a recap yet; two queries."""
    walk_ins, counts, given, total, capacity, told, text, shows, *rest = first(
        _FACTS, event_id=event_id
    )
    published_at, told_at, version = rest
    return Facts(
        turnout=turnout.composed(event_id, walk_ins, counts),
        ratings=Ratings(int(given), int(total or 0)),
        capacity=capacity and int(capacity),
        told=told,
        text=text or "",
        shows_feedback=bool(shows),
        published_at=published_at,
        told_at=told_at,
        version=version or 1,
    )


def rooms(event_id: int) -> list[UsedRoom]:
    """The rooms it was in, in the order in which they were taken; one query."""
    return [UsedRoom(*row) for row in rows(_ROOMS, event_id=event_id)]


def links(event_id: int) -> list[Link]:
    """Its links, in the order in which they were added; one query."""
    return [Link(*row) for row in rows(_LINKS, event_id=event_id)]


def link(event_id: int, link_id: int) -> EventLink | None:
    """One of its links; one query."""
    query = select(EventLink).where(EventLink.id == link_id, EventLink.event_id == event_id)
    return session().scalar(query)


def just_over() -> Sequence[Event]:
    """Meetups of ours that ended within the last days and were not asked about; one query."""
    now = clock.now()
    query = (
        select(Event)
        .outerjoin(Recap, Recap.event_id == Event.id)
        .where(Event.ends_at > now - ASKED_WITHIN, Event.ends_at < now)
        .where(Event.status == EventStatus.CONFIRMED, Event.origin == Origin.NATIVE)
        .where(Recap.asked_at.is_(None))
        .order_by(Event.id)
    )
    return session().scalars(query).all()


def subject(event_id: int) -> Event | None:
    """A meetup with its group, for whoever writes to people about it; one query."""
    query = select(Event).where(Event.id == event_id).options(joinedload(Event.group))
    return session().scalar(query)
