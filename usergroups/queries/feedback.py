"""Questions about what those who were at a meetup think of it, and who they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from usergroups.db import session
from usergroups.models import Attendance, Feedback, Rsvp, RsvpStatus


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody thinks; who it is stays behind."""

    rating: int
    keep: str
    mend: str


@dataclass(frozen=True, slots=True)
class Ratings:
    """How many gave a rating of one to five, and their sum."""

    count: int = 0
    total: int = 0

    @property
    def average(self) -> float:
        """The mean; 0 of none."""
        return self.total / self.count if self.count else 0.0


def mine(event_id: int, user_id: int) -> Feedback | None:
    """What somebody said of a meetup; one query."""
    query = select(Feedback).where(Feedback.event_id == event_id, Feedback.user_id == user_id)
    return session().scalar(query)


def opinions(event_id: int) -> list[Opinion]:
    """What all said, the worst first, in an order that tells nothing of who they are; one query."""
    query = (
        select(Feedback.rating, Feedback.keep, Feedback.mend)
        .where(Feedback.event_id == event_id)
        .order_by(Feedback.rating, Feedback.mend, Feedback.keep)
    )
    return [Opinion(*row) for row in session().execute(query)]


def was_there(event_id: int, user_id: int) -> bool:
    """Whether somebody was at a meetup, as far as that is known; one query."""
    query = select(Rsvp.id).where(_went(event_id), Rsvp.user_id == user_id)
    return session().scalar(query) is not None


def those_who_went(event_id: int, *, after: int, most: int) -> Sequence[Rsvp]:
    """Answers of those who were there with their accounts, by id from one on; one query."""
    query = (
        select(Rsvp)
        .where(_went(event_id), Rsvp.id > after)
        .options(joinedload(Rsvp.user))
        .order_by(Rsvp.id)
        .limit(most)
    )
    return session().scalars(query).all()


def _went(event_id: int) -> ColumnElement[bool]:
    """Who was checked in; and who had a seat, where that is all that can be known.

    That is so online, and where nobody was checked in at all.
    """
    other = aliased(Rsvp)
    is_kept = exists().where(other.event_id == event_id, other.checked_in_at.is_not(None))
    uncounted = or_(Rsvp.attendance == Attendance.ONLINE, ~is_kept)
    had_seat = (Rsvp.status == RsvpStatus.GOING) & uncounted
    return (Rsvp.event_id == event_id) & or_(Rsvp.checked_in_at.is_not(None), had_seat)
