"""Questions about meetups.

Lists read columns of plain tables, by statements that are put together once: a page has many rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Table, bindparam, func, or_, select

from usergroups import clock
from usergroups.db import Question, session
from usergroups.inputs.search import EventSearch
from usergroups.models import (
    PUBLISHED,
    Attendance,
    Event,
    EventStatus,
    FormerEvent,
    Group,
    Origin,
    Precision,
    Topic,
    group_topic,
)
from usergroups.models.event import Scheduled, event_slug
from usergroups.queries import nearby
from usergroups.queries.co_hosts import held_with
from usergroups.queries.nearby import Point
from usergroups.queries.paging import SIZE, Page, start
from usergroups.queries.rows import first, rows

# A meetup that began longer ago than this is over: it lets the index of starts be used.
_LONGEST = timedelta(days=92)
_EXPECTED = (EventStatus.CONFIRMED, EventStatus.TENTATIVE)
_DAY = timedelta(days=1)
_EAST, _WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
_EVENT: Table = Event.metadata.tables["event"]
_GROUP: Table = Group.metadata.tables["group"]
_E, _G = _EVENT.c, _GROUP.c


class ListedEvent(NamedTuple):
    """A meetup as lists show it, with its group."""

    public_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    all_day: bool
    precision: Precision
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
        return event_slug(self.title)


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """The group of a meetup, as the meetup's page shows it."""

    slug: str
    name: str
    city: str
    country: str
    latitude: float
    longitude: float
    language: str
    version: int


@dataclass(frozen=True)
class ShownEvent(Scheduled):
    """A meetup as its page shows it: a copy of its columns, which costs a third of its row."""

    group: ShownGroup
    id: int
    group_id: int
    version: int
    origin: Origin
    public_id: str
    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    all_day: bool
    precision: Precision
    status: EventStatus
    attendance: Attendance
    venue: str
    latitude: float | None
    longitude: float | None
    online_url: str
    url: str
    moved_from_at: datetime | None
    elsewhere: str
    is_confirmed: bool
    language: str


EVENT_COLUMNS: tuple[ColumnElement[Any], ...] = (
    _E.public_id,
    _E.title,
    _E.starts_at,
    _E.ends_at,
    _E.timezone,
    _E.all_day,
    _E.precision,
    _E.status,
    _E.attendance,
    _E.venue,
    _G.slug,
    _G.name,
    _G.city,
    _G.country,
)
_WITH_GROUP = _EVENT.join(_GROUP, _G.id == _E.group_id)
_IS_PUBLIC = _E.status.in_(PUBLISHED)
_IS_EXPECTED = _E.status.in_(_EXPECTED)
_IS_COMING = (_E.ends_at > bindparam("now")) & (_E.starts_at > bindparam("long_ago"))
_IS_PAST = _E.ends_at <= bindparam("now")
_OF_GROUP = _E.group_id == bindparam("group_id")
# Those too that it holds together with another group.
_HELD_BY = _OF_GROUP | _E.id.in_(held_with(bindparam("group_id")))
_SOONEST = (_E.starts_at, _E.id)


def _listed(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(*EVENT_COLUMNS).select_from(_WITH_GROUP).where(_IS_PUBLIC, *conditions)


_SHOWN = tuple(_E[field.name] for field in fields(ShownEvent) if field.name != "group")
_SHOWN_GROUP = tuple(_G[field.name] for field in fields(ShownGroup))
_BY_PUBLIC_ID = Question(
    select(*_SHOWN, *_SHOWN_GROUP)
    .select_from(_WITH_GROUP)
    .where(_E.public_id == bindparam("public_id"), _IS_PUBLIC)
)
# Each for a group that holds meetups alone, which is nearly every one, and for one that does not.
_COMING_OF, _COMING_HELD_BY = (
    Question(
        _listed(its, _E.id != bindparam("besides"), _IS_COMING)
        .order_by(*_SOONEST)
        .limit(bindparam("most"))
    )
    for its in (_OF_GROUP, _HELD_BY)
)
_COMING_OF_SERIES = Question(
    _listed(_E.series_id == bindparam("series_id"), _IS_COMING)
    .order_by(*_SOONEST)
    .limit(bindparam("most"))
)
_PAST_OF, _PAST_HELD_BY = (
    Question(
        _listed(its, _IS_PAST).order_by(_E.starts_at.desc(), _E.id.desc()).limit(bindparam("most"))
    )
    for its in (_OF_GROUP, _HELD_BY)
)
_COUNT_PAST_OF, _COUNT_PAST_HELD_BY = (
    Question(select(func.count()).where(its, _IS_PAST, _IS_PUBLIC)) for its in (_OF_GROUP, _HELD_BY)
)
_NEXT_ANYWHERE = Question(
    _listed(_IS_EXPECTED, _IS_COMING).order_by(*_SOONEST).limit(bindparam("most"))
)
_OTHER = _EVENT.alias("other")
_NEXT_ID = (
    select(_OTHER.c.id)
    .where(_OTHER.c.group_id == _G.id, _OTHER.c.status.in_(_EXPECTED))
    .where(_OTHER.c.ends_at > bindparam("now"), _OTHER.c.starts_at > bindparam("long_ago"))
    .order_by(_OTHER.c.starts_at, _OTHER.c.id)
    .limit(1)
    .scalar_subquery()
)
_NEXT_OF_GROUPS = Question(
    select(_G.id, *EVENT_COLUMNS)
    .select_from(_GROUP.join(_EVENT, _E.id == _NEXT_ID))
    .where(_G.id.in_(bindparam("ids", expanding=True)))
)
_NEXT_DAYS = (
    select(_E.group_id, _E.starts_at, _E.timezone)
    .where(_IS_EXPECTED, _IS_COMING)
    .order_by(*_SOONEST)
)


def by_public_id(public_id: str) -> ShownEvent | None:
    """A meetup that the public may see, with its group; one query."""
    row = _BY_PUBLIC_ID.first(public_id=public_id)
    if row is None:
        return None
    return ShownEvent(ShownGroup(*row[len(_SHOWN) :]), *row[: len(_SHOWN)])


def merged_into(public_id: str) -> str | None:
    """The id of the meetup that once had this one besides; None where none had it. One query."""
    query = select(Event.public_id).join(FormerEvent, FormerEvent.event_id == Event.id)
    return session().scalar(query.where(FormerEvent.public_id == public_id))


def coming_of(
    group_id: int, *, besides: int = 0, most: int = SIZE, together: bool = False
) -> list[ListedEvent]:
    """A group's next meetups, cancelled ones among them, the soonest first; one query.

    `together`: those of others too that it holds with them.
    """
    values = {"group_id": group_id, "besides": besides, "most": most, **_since()}
    question = _COMING_HELD_BY if together else _COMING_OF
    return [ListedEvent(*row) for row in question.rows(**values)]


def coming_of_series(series_id: int, *, most: int) -> list[ListedEvent]:
    """The next meetups of a series, cancelled ones among them, the soonest first; one query."""
    values = {"series_id": series_id, "most": most, **_since()}
    return [ListedEvent(*row) for row in _COMING_OF_SERIES.rows(**values)]


def past_of(group_id: int, *, most: int, together: bool = False) -> list[ListedEvent]:
    """A group's last meetups, the latest first; one query."""
    values = {"group_id": group_id, "most": most, "now": clock.now()}
    question = _PAST_HELD_BY if together else _PAST_OF
    return [ListedEvent(*row) for row in question.rows(**values)]


def count_past_of(group_id: int, *, together: bool = False) -> int:
    """How many meetups a group has had; one query."""
    question = _COUNT_PAST_HELD_BY if together else _COUNT_PAST_OF
    row = question.first(group_id=group_id, now=clock.now())
    return row[0] if row else 0


def next_anywhere(most: int) -> list[ListedEvent]:
    """The meetups that begin next in the whole federation, none that was called off; one query."""
    return [ListedEvent(*row) for row in _NEXT_ANYWHERE.rows(most=most, **_since())]


def next_of_groups(ids: Sequence[int]) -> dict[int, ListedEvent]:
    """The next meetup of each of these groups that has one; one query, none for none."""
    if not ids:
        return {}
    found = _NEXT_OF_GROUPS.rows(ids=list(ids), **_since())
    return {group_id: ListedEvent(*columns) for group_id, *columns in found}


def next_days() -> dict[int, str]:
    """The day (ISO 8601, on its own clock) of every group's next meetup; one query."""
    found: dict[int, str] = {}
    for group_id, starts_at, name in rows(_NEXT_DAYS, **_since()):
        if group_id not in found:
            found[group_id] = starts_at.astimezone(ZoneInfo(name)).date().isoformat()
    return found


def search(wanted: EventSearch, near: Point | None) -> Page[ListedEvent]:
    """One page of the meetups that are wanted, the soonest first; two queries, three with days.

    Without days it is what is coming. `near` takes those within `wanted.within` kilometres.
    """
    conditions = _conditions(wanted)
    if near is not None and wanted.within is not None:
        ids = _ids_near(near, wanted.within, conditions)
        chosen = ids[start(wanted.page) :][:SIZE]
        found = rows(_listed(_E.id.in_(chosen)).order_by(*_SOONEST)) if chosen else ()
        return Page([ListedEvent(*row) for row in found], wanted.page, len(ids))
    (total,) = first(select(func.count()).select_from(_WITH_GROUP).where(*conditions))
    query = _listed(*conditions).order_by(*_SOONEST).offset(start(wanted.page)).limit(SIZE)
    found = rows(query)
    return Page([ListedEvent(*row) for row in found], wanted.page, total)


def _conditions(wanted: EventSearch) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_IS_PUBLIC]
    if wanted.from_ is None:
        since = _since()
        conditions += [_E.ends_at > since["now"], _E.starts_at > since["long_ago"]]
    else:
        conditions.append(_E.starts_at >= datetime.combine(wanted.from_, time.min, _EAST))
    if wanted.to is not None:
        conditions.append(_E.starts_at <= datetime.combine(wanted.to, time.max, _WEST))
    if wanted.country:
        conditions.append(_G.country == wanted.country)
    if wanted.online:
        conditions.append(_E.attendance != Attendance.IN_PERSON)
    if strays := _strays(wanted):
        conditions.append(_E.id.not_in(strays))
    if wanted.topic:
        conditions.append(_E.group_id.in_(groups_about(wanted.topic)))
    return conditions


def _strays(wanted: EventSearch) -> list[int]:
    """Ids of the meetups that some clock has on a wanted day, but not their own."""
    around = [
        _E.starts_at.between(
            datetime.combine(day, time.min, _EAST) - _DAY, datetime.combine(day, time.max, _WEST)
        )
        for day in (wanted.from_, wanted.to and wanted.to + _DAY)
        if day is not None
    ]
    if not around:
        return []
    first_day, last_day = wanted.from_ or date.min, wanted.to or date.max
    return [
        event_id
        for event_id, starts_at, name in rows(
            select(_E.id, _E.starts_at, _E.timezone).where(or_(*around))
        )
        if not first_day <= starts_at.astimezone(ZoneInfo(name)).date() <= last_day
    ]


def groups_about(topic: str | ColumnElement[str]) -> Select[Any]:
    """Ids of the groups with this topic, as a subquery."""
    return (
        select(group_topic.c.group_id)
        .join(Topic, Topic.id == group_topic.c.topic_id)
        .where(Topic.slug == topic)
    )


def _ids_near(point: Point, km: float, conditions: list[ColumnElement[bool]]) -> list[int]:
    """Ids by start of the meetups whose groups are within the distance."""
    box = nearby.inside(nearby.boxes(point, km), _G.latitude, _G.longitude)
    query = (
        select(_E.id, _G.latitude, _G.longitude)
        .select_from(_WITH_GROUP)
        .where(box, *conditions)
        .order_by(*_SOONEST)
    )
    candidates = [(row[0], row[1], row[2]) for row in rows(query)]
    found = {key for _, key in nearby.within(point, candidates, km)}
    return [key for key, _, _ in candidates if key in found]


def _since() -> dict[str, datetime]:
    now = clock.now()
    return {"now": now, "long_ago": now - _LONGEST}
