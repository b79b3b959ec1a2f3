"""Questions of somebody about the meetups that they answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from usergroups import clock
from usergroups.db import session
from usergroups.models import PUBLISHED, Event, EventStatus, Group, Rsvp, RsvpStatus
from usergroups.queries.paging import SIZE, Page, start

# What somebody said and then thinks about no more is no meetup of theirs.
_MINE = (RsvpStatus.GOING, RsvpStatus.OFFERED, RsvpStatus.WAITLISTED)


@dataclass(frozen=True, slots=True)
class MyMeetup:
    """A meetup, and what somebody answered."""

    public_id: str
    title: str
    starts_at: datetime
    timezone: str
    all_day: bool
    event_status: EventStatus
    group_name: str
    status: RsvpStatus
    guests: int
    offered_until: datetime | None

    @property
    def is_cancelled(self) -> bool:
        """Whether the meetup was called off."""
        return self.event_status is EventStatus.CANCELLED


_COLUMNS = (
    Event.public_id,
    Event.title,
    Event.starts_at,
    Event.timezone,
    Event.all_day,
    Event.status,
    Group.name,
    Rsvp.status,
    Rsvp.guests,
    Rsvp.offered_until,
)


def coming_of(user_id: int, *, most: int = SIZE) -> list[MyMeetup]:
    """Meetups to come where somebody goes or waits, the soonest first; one query."""
    query = _of(user_id).where(Event.ends_at > clock.now(), Rsvp.status.in_(_MINE))
    ordered = query.order_by(Event.starts_at, Event.id).limit(most)
    return _listed(session().execute(ordered))


def past_of(user_id: int, page: int) -> Page[MyMeetup]:
    """Meetups that are over and to which somebody went, the latest first; two queries."""
    query = _of(user_id).where(Event.ends_at <= clock.now(), Rsvp.status == RsvpStatus.GOING)
    total = session().scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Event.starts_at.desc(), Event.id.desc())
    return Page(_listed(session().execute(ordered.limit(SIZE).offset(start(page)))), page, total)


def _of(user_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS)
        .join(Rsvp, Rsvp.event_id == Event.id)
        .join(Group, Group.id == Event.group_id)
        .where(Rsvp.user_id == user_id, Event.status.in_(PUBLISHED))
    )


def _listed(rows: Iterable[Any]) -> list[MyMeetup]:
    return [MyMeetup(*row) for row in rows]
