"""What belongs into a feed: rows that are enough to join stored bytes, and whole meetups to write.

A feed is made anew with every change; of its hundreds of meetups all but one are written already.
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import selectinload

from usergroups import clock
from usergroups.db import session
from usergroups.models import (
    PUBLISHED,
    Event,
    EventStatus,
    FormerSlug,
    Group,
    Origin,
    Series,
    Topic,
    WrittenEvent,
    group_topic,
)
from usergroups.queries import co_hosts, nearby
from usergroups.queries.events import groups_about
from usergroups.queries.nearby import Point
from usergroups.queries.rows import rows

# What a subscriber's program is given: a season back, and as far ahead as anybody plans.
BACK = timedelta(days=90)
AHEAD = timedelta(days=548)
# Thunderbird needs 9 s for 500 events; Google's importer stops near a megabyte.
MOST = 1_000

_T = Event.metadata.tables
_E, _G, _W = _T["event"].c, _T["group"].c, _T["written_event"].c
_ROW = (
    select(
        _E.id, _E.group_id, _G.slug, _G.name, _E.uid, _E.recurrence_id, _E.origin,
        _E.status, _E.starts_at, _E.cancelled_at, _E.revised_at, _E.sequence, _W.made_of, _W.ics,
    )
    .select_from(_T["event"])
    .join(_T["group"], _G.id == _E.group_id)
    .outerjoin(_T["written_event"], and_(_W.event_id == _E.id, _W.is_series.is_(False)))
    .where(_E.status.in_(PUBLISHED))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A meetup of a feed, with the bytes it has by itself if it was ever written."""

    id: int
    group_id: int
    group_slug: str
    group_name: str
    uid: str
    recurrence_id: str
    origin: Origin
    status: EventStatus
    starts_at: datetime
    cancelled_at: datetime | None
    revised_at: datetime
    sequence: int
    made_of: str | None
    ics: bytes | None


def season() -> tuple[ColumnElement[bool], ...]:
    """That a meetup is neither long over nor further ahead than anybody plans."""
    now = clock.now()
    return (_E.ends_at > now - BACK, _E.starts_at < now + AHEAD)


def of_event(event_id: int) -> list[FeedRow]:
    """One meetup. One query."""
    return [FeedRow(*row) for row in rows(_ROW.where(_E.id == event_id))]


def of_groups(
    group_ids: Collection[int], *, besides: Collection[int] = (), everything: bool = False
) -> tuple[list[FeedRow], int]:
    """What groups hold, and meetups `besides`, by start, and how many more there were than fit.

    A meetup that one holds together with the group it belongs to is the same there and here.
    At most three queries.
    """
    ids = list(group_ids)
    held = _E.group_id.in_(ids) | _E.id.in_(co_hosts.held_with_any(ids))
    query = _ROW.where(held | _E.id.in_(list(besides)) if besides else held)
    return _nearest(query if everything else query.where(*season()))


def of_all(country: str | None = None, topic: str = "") -> tuple[list[FeedRow], int]:
    """What all groups hold, or those of a country, about a topic. At most three queries."""
    query = _ROW.where(*season())
    if country:
        query = query.where(_G.country == country)
    if topic:
        query = query.where(_E.group_id.in_(groups_about(topic)))
    return _nearest(query)


def _nearest(query: Select[*tuple[object, ...]]) -> tuple[list[FeedRow], int]:
    """What comes soonest, then what ended last: the far ends are what a full feed lacks."""
    now = clock.now()
    coming = query.where(_E.ends_at > now).order_by(_E.starts_at, _E.id).limit(MOST)
    found = [FeedRow(*row) for row in rows(coming)]
    past = query.where(_E.ends_at <= now).order_by(_E.starts_at.desc(), _E.id.desc())
    found += [FeedRow(*row) for row in rows(past.limit(MOST - len(found)))]
    found.sort(key=lambda row: (row.starts_at, row.id))
    if len(found) < MOST:
        return found, 0
    counted = select(func.count()).select_from(query.subquery())
    return found, rows(counted)[0][0] - len(found)


def groups_near(
    place: tuple[float, float], km: float, country: str | None = None, topic: str = ""
) -> list[int]:
    """Ids of the groups within the distance of latitude and longitude. One query."""
    point = Point(*place)
    query = select(_G.id, _G.latitude, _G.longitude).where(
        nearby.inside(nearby.boxes(point, km), _G.latitude, _G.longitude)
    )
    if country:
        query = query.where(_G.country == country)
    if topic:
        query = query.where(_G.id.in_(groups_about(topic)))
    candidates = [(row[0], row[1], row[2]) for row in rows(query)]
    return sorted(group_id for _, group_id in nearby.within(point, candidates, km))


def groups_called(slugs: Collection[str]) -> dict[str, tuple[int, str]]:
    """Id and name of each of these groups that is there, by the slug it is, or was, known by.

    Two queries.
    """
    known = rows(select(_G.slug, _G.id, _G.name).where(_G.slug.in_(slugs)))
    former = rows(
        select(FormerSlug.slug, _G.id, _G.name)
        .join(_T["group"], _G.id == FormerSlug.group_id)
        .where(FormerSlug.slug.in_(slugs))
    )
    return {row[0]: (row[1], row[2]) for row in [*former, *known]}


def topics_of(group_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the topics of groups, in order. One query, none for none."""
    found: dict[int, list[str]] = {group_id: [] for group_id in group_ids}
    if not found:
        return found
    query = (
        select(group_topic.c.group_id, Topic.name)
        .join(Topic, Topic.id == group_topic.c.topic_id)
        .where(group_topic.c.group_id.in_(list(found)))
        .order_by(Topic.name)
    )
    for group_id, name in rows(query):
        found[group_id].append(name)
    return found


def in_full(event_ids: Collection[int]) -> dict[int, Event]:
    """Meetups with their groups and topics, to be written, by id. Three queries, none for none."""
    if not event_ids:
        return {}
    query = select(Event).where(Event.id.in_(event_ids))
    found = session().scalars(query.options(selectinload(Event.group).selectinload(Group.topics)))
    return {event.id: event for event in found}


def written_series(event_ids: Collection[int]) -> dict[int, tuple[str, bytes]]:
    """What the series that begin with these meetups were written of, and their bytes; one query."""
    if not event_ids:
        return {}
    query = select(WrittenEvent.event_id, WrittenEvent.made_of, WrittenEvent.ics).where(
        WrittenEvent.event_id.in_(event_ids), WrittenEvent.is_series
    )
    return {row[0]: (row[1], row[2]) for row in rows(query)}


def series_with(uids: AbstractSet[str]) -> dict[str, Series]:
    """The series of these UIDs that the public may know of; one query, none for none."""
    if not uids:
        return {}
    found = session().scalars(select(Series).where(Series.uid.in_(uids)))
    return {one.uid: one for one in found if one.facts.get("status") != EventStatus.DRAFT.value}


def topic_named(slug: str) -> str | None:
    """What a topic is called; None where there is none. One query."""
    return session().scalar(select(Topic.name).where(Topic.slug == slug))
