"""What organizers ask of those who come to a meetup, and what these answer.

A question that somebody has answered keeps its words: it can be retired, and another asked in its
place. Answers are never lost, and never belong to words that nobody was asked.
"""

from sqlalchemy import delete, select

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.inputs.fields import Input
from usergroups.inputs.question import QuestionInput, answer_of, field_name
from usergroups.models import Event, EventQuestion, Rsvp, RsvpAnswer, User
from usergroups.permissions import may_organize
from usergroups.queries import questions as queries
from usergroups.queries import standings
from usergroups.services import audit

MOST_QUESTIONS = 12


def add(event: Event, given: QuestionInput, *, by: User | None) -> EventQuestion:
    """Ask one thing more. Raises NotAllowedError, InvalidInputError where there are too many."""
    _hold(event, by)
    asked = queries.asked(event.id)
    if len(asked) >= MOST_QUESTIONS:
        why = Refusal("questions_many", "too many questions", {"most": MOST_QUESTIONS})
        raise InvalidInputError({"text": why})
    same = [one for one in asked if one.text == given.text]
    if same:  # a click that came twice
        return same[0]
    question = EventQuestion(
        event_id=event.id, kind=given.kind, text=given.text, options=given.listed,
        is_required=given.is_required,
    )  # fmt: skip
    session().add(question)
    session().flush()
    audit.record("event.question_added", event, by=by, question_id=question.id)
    return question


def change(event: Event, question_id: int, given: QuestionInput, *, by: User | None) -> None:
    """Word a question anew. Once answered, options can be added and it can be made optional.

    Raises NotAllowedError, NotFoundError, ConflictError for one that is retired or answered.
    """
    _hold(event, by)
    question = queries.known(event.id, question_id)
    if question.retired_at is not None:
        raise ConflictError("this question is asked no longer")
    lost = set(question.options) - set(given.listed)
    is_other = (question.kind, question.text) != (given.kind, given.text) or lost
    if is_other and queries.count_answers(question.id):
        raise ConflictError("people have answered this: retire it, and ask anew")
    question.kind, question.text = given.kind, given.text
    question.options, question.is_required = given.listed, given.is_required
    session().flush()
    audit.record("event.question_changed", event, by=by, question_id=question.id)


def remove(event: Event, question_id: int, *, by: User | None) -> bool:
    """Ask it no longer; answers whether it is gone, since nobody had answered. Twice is once.

    Raises NotAllowedError, NotFoundError.
    """
    _hold(event, by)
    question = queries.known(event.id, question_id)
    if question.retired_at is not None:
        return False
    is_gone = not queries.count_answers(question.id)
    if is_gone:
        session().delete(question)
    else:
        question.retired_at = clock.now()
    act = "event.question_removed" if is_gone else "event.question_retired"
    audit.record(act, event, by=by, question_id=question_id)
    session().flush()
    return is_gone


def keep(rsvp: Rsvp, given: Input) -> None:
    """Keep what somebody answers of what is asked now; what the form had no field for stays.

    The meetup is held. Raises InvalidInputError, at its field, where an answer is needed.
    """
    asked = queries.asked(rsvp.event_id)
    if not asked:
        return
    before = queries.answers_of([rsvp.id]).get(rsvp.id, {})
    said = {one.id: answer_of(given, one, before.get(one.id, "")) for one in asked}
    lacking = [one for one in asked if one.is_required and not said[one.id]]
    if lacking:
        why = Refusal("empty", "expected an answer")
        raise InvalidInputError({field_name(one): why for one in lacking})
    session().execute(
        delete(RsvpAnswer)
        .where(RsvpAnswer.rsvp_id == rsvp.id, RsvpAnswer.question_id.in_(said))
        .execution_options(synchronize_session=False)
    )
    session().add_all(
        RsvpAnswer(rsvp_id=rsvp.id, question_id=question_id, text=text)
        for question_id, text in said.items()
        if text
    )
    session().flush()


def _hold(event: Event, by: User | None) -> None:
    """Let nobody answer the meetup, or change what it asks, meanwhile; for its organizers."""
    if not may_organize(standings.of(by), event.group):
        raise NotAllowedError("only its organizers decide what a meetup asks")
    session().execute(select(Event.id).where(Event.id == event.id).with_for_update())
