"""What is planned around a day: by the group itself, by its neighbours, and where many go to."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select

from usergroups.foresight import public_holidays
from usergroups.foresight.clashes import LOOKED, REACH_KM, Facts, Other
from usergroups.models import (
    Attendance,
    Event,
    EventRoom,
    EventStatus,
    Group,
    Precision,
    Registration,
    Room,
    Rsvp,
    RsvpStatus,
    group_topic,
)
from usergroups.queries import nearby
from usergroups.queries.nearby import Point
from usergroups.queries.rows import rows

# A meetup of which so many people, or rooms, say that much of the federation goes there.
BIG_HEADS, BIG_ROOMS = 100, 250
# So many days more are read than are judged: what is beside the outermost counts there, too.
_MARGIN = timedelta(days=5)
_MOST = 2_000
_E, _G = Event.metadata.tables["event"].c, Group.metadata.tables["group"].c
_HEADS = (
    select(func.sum(1 + Rsvp.guests))
    .where(Rsvp.event_id == _E.id, Rsvp.status == RsvpStatus.GOING)
    .scalar_subquery()
)
_ROOMS = (
    select(func.sum(Room.capacity))
    .join(EventRoom, EventRoom.room_id == Room.id)
    .where(EventRoom.event_id == _E.id)
    .scalar_subquery()
)
_COLUMNS = (
    _E.id, _E.public_id, _E.title, _E.starts_at, _E.timezone, _E.status, _E.group_id, _G.name,
    func.coalesce(_E.latitude, _G.latitude), func.coalesce(_E.longitude, _G.longitude),
)  # fmt: skip


def facts(group: Group, on: date, language: str, *, besides: str = "") -> Facts:
    """All that is known of the days around a day where a group is; three queries."""
    reach = LOOKED + _MARGIN
    off = public_holidays.between(on - reach, on + reach, group.country, group.region, language)
    return Facts(around(group, on, besides=besides), off.everywhere, off.partly)


def around(group: Group, on: date, *, besides: str = "") -> tuple[Other, ...]:
    """The meetups around a day that people of this group might go to; three queries.

    `besides` is the meetup that is being planned, by its public id. Meetups of which only a month
    is known, that were called off, or that neighbours hold online are not among them. Those that
    many go to are, wherever they are.
    """
    here = Point(group.latitude, group.longitude)
    nearby_rows = rows(_near(group, here, on, besides))
    big_rows = rows(_big(on, besides))
    big = {row[0] for row in big_rows}
    alike = _alike(group, {row[6] for row in (*nearby_rows, *big_rows)})
    known = {row[0]: row for row in (*nearby_rows, *big_rows)}
    found = (_other(row, group, here, big, alike) for row in known.values())
    return tuple(one for one in found if one.is_own or one.is_big or one.km <= REACH_KM)


def _near(group: Group, here: Point, on: date, besides: str) -> Select[Any]:
    # Those whose own place is in reach, or whose group's is: the distance decides afterwards.
    boxes = nearby.boxes(here, REACH_KM)
    in_reach = nearby.inside(boxes, _G.latitude, _G.longitude) | nearby.inside(
        boxes, _E.latitude, _E.longitude
    )
    is_neighbour = in_reach & (_E.attendance != Attendance.ONLINE)
    query = _planned(on, besides).where(or_(_E.group_id == group.id, is_neighbour))
    return query.order_by(_E.starts_at, _E.id).limit(_MOST)


def _big(on: date, besides: str) -> Select[Any]:
    query = _planned(on, besides).where(_E.registration == Registration.HERE)
    query = query.where(or_(_HEADS >= BIG_HEADS, _ROOMS >= BIG_ROOMS))
    return query.order_by(_E.starts_at, _E.id).limit(_MOST)


def _planned(on: date, besides: str) -> Select[Any]:
    reach = LOOKED + _MARGIN
    begin, end = (datetime.combine(day, time(), UTC) for day in (on - reach, on + reach))
    return (
        select(*_COLUMNS)
        .join_from(Event.__table__, Group.__table__, _G.id == _E.group_id)
        .where(_E.starts_at.between(begin, end), _E.precision == Precision.EXACT)
        .where(_E.status.in_((EventStatus.CONFIRMED, EventStatus.TENTATIVE)))
        .where(_E.public_id != besides)
    )


def _alike(group: Group, ids: set[int]) -> set[int]:
    """Which of these groups share a topic with this one, or have none."""
    topics: dict[int, set[int]] = {}
    query = select(group_topic.c.group_id, group_topic.c.topic_id)
    for group_id, topic_id in rows(query.where(group_topic.c.group_id.in_({*ids, group.id}))):
        topics.setdefault(group_id, set()).add(topic_id)
    own = topics.get(group.id, set())
    return {one for one in ids if not own or one not in topics or topics[one] & own}


def _other(row: Any, group: Group, here: Point, big: set[int], alike: set[int]) -> Other:
    event_id, public_id, title, starts_at, timezone, status, group_id, name, lat, lng = row
    return Other(
        on=starts_at.astimezone(ZoneInfo(timezone)).date(),
        title=title,
        group=name,
        km=nearby.distance(here, lat, lng),
        public_id=public_id,
        is_own=group_id == group.id,
        is_big=event_id in big,
        is_tentative=status is EventStatus.TENTATIVE,
        is_alike=group_id in alike,
    )
