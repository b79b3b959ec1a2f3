"""Questions about meetups that are not fixed yet: who would come, who could host, which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from usergroups.db import session
from usergroups.models import EventInterest, PollDate, PollVote, User, Vote
from usergroups.queries.rows import first

_I = EventInterest.metadata.tables["event_interest"].c
_DATE, _VOTE = (PollDate.metadata.tables[name] for name in ("poll_date", "poll_vote"))
_COUNTS = select(
    select(func.count())
    .where(_I.event_id == bindparam("event_id"), _I.would_come)
    .scalar_subquery(),
    select(func.count())
    .where(_I.event_id == bindparam("event_id"), _I.could_host)
    .scalar_subquery(),
    select(func.count()).where(_DATE.c.event_id == bindparam("event_id")).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Interest:
    """How many said what to a meetup, and how many dates are asked about."""

    would_come: int
    could_host: int
    dates: int


@dataclass(frozen=True, slots=True)
class ProposedDate:
    """A date that a poll asks about, and how many said what."""

    id: int
    starts_at: datetime
    ends_at: datetime
    yes: int
    maybe: int
    no: int


def counts(event_id: int) -> Interest:
    """How many said what; one query."""
    return Interest(*first(_COUNTS, event_id=event_id))


def of(event_id: int, user_id: int) -> EventInterest | None:
    """What somebody said; one query."""
    return session().get(EventInterest, (event_id, user_id), populate_existing=True)


def said(event_id: int) -> Sequence[EventInterest]:
    """What everybody said, hosts first, the accounts loaded; for organizers. One query."""
    query = (
        select(EventInterest)
        .where(EventInterest.event_id == event_id)
        .options(joinedload(EventInterest.user))
        .order_by(EventInterest.could_host.desc(), EventInterest.said_at, EventInterest.user_id)
    )
    return session().scalars(query).all()


def dates(event_id: int) -> list[ProposedDate]:
    """The dates of a poll with their votes, the soonest first; one query."""
    counted = [
        func.coalesce(func.sum(case((_VOTE.c.vote == vote, 1), else_=0)), 0) for vote in Vote
    ]
    query = (
        select(_DATE.c.id, _DATE.c.starts_at, _DATE.c.ends_at, *counted)
        .select_from(_DATE.outerjoin(_VOTE, _VOTE.c.poll_date_id == _DATE.c.id))
        .where(_DATE.c.event_id == event_id)
        .group_by(_DATE.c.id, _DATE.c.starts_at, _DATE.c.ends_at)
        .order_by(_DATE.c.starts_at, _DATE.c.id)
    )
    return [ProposedDate(*row) for row in session().execute(query)]


def asked(event_id: int) -> Sequence[PollDate]:
    """The rows of the dates, all votes loaded; two queries."""
    query = (
        select(PollDate)
        .where(PollDate.event_id == event_id)
        .options(selectinload(PollDate.votes))
        .order_by(PollDate.starts_at, PollDate.id)
    )
    return session().scalars(query).all()


def votes_of(event_id: int, user_id: int) -> dict[int, Vote]:
    """What somebody said to each date; one query."""
    query = (
        select(PollVote.poll_date_id, PollVote.vote)
        .join(PollDate, PollDate.id == PollVote.poll_date_id)
        .where(PollDate.event_id == event_id, PollVote.user_id == user_id)
    )
    return {row[0]: row[1] for row in session().execute(query)}


def reached(event_id: int) -> Sequence[User]:
    """Whoever would come, could host, or said that a date suits: told once it is fixed."""
    interested = select(EventInterest.user_id).where(EventInterest.event_id == event_id)
    suited = (
        select(PollVote.user_id)
        .join(PollDate, PollDate.id == PollVote.poll_date_id)
        .where(PollDate.event_id == event_id, PollVote.vote != Vote.NO)
    )
    query = select(User).where(User.id.in_(interested.union(suited))).order_by(User.id)
    return session().scalars(query).all()
