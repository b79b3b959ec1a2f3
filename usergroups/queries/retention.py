"""Questions about meetups whose attendees are known still, and for how long they are."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select

from usergroups import clock
from usergroups.db import session
from usergroups.models import (
    Base,
    Event,
    EventInterest,
    Federation,
    Feedback,
    PollDate,
    Rsvp,
    RsvpStatus,
    Tally,
    WalkIn,
)

# What says who had to do with a meetup.
PERSONAL: tuple[type[Base], ...] = (Rsvp, WalkIn, EventInterest, PollDate)


def keep_days() -> int:
    """For how many days after a meetup its attendees are known; one query."""
    found = session().scalar(select(Federation.keep_attendees_days).where(Federation.id == 1))
    return found or 0


def expired(*, most: int) -> Sequence[int]:
    """Ids of meetups so long over that only counts shall remain, the oldest first; two queries."""
    until = clock.now() - timedelta(days=keep_days())
    query = (
        select(Event.id)
        .where(Event.ends_at < until, or_(*(_has(kind) for kind in PERSONAL), _has_author()))
        .order_by(Event.ends_at, Event.id)
        .limit(most)
    )
    return session().scalars(query).all()


def tally(event_id: int) -> Tally | None:
    """What was counted of a meetup before, ours until the transaction ends; one query."""
    return session().get(Tally, event_id, with_for_update=True)


def answered_ahead(event: Event) -> dict[str, int]:
    """Heads that came in the end by how many days ahead they answered; one query.

    It is what forecasts learn from: how a list fills.
    """
    query = select(Rsvp.created_at, Rsvp.guests).where(
        Rsvp.event_id == event.id, Rsvp.status == RsvpStatus.GOING
    )
    ahead: Counter[str] = Counter()
    for created_at, guests in session().execute(query):
        ahead[str(max(0, (event.starts_at - created_at).days))] += 1 + guests
    return dict(ahead)


def interested(event_id: int) -> int:
    """How many would have come while it was tentative; one query."""
    query = select(func.count()).where(EventInterest.event_id == event_id, EventInterest.would_come)
    return session().scalar(query) or 0


def _has(kind: type[Base]) -> ColumnElement[bool]:
    return select(kind).where(kind.event_id == Event.id).exists()  # type: ignore[attr-defined]  # each of PERSONAL has it


def _has_author() -> ColumnElement[bool]:
    its = (Feedback.event_id == Event.id) & Feedback.user_id.is_not(None)
    return select(Feedback.id).where(its).exists()
