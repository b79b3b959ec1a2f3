"""Changing the charter: its rules, and what applicants are asked."""

from sqlalchemy import func, select, update

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, NotAllowedError
from usergroups.inputs.charter import QuestionInput, RuleInput
from usergroups.models import CharterQuestion, CharterRule, JobKind, User
from usergroups.permissions import may_steer
from usergroups.queries import charter as queries
from usergroups.queries import standings
from usergroups.queue import enqueue
from usergroups.services import audit
from usergroups.services.revisions import mark_federation_changed


def change_rule(given: RuleInput, *, version: int, by: User | None) -> CharterRule:
    """Set a rule's parameters, or switch it on or off; all living groups are looked at anew.

    Raises NotAllowedError, and ConflictError where it is no longer as whoever asks has seen it.
    """
    _steering(by)
    row = queries.rule(given.kind)
    before = row.parameters | {"is_on": row.is_on}
    after = given.parameters | {"is_on": given.is_on}
    if version == row.version and before == after:
        return row
    _claim(row, version)
    row.parameters, row.is_on, row.changed_at = given.parameters, given.is_on, clock.now()
    changed = {name: [before.get(name), after[name]] for name in after}
    differing = {name: values for name, values in changed.items() if values[0] != values[1]}
    audit.record("charter.rule_changed", row, by=by, rule=row.kind.value, **differing)
    session().flush()
    mark_federation_changed()
    enqueue(JobKind.EVALUATE_CHARTER)
    return row


def _claim(row: CharterRule, version: int) -> None:
    """Take the turn of whoever saw this version: of two stewards at once, one."""
    taken = session().execute(
        update(CharterRule)
        .where(CharterRule.id == row.id, CharterRule.version == version)
        .values(version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]  # of a cursor's result
        raise ConflictError("another steward has changed this rule since you opened it")
    session().refresh(row, ["version"])


def add_question(given: QuestionInput, *, by: User | None) -> CharterQuestion:
    """Ask applicants something more, after everything else of its kind."""
    _steering(by)
    last = session().scalar(select(func.max(CharterQuestion.position))) or 0
    added = CharterQuestion(
        kind=given.kind, text=given.text, is_required=given.is_required, position=last + 1
    )
    session().add(added)
    return _said("charter.question_added", added, by)


def change_question(
    question: CharterQuestion, given: QuestionInput, *, is_same: bool = False, by: User | None
) -> CharterQuestion:
    """Change a question or agreement; answers the one that is asked from now on.

    Where it means the same as before (`is_same`), earlier answers hold. Otherwise the former text
    is retired, so that it stays what people agreed to, and the new one takes its place.
    Raises ConflictError where it is retired already.
    """
    _steering(by)
    _still_asked(question)
    if (question.text, question.is_required) == (given.text, given.is_required):
        return question
    if is_same or question.text == given.text:
        question.text, question.is_required = given.text, given.is_required
        return _said("charter.question_changed", question, by)
    question.retired_at = clock.now()
    following = CharterQuestion(
        kind=question.kind, text=given.text, is_required=given.is_required,
        is_conduct=question.is_conduct, position=question.position,
    )  # fmt: skip
    session().add(following)
    session().flush()
    return _said("charter.question_replaced", following, by, former_id=question.id)


def retire_question(question: CharterQuestion, *, by: User | None) -> None:
    """Ask it no more; what was answered stays. Raises ConflictError where that was done already."""
    _steering(by)
    _still_asked(question)
    question.retired_at = clock.now()
    _said("charter.question_retired", question, by)


def move_question(question: CharterQuestion, *, up: bool, by: User | None) -> None:
    """Let it change places with the one before or after it of its kind; at the edge it stays."""
    _steering(by)
    _still_asked(question)
    row = queries.questions(question.kind)
    here = next(n for n, one in enumerate(row) if one.id == question.id)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(row):
        return
    row[here], row[there] = row[there], row[here]
    for position, one in enumerate(row):
        one.position = position
    _said("charter.question_moved", question, by)


def _steering(by: User | None) -> None:
    if not may_steer(standings.of(by)):
        raise NotAllowedError("only stewards change the charter")


def _still_asked(question: CharterQuestion) -> None:
    session().refresh(question, with_for_update=True)
    if question.retired_at is not None:
        raise ConflictError("this is asked no more: another steward has retired or replaced it")


def _said(act: str, question: CharterQuestion, by: User | None, **details: int) -> CharterQuestion:
    session().flush()  # the audit entry needs the id
    audit.record(act, question, by=by, **details)
    session().flush()
    mark_federation_changed()
    return question
