"""Questions about the questions of a meetup, and what was answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import EventQuestion, RsvpAnswer


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as its editor shows it, and how many have answered it."""

    question: EventQuestion
    answered: int


def asked(event_id: int) -> Sequence[EventQuestion]:
    """What is asked of those who come now, in the order in which it was added; one query."""
    return session().scalars(_of(event_id).where(EventQuestion.retired_at.is_(None))).all()


def ever_asked(event_id: int) -> Sequence[EventQuestion]:
    """The same with what is asked no longer; one query."""
    return session().scalars(_of(event_id)).all()


def with_counts(event_id: int) -> Sequence[AskedQuestion]:
    """All that was ever asked, with how many have answered; one query."""
    counted = (
        select(func.count())
        .where(RsvpAnswer.question_id == EventQuestion.id)
        .correlate(EventQuestion)
        .scalar_subquery()
    )
    found = session().execute(_of(event_id).add_columns(counted))
    return [AskedQuestion(question, count) for question, count in found]


def known(event_id: int, question_id: int) -> EventQuestion:
    """A question of a meetup. Raises NotFoundError."""
    question = session().get(EventQuestion, question_id)
    if question is None or question.event_id != event_id:
        raise NotFoundError("there is no such question")
    return question


def count_answers(question_id: int) -> int:
    """How many have answered it; one query."""
    query = select(func.count()).where(RsvpAnswer.question_id == question_id)
    return session().scalar(query) or 0


_SAID = select(RsvpAnswer.rsvp_id, RsvpAnswer.question_id, RsvpAnswer.text)


def answers_of(rsvp_ids: Iterable[int]) -> dict[int, dict[int, str]]:
    """What these people answered: by rsvp, then by question; one query."""
    return _grouped(_SAID.where(RsvpAnswer.rsvp_id.in_(rsvp_ids)))


def answers_at(event_id: int) -> dict[int, dict[int, str]]:
    """What everybody answered to what a meetup asks; one query."""
    return _grouped(
        _SAID.join(EventQuestion, EventQuestion.id == RsvpAnswer.question_id).where(
            EventQuestion.event_id == event_id
        )
    )


def _grouped(query: Select[int, int, str]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for rsvp_id, question_id, text in session().execute(query):
        found.setdefault(rsvp_id, {})[question_id] = text
    return found


def _of(event_id: int) -> Select[EventQuestion]:
    query = select(EventQuestion).where(EventQuestion.event_id == event_id)
    return query.order_by(EventQuestion.id)
