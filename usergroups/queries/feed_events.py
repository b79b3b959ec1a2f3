"""What belongs into a feed: rows that are enough to join stored bytes, and whole meetups to write.

A feed is made anew with every change; of its hundreds of meetups all but one are written already.
"""

from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import Question, UtcDateTime, session
from usergroups.models import (
    PUBLISHED,
    Event,
    EventStatus,
    FormerSlug,
    Group,
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
# A called-off meetup stays until everybody has asked again, and until its day is over.
CANCELLED_KEPT = timedelta(days=14)

Q = TypeVar("Q")

_T = Event.metadata.tables
_E, _G, _W = _T["event"].c, _T["group"].c, _T["written_event"].c
# Nothing is turned into a type of ours: of hundreds of rows that takes longer than reading them.
_ORIGIN, _STATUS = type_coerce(_E.origin, String), type_coerce(_E.status, String)
_ROW = (
    select(
        _E.id, _E.group_id, _G.slug, _G.name, _E.uid, _E.recurrence_id, _ORIGIN,
        type_coerce(_E.revised_at, String), _E.sequence, _W.made_of, _W.ics,
    )
    .select_from(
        _T["event"]
        .join(_T["group"], _G.id == _E.group_id)
        .outerjoin(_T["written_event"], and_(_W.event_id == _E.id, _W.is_series.is_(False)))
    )
    .where(_STATUS.in_([literal(status.value) for status in PUBLISHED]))
)  # fmt: skip


class FeedRow(NamedTuple):
    """A meetup of a feed, with the bytes it has by itself if it was ever written."""

    id: int
    group_id: int
    group_slug: str
    group_name: str
    uid: str
    recurrence_id: str
    origin: str
    # As the driver has it: good for comparing, and for `db.instant`.
    revised: Any
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


def of_group(group_id: int, *, everything: bool) -> tuple[list[FeedRow], int]:
    """What a group's feed holds, by start, and how many more there were than fit.

    A meetup that it holds together with the group it belongs to is the same there and here.
    `everything` takes all its past, and what was called off long ago. At most four queries.
    """
    now = clock.now()
    times = {} if everything else _times(now)
    is_alone = _HOLDS_WITH_OTHERS.first(group_id=group_id) is None
    return _nearest(
        lambda question, **values: question.rows(**values),
        _OF_GROUP[is_alone, everything],
        {"group_id": group_id, "now": now, **times},
    )


def of_groups(
    group_ids: Collection[int], *, besides: Collection[int] = ()
) -> tuple[list[FeedRow], int]:
    """The same of several groups, and meetups `besides`."""
    ids = list(group_ids)
    held = _E.group_id.in_(ids) | _E.id.in_(co_hosts.held_with_any(ids))
    return _of(held | _E.id.in_(list(besides)) if besides else held)


def of_all(country: str | None = None, topic: str = "") -> tuple[list[FeedRow], int]:
    """The same of all groups, or those of a country, about a topic."""
    held = [_G.country == country] if country else []
    if topic:
        held.append(_E.group_id.in_(groups_about(topic)))
    return _of(*held)


def _of(*held: ColumnElement[bool]) -> tuple[list[FeedRow], int]:
    now = clock.now()
    return _nearest(rows, _asked(*held, *_IN_SEASON), {"now": now, **_times(now)})


def _times(now: datetime) -> dict[str, datetime]:
    return {
        "over": now - BACK,
        "ahead": now + AHEAD,
        "noticed": now - CANCELLED_KEPT,
        "yesterday": now - timedelta(days=1),
    }


def _at(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UtcDateTime())


# The season, without what is no longer announced as called off (formats/ical: `is_announced`).
_IN_SEASON = (
    _E.ends_at > _at("over"),
    _E.starts_at < _at("ahead"),
    or_(
        _STATUS.is_distinct_from(EventStatus.CANCELLED.value),
        func.coalesce(_E.cancelled_at, _E.revised_at) > _at("noticed"),
        _E.starts_at > _at("yesterday"),
    ),
)
# Read in the order of an index for a group that holds meetups alone, which is nearly every one.
_OWN = _E.group_id == bindparam("group_id")
_SHARED = co_hosts.held_with(bindparam("group_id"))
_HOLDS_WITH_OTHERS = Question(_SHARED.limit(1))


class _Asked(NamedTuple, Generic[Q]):
    """What is coming, what was, and how many there are of both."""

    coming: Q
    past: Q
    total: Q


def _asked(*held: ColumnElement[bool]) -> _Asked[Select[*tuple[Any, ...]]]:
    query, most = _ROW.where(*held), bindparam("most", type_=Integer)
    coming = query.where(_E.ends_at > _at("now")).order_by(_E.starts_at, _E.id)
    past = query.where(_E.ends_at <= _at("now")).order_by(_E.starts_at.desc(), _E.id.desc())
    counted = query.with_only_columns(func.count(_E.id), maintain_column_froms=True)
    return _Asked(coming.limit(most), past.limit(most), counted)


_OF_GROUP = {
    (is_alone, everything): _Asked(*map(Question, _asked(held, *times)))
    for is_alone, held in ((True, _OWN), (False, or_(_OWN, _E.id.in_(_SHARED))))
    for everything, times in ((True, ()), (False, _IN_SEASON))
}


def _nearest(
    put: Callable[..., Sequence[Any]], asked: _Asked[Q], values: dict[str, Any]
) -> tuple[list[FeedRow], int]:
    """What comes soonest, then what ended last: the far ends are what a full feed lacks."""
    coming = put(asked.coming, most=MOST, **values)
    past = put(asked.past, most=MOST - len(coming), **values)
    found = [FeedRow(*row) for row in (*reversed(past), *coming)]
    if len(found) < MOST:
        return found, 0
    del values["now"]
    return found, put(asked.total, **values)[0][0] - len(found)


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


_TOPICS = Question(
    select(group_topic.c.group_id, Topic.name)
    .join(Topic, Topic.id == group_topic.c.topic_id)
    .where(group_topic.c.group_id.in_(bindparam("group_ids", expanding=True)))
    .order_by(Topic.name)
)


def topics_of(group_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the topics of groups, in order. One query, none for none."""
    found: dict[int, list[str]] = {group_id: [] for group_id in group_ids}
    if not found:
        return found
    for group_id, name in _TOPICS.rows(group_ids=list(found)):
        found[group_id].append(name)
    return found


_BY_IDS = select(Event).where(Event.id.in_(bindparam("ids", expanding=True)))
# Put together once: each feed that is made anew asks.
_IN_FULL = _BY_IDS.options(joinedload(Event.group))
_WITH_TOPICS = _BY_IDS.options(joinedload(Event.group).selectinload(Group.topics))


def in_full(event_ids: Collection[int], *, with_topics: bool = True) -> dict[int, Event]:
    """Meetups with their groups and topics, to be written, by id. Two queries, none for none."""
    if not event_ids:
        return {}
    query = _WITH_TOPICS if with_topics else _IN_FULL
    return {one.id: one for one in session().scalars(query, {"ids": list(event_ids)})}


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
