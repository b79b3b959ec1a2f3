"""Questions about meetups. Lists read columns, not objects: a page has many rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.inputs.search import EventSearch
from usergroups.models import (
    PUBLISHED,
    Attendance,
    Event,
    EventStatus,
    Group,
    Topic,
    group_topic,
)
from usergroups.queries import nearby
from usergroups.queries.nearby import Point
from usergroups.queries.paging import SIZE, Page, start
from usergroups.text import slugify

# A meetup that began longer ago than this is over: it lets the index of starts be used.
_LONGEST = timedelta(days=92)
_EXPECTED = (EventStatus.CONFIRMED, EventStatus.TENTATIVE)
_EAST, _WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """A meetup as lists show it, with its group."""

    id: int
    public_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    all_day: bool
    status: EventStatus
    attendance: Attendance
    venue: str
    group_slug: str
    group_name: str
    city: str
    country: str

    @property
    def slug(self) -> str:
        """The readable end of its address."""
        return slugify(self.title) or "meetup"


_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Event.id,
    Event.public_id,
    Event.title,
    Event.starts_at,
    Event.ends_at,
    Event.timezone,
    Event.all_day,
    Event.status,
    Event.attendance,
    Event.venue,
    Group.slug,
    Group.name,
    Group.city,
    Group.country,
)


def by_public_id(public_id: str) -> Event | None:
    """A meetup that the public may see, its group loaded; one query."""
    query = (
        select(Event)
        .where(Event.public_id == public_id, Event.status.in_(PUBLISHED))
        .options(joinedload(Event.group))
    )
    return session().scalar(query)


def coming_of(group_id: int, *, besides: int = 0, most: int = SIZE) -> list[ListedEvent]:
    """A group's next meetups, cancelled ones among them, the soonest first; one query."""
    query = (
        _listed(Event.group_id == group_id, Event.id != besides, *_coming())
        .order_by(Event.starts_at, Event.id)
        .limit(most)
    )
    return _read(query)


def past_of(group_id: int, *, most: int | None) -> list[ListedEvent]:
    """A group's last meetups, or all of them, the latest first; one query."""
    query = (
        _listed(Event.group_id == group_id, Event.ends_at <= clock.now())
        .order_by(Event.starts_at.desc(), Event.id.desc())
        .limit(most)
    )
    return _read(query)


def count_past_of(group_id: int) -> int:
    """How many meetups a group has had; one query."""
    query = select(func.count(Event.id)).where(
        Event.group_id == group_id,
        Event.ends_at <= clock.now(),
        Event.status.in_(PUBLISHED),
    )
    return session().scalar(query) or 0


def next_anywhere(most: int) -> list[ListedEvent]:
    """The meetups that begin next in the whole federation, none that was called off; one query."""
    query = (
        _listed(Event.status.in_(_EXPECTED), *_coming())
        .order_by(Event.starts_at, Event.id)
        .limit(most)
    )
    return _read(query)


def next_of_groups(ids: Sequence[int]) -> dict[int, ListedEvent]:
    """The next meetup of each of these groups that has one; one query, none for none."""
    if not ids:
        return {}
    order = func.row_number().over(
        partition_by=Event.group_id, order_by=(Event.starts_at, Event.id)
    )
    first = (
        select(Event.id, order.label("place"))
        .where(Event.group_id.in_(ids), Event.status.in_(_EXPECTED), *_coming())
        .subquery()
    )
    query = (
        select(*_COLUMNS, Event.group_id)
        .join(Group, Group.id == Event.group_id)
        .join(first, first.c.id == Event.id)
        .where(first.c.place == 1)
    )
    return {row[-1]: ListedEvent(*row[:-1]) for row in session().execute(query)}


def next_days() -> dict[int, str]:
    """The day (ISO 8601, on its own clock) of every group's next meetup; one query."""
    query = (
        select(Event.group_id, Event.starts_at, Event.timezone)
        .where(Event.status.in_(_EXPECTED), *_coming())
        .order_by(Event.starts_at, Event.id)
    )
    found: dict[int, str] = {}
    for group_id, starts_at, name in session().execute(query):
        if group_id not in found:
            found[group_id] = starts_at.astimezone(ZoneInfo(name)).date().isoformat()
    return found


def search(wanted: EventSearch, near: Point | None) -> Page[ListedEvent]:
    """One page of the meetups that are wanted, the soonest first; at most three queries.

    Without days it is what is coming. `near` takes those within `wanted.within` kilometres.
    """
    conditions = _conditions(wanted)
    if near is not None and wanted.within is not None:
        ids = _ids_near(near, wanted.within, conditions)
        chosen = ids[start(wanted.page) :][:SIZE]
        rows = _read(_listed(Event.id.in_(chosen)).order_by(Event.starts_at, Event.id))
        return Page(rows if chosen else [], wanted.page, len(ids))
    total = session().scalar(
        select(func.count(Event.id)).join(Group, Group.id == Event.group_id).where(*conditions)
    )
    query = _listed(*conditions).order_by(Event.starts_at, Event.id)
    rows = _read(query.offset(start(wanted.page)).limit(SIZE))
    return Page(rows, wanted.page, total or 0)


def _conditions(wanted: EventSearch) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Event.status.in_(PUBLISHED)]
    if wanted.from_ is None:
        conditions += _coming()
    else:
        conditions.append(Event.starts_at >= datetime.combine(wanted.from_, time.min, _EAST))
    if wanted.to is not None:
        conditions.append(Event.starts_at <= datetime.combine(wanted.to, time.max, _WEST))
    if wanted.country:
        conditions.append(Group.country == wanted.country)
    if wanted.online:
        conditions.append(Event.attendance != Attendance.IN_PERSON)
    if wanted.topic:
        conditions.append(Event.group_id.in_(groups_about(wanted.topic)))
    return conditions


def groups_about(topic: str) -> Select[Any]:
    """Ids of the groups with this topic, as a subquery."""
    return (
        select(group_topic.c.group_id)
        .join(Topic, Topic.id == group_topic.c.topic_id)
        .where(Topic.slug == topic)
    )


def _ids_near(point: Point, km: float, conditions: Iterable[ColumnElement[bool]]) -> list[int]:
    """Ids by start of the meetups whose groups are within the distance."""
    box = nearby.inside(nearby.boxes(point, km), Group.latitude, Group.longitude)
    query = (
        select(Event.id, Group.latitude, Group.longitude)
        .join(Group, Group.id == Event.group_id)
        .where(box, *conditions)
        .order_by(Event.starts_at, Event.id)
    )
    candidates = [(row[0], row[1], row[2]) for row in session().execute(query)]
    found = {key for _, key in nearby.within(point, candidates, km)}
    return [key for key, _, _ in candidates if key in found]


def _coming() -> tuple[ColumnElement[bool], ...]:
    now = clock.now()
    return (Event.ends_at > now, Event.starts_at > now - _LONGEST)


def _listed(*conditions: ColumnElement[bool]) -> Select[Any]:
    query = select(*_COLUMNS).join(Group, Group.id == Event.group_id)
    return query.where(Event.status.in_(PUBLISHED), *conditions)


def _read(query: Select[Any]) -> list[ListedEvent]:
    return [ListedEvent(*row) for row in session().execute(query)]
