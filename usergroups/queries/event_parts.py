"""What a meetup has besides its facts: asked once, so that only what there is gets loaded.

Meetups that were read from elsewhere have none of it; their pages do not even ask.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, bindparam, exists, or_, select

from usergroups.db import Question
from usergroups.models import (
    AgendaItem,
    Answer,
    Base,
    CoHost,
    EventInterest,
    EventLink,
    PollDate,
    Recap,
    Registration,
)
from usergroups.queries.sponsors import of_meetup

_TABLES = Base.metadata.tables


@dataclass(frozen=True, slots=True)
class Parts:
    """Whether a meetup has each of these."""

    venue: bool = False
    interest: bool = False
    agenda: bool = False
    hosts: bool = False
    sponsors: bool = False
    links: bool = False
    recap: bool = False
    seats: bool = False


def _has(kind: type[Base], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    table: Table = _TABLES[kind.__tablename__]
    its = select(table.c.event_id).where(table.c.event_id == bindparam("event_id"), *conditions)
    return its.exists()


_RECAP, _HOST, _EVENT = _TABLES["recap"], _TABLES["co_host"], _TABLES["event"]
# In the order of the fields above.
_PARTS = Question(
    select(
        exists().where(_EVENT.c.id == bindparam("event_id"), _EVENT.c.venue_id.is_not(None)),
        or_(_has(EventInterest), _has(PollDate)),
        _has(AgendaItem),
        _has(CoHost, _HOST.c.answer == Answer.ACCEPTED),
        exists().where(of_meetup(bindparam("event_id"))),
        _has(EventLink),
        _has(Recap, _RECAP.c.published_at.is_not(None)),
        exists().where(
            _EVENT.c.id == bindparam("event_id"), _EVENT.c.registration == Registration.HERE
        ),
    )
)


def of(event_id: int) -> Parts:
    """What a meetup has; one query."""
    (has,) = _PARTS.rows(event_id=event_id)
    return Parts(*map(bool, has))
