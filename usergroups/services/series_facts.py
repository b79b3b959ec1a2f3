"""What the meetups of a series are like: plain values on its row, and rows made of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from usergroups.formats.recurrence import local_id, moment, wall_of
from usergroups.models import Attendance, Event, EventStatus, Origin, Registration, Series

# What a series decides for all of its meetups, and what it is unless somebody says otherwise.
_USUAL: dict[str, Any] = {
    "title": "",
    "description": "",
    "status": EventStatus.CONFIRMED,
    "attendance": Attendance.IN_PERSON,
    "venue": "",
    "venue_id": None,
    "latitude": None,
    "longitude": None,
    "online_url": "",
    "url": "",
    "registration": Registration.NONE,
    "online_limit": None,
    "most_guests": 0,
    "remind_hours": 24,
    "language": "",
    "conduct_url": "",
}
_WORDS = {"status": EventStatus, "attendance": Attendance, "registration": Registration}
_POSITION = dict.fromkeys(("venue_id", "latitude", "longitude"))


def of(event: Event | None) -> dict[str, Any]:
    """What a series has that is to be like a meetup, or like none."""
    return {name: getattr(event, name) for name in _USUAL} if event else dict(_USUAL)


def merged(facts: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What a series has once something else is said of it: at another place, another position."""
    moved = "venue" in said and said["venue"] != facts["venue"]
    return {**facts, **(_POSITION if moved else {}), **said}


def values(series: Series) -> dict[str, Any]:
    """The columns of a meetup of this series, times apart."""
    return series.facts | {name: kind(series.facts[name]) for name, kind in _WORDS.items()}


def times(series: Series, wall: datetime) -> dict[str, datetime]:
    """When a meetup is that begins at this time on the wall of its series."""
    starts_at = moment(wall, series.timezone).at
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=series.minutes)}


def usual(series: Series) -> Event:
    """What its meetups are like, as a meetup that is in no table; dated as the series is."""
    return Event(
        uid=series.uid,
        recurrence_id="",
        sequence=series.sequence,
        created_at=series.created_at,
        revised_at=series.revised_at,
        timezone=series.timezone,
        all_day=False,
        **values(series),
    )


def only(series: Series, recurrence_ids: Iterable[str]) -> Series:
    """A series, in no table, that ends with the last of these dates and has no other that it skips.

    For calendars that hold single dates of it: many programs read none without a series above it.
    """
    last = max(wall_of(one) for one in recurrence_ids).date()
    columns = {column.key: getattr(series, column.key) for column in Series.__table__.columns}
    return Series(**columns | {"ends_on": last, "made_until": last, "skipped": []})


def occurrence(series: Series, wall: datetime) -> Event:
    """The meetup that the rule gives at this time on the wall, in no table yet."""
    return Event(
        group_id=series.group_id,
        series_id=series.id,
        origin=Origin.NATIVE,
        uid=series.uid,
        recurrence_id=local_id(wall),
        timezone=series.timezone,
        **values(series),
        **times(series, wall),
    )
