"""What the desk of one meetup shows besides its seats: sums, made by the database.

Five thousand answers take as many queries as fifty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, cast, extract, func, select

from usergroups import clock
from usergroups.formats.answers_svg import Curve
from usergroups.models import (
    Event,
    EventQuestionKind,
    EventStatus,
    Registration,
    Rsvp,
    RsvpStatus,
)
from usergroups.queries.rows import first, rows

EARLIER = 4
_DAY = 86_400
_TABLES = Rsvp.metadata.tables
_E, _R = _TABLES["event"].c, _TABLES["rsvp"].c
_WANT = (RsvpStatus.GOING, RsvpStatus.OFFERED, RsvpStatus.WAITLISTED)
_EVENT_ID = bindparam("event_id", type_=Integer)

_COUNTS = select(
    func.sum(_R.guests).filter(_R.status == RsvpStatus.GOING),
    func.count().filter(_R.status == RsvpStatus.DECLINED),
    func.count().filter(_R.status == RsvpStatus.CANCELLED),
    func.count(_R.reminded_at),
).where(_R.event_id == _EVENT_ID)

_EARLIER = (
    select(_E.id, _E.title, _E.starts_at, _E.timezone)
    .where(
        _E.group_id == bindparam("group_id"),
        _E.starts_at < bindparam("before", type_=_E.starts_at.type),
        _E.status == EventStatus.CONFIRMED,
        _E.registration == Registration.HERE,
        select(_R.id).where(_R.event_id == _E.id).exists(),
    )
    .order_by(_E.starts_at.desc(), _E.id.desc())
    .limit(EARLIER)
)
# Whole seconds on both databases, whose days are not the same thing.
_SECONDS = cast(extract("epoch", _E.starts_at), Integer) - cast(
    extract("epoch", _R.created_at), Integer
)
_DAYS = _SECONDS // _DAY
_PACE = (
    select(_R.event_id, _DAYS, func.sum(1 + _R.guests))
    .join(_TABLES["event"], _E.id == _R.event_id)
    .where(_R.event_id.in_(bindparam("event_ids", expanding=True)), _R.status.in_(_WANT))
    .group_by(_R.event_id, _DAYS)
)

_Q, _A = _TABLES["event_question"].c, _TABLES["rsvp_answer"].c
_SAID = (
    select(_A.question_id, _A.text, func.count())
    .join(_TABLES["event_question"], _Q.id == _A.question_id)
    .join(_TABLES["rsvp"], _R.id == _A.rsvp_id)
    .where(_Q.event_id == _EVENT_ID, _Q.kind != EventQuestionKind.TEXT, _R.status.in_(_WANT))
    .group_by(_A.question_id, _A.text)
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What is said of a meetup besides its seats."""

    # Brought by those who come.
    guests: int
    # People who said no, and people who said yes and then no.
    declined: int
    cancelled: int
    reminded: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """A meetup of the same group, and how answers to it came in."""

    title: str
    starts_at: datetime
    timezone: str
    curve: Curve


def counts(event_id: int) -> Counts:
    """The sums of a meetup's answers; one query."""
    guests, declined, cancelled, reminded = first(_COUNTS, event_id=event_id)
    return Counts(int(guests or 0), declined, cancelled, reminded)


def pace(event: Event) -> tuple[Curve, Sequence[Earlier]]:
    """How answers come in, and how they did at earlier meetups of the group; two queries.

    Counted are heads of all who want to come, with a seat or in the line.
    """
    found = rows(_EARLIER, group_id=event.group_id, before=event.starts_at)
    ids = [event.id, *(row[0] for row in found)]
    heads: dict[int, dict[int, int]] = {one: {} for one in ids}
    for event_id, days, number in rows(_PACE, event_ids=ids):
        left = max(0, int(days))
        heads[event_id][left] = heads[event_id].get(left, 0) + int(number)
    left = max(0, int((event.starts_at - clock.now()).total_seconds()) // _DAY)
    earlier = [Earlier(title, at, zone, Curve(heads[key])) for key, title, at, zone in found]
    return Curve(heads[event.id], left), earlier


def said(event_id: int) -> dict[int, dict[str, int]]:
    """How often each answer was given where there is a choice: by question; one query."""
    found: dict[int, dict[str, int]] = {}
    for question_id, text, number in rows(_SAID, event_id=event_id):
        found.setdefault(question_id, {})[text] = number
    return found
