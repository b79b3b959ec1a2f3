"""Questions of feed readers: meetups that are announced, and recaps of those that were."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, true

from usergroups import clock
from usergroups.models import PUBLISHED, Attendance, Event, EventStatus, Precision
from usergroups.models.event import Scheduled
from usergroups.queries.co_hosts import held_with
from usergroups.queries.rows import rows

# What is further away is announced when it comes nearer: of a series one by one.
BACK, AHEAD = timedelta(days=30), timedelta(days=92)
MOST_MEETUPS, MOST_RECAPS = 50, 20
_T = Event.metadata.tables
_E, _G, _R = (_T[name].c for name in ("event", "group", "recap"))


@dataclass(frozen=True)
class News(Scheduled):
    """A meetup as news of it tell it, with what its organizers wrote afterwards."""

    group_slug: str
    group_name: str
    city: str
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
    created_at: datetime
    revised_at: datetime
    recap: str
    recap_published_at: datetime | None
    recap_revised_at: datetime | None


_COLUMNS: tuple[ColumnElement[object], ...] = (
    _G.slug, _G.name, _G.city, _E.public_id, _E.title, _E.description, _E.starts_at, _E.ends_at,
    _E.timezone, _E.all_day, _E.precision, _E.status, _E.attendance, _E.venue, _E.created_at,
    _E.revised_at, _R.text, _R.published_at, _R.revised_at,
)  # fmt: skip
_QUERY = (
    select(*_COLUMNS)
    .select_from(
        _T["event"]
        .join(_T["group"], _G.id == _E.group_id)
        .outerjoin(_T["recap"], _R.event_id == _E.id)
    )
    .where(_E.status.in_(PUBLISHED))
)


def announced(group_id: int | None) -> list[News]:
    """Meetups of a group, or of all, near in time: those revised last first; one query."""
    now = clock.now()
    near = and_(_E.ends_at > now - BACK, _E.starts_at < now + AHEAD)
    query = _QUERY.where(_of(group_id), near).order_by(_E.revised_at.desc(), _E.id.desc())
    return [News(*row) for row in rows(query.limit(MOST_MEETUPS))]


def recaps(group_id: int | None) -> list[News]:
    """The recaps that a group, or anybody, published last; one query."""
    query = _QUERY.where(_of(group_id), _R.published_at.is_not(None))
    ordered = query.order_by(_R.published_at.desc(), _E.id.desc())
    return [News(*row) for row in rows(ordered.limit(MOST_RECAPS))]


def _of(group_id: int | None) -> ColumnElement[bool]:
    """Its own, and those that it holds together with others."""
    if group_id is None:
        return true()
    return or_(_E.group_id == group_id, _E.id.in_(held_with(group_id)))
