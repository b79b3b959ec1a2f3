"""The meetups a group has held, with how many wanted to come and how many came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from usergroups import clock
from usergroups.models import Event, EventStatus, RsvpStatus
from usergroups.queries.rows import rows

_T = Event.metadata.tables
_E, _R, _W = _T["event"].c, _T["rsvp"].c, _T["walk_in"].c
_ITS = _R.event_id == _E.id
_HELD = (
    select(
        _E.public_id,
        _E.title,
        _E.starts_at,
        _E.timezone,
        select(func.sum(1 + _R.guests))
        .where(_ITS, _R.status == RsvpStatus.GOING)
        .scalar_subquery(),
        select(func.sum(1 + _R.guests_came))
        .where(_ITS, _R.checked_in_at.is_not(None))
        .scalar_subquery(),
        select(func.sum(_W.people))
        .where(_W.event_id == _E.id, _W.undone_at.is_(None))
        .scalar_subquery(),
        _T["tally"].c.counts,
        _T["recap"].c.came,
    )
    .select_from(
        _T["event"]
        .outerjoin(_T["tally"], _T["tally"].c.event_id == _E.id)
        .outerjoin(_T["recap"], _T["recap"].c.event_id == _E.id)
    )
    .where(
        _E.group_id == bindparam("group_id"),
        _E.ends_at < bindparam("now", type_=_E.ends_at.type),
        _E.status == EventStatus.CONFIRMED,
    )
    .order_by(_E.starts_at.desc(), _E.id.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Held:
    """A meetup that was: heads that said they would come, and that came."""

    public_id: str
    title: str
    starts_at: datetime
    timezone: str
    going: int
    # As counted at the door, else by the organizers' word, else unknown.
    came: int | None


def latest(group_id: int, most: int) -> Sequence[Held]:
    """The last ones, the latest first; one query."""
    given = rows(_HELD, group_id=group_id, now=clock.now(), most=most)
    return [_read(*row) for row in given]


def _read(  # noqa: PLR0913, PLR0917  the columns of the statement
    public_id: str,
    title: str,
    starts_at: datetime,
    timezone: str,
    going: int | None,
    checked_in: int | None,
    walk_ins: int | None,
    counts: Mapping[str, Any] | None,
    told: int | None,
) -> Held:
    before = counts or {}  # what was counted before the rows went
    here = (checked_in, walk_ins, before.get("checked_in"), before.get("walk_ins"))
    counted = sum(int(number or 0) for number in here)
    return Held(
        public_id,
        title,
        starts_at,
        timezone,
        going=int(going or 0) + int(before.get("going", 0)),
        came=counted or told,
    )
