"""What the meetups of a series are like: plain values on its row, and rows made of them."""

from datetime import datetime, timedelta
from typing import Any

from usergroups.formats.recurrence import local_id, moment
from usergroups.models import Attendance, Event, EventStatus, Origin, Registration, Series

# Columns of a meetup that a series decides for all of its own.
SHARED = (
    "title", "description", "status", "attendance", "venue", "latitude", "longitude",
    "online_url", "url", "venue_id", "registration", "online_limit", "most_guests",
    "remind_hours", "language", "conduct_url",
)  # fmt: skip
_WORDS = {"status": EventStatus, "attendance": Attendance, "registration": Registration}


def of(event: Event | None) -> dict[str, Any]:
    """What a series that is to be like a meetup takes over from it."""
    return {name: getattr(event, name) for name in SHARED} if event else {}


def values(series: Series) -> dict[str, Any]:
    """The columns of a meetup of this series, times apart."""
    shared = {name: value for name, value in series.facts.items() if name in SHARED}
    return shared | {name: kind(shared[name]) for name, kind in _WORDS.items() if name in shared}


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
