"""Stewards change the charter: rules within their limits, questions that stay as they were."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import make_user
from usergroups import clock, db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError
from usergroups.inputs.charter import (
    DistanceRule,
    EmployersRule,
    OrganizersRule,
    QuestionInput,
    read_rule,
)
from usergroups.models import (
    AuditEntry,
    CharterQuestion,
    Coordinator,
    Federation,
    Job,
    JobKind,
    QuestionKind,
    RuleKind,
)
from usergroups.queries import charter as queries
from usergroups.services import charter, charter_terms

DAY = timedelta(days=1)


@pytest.fixture
def steward(database, frozen_clock):
    with db.transaction():
        charter.found()
        return make_user(is_steward=True)


def entries() -> list[tuple[str, dict[str, object]]]:
    with db.reading() as session:
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(one.act, one.details) for one in found]


def version() -> int:
    with db.reading() as session:
        return session.get_one(Federation, 1).version


def jobs() -> list[JobKind]:
    with db.reading() as session:
        return list(session.scalars(select(Job.kind)))


def change(given, seen, by):
    with db.transaction():
        return charter_terms.change_rule(given, version=seen, by=by)


def test_a_rule_is_changed_and_everybody_looked_at_anew(steward):
    before = version()
    with clock.frozen_at(clock.now() + DAY):
        row = change(DistanceRule(is_on=True, least_km=80, inhabitants=None), 1, steward)
        assert (row.version, row.changed_at) == (2, clock.now())
    with db.reading():
        rule = queries.rules()[2]
    assert rule == DistanceRule(is_on=True, least_km=80, inhabitants=None)
    assert entries() == [
        (
            "charter.rule_changed",
            {"rule": "distance", "least_km": [50, 80], "inhabitants": [1_000_000, None]},
        )
    ]
    assert jobs() == [JobKind.EVALUATE_CHARTER]
    assert version() == before + 1


def test_the_same_again_changes_nothing(steward):
    before = version()
    change(OrganizersRule(is_on=True, least=2), 1, steward)
    assert (entries(), jobs(), version()) == ([], [], before)


def test_of_two_stewards_the_second_is_told(steward):
    change(OrganizersRule(is_on=True, least=3), 1, steward)
    with pytest.raises(ConflictError, match="another steward has changed this rule"):
        change(OrganizersRule(is_on=False, least=2), 1, steward)
    with db.reading():
        assert queries.rules()[0] == OrganizersRule(is_on=True, least=3)


def test_only_stewards_change_it(steward):
    with db.transaction() as session:
        coordinator = make_user()
        session.add(Coordinator(user_id=coordinator.id, country="FR"))
        question = queries.questions()[0]
    given = QuestionInput(text="Why?")
    acts = [
        lambda by: charter_terms.change_rule(EmployersRule(), version=1, by=by),
        lambda by: charter_terms.add_question(given, by=by),
        lambda by: charter_terms.change_question(question, given, by=by),
        lambda by: charter_terms.retire_question(question, by=by),
        lambda by: charter_terms.move_question(question, up=False, by=by),
    ]
    for act in acts:
        with pytest.raises(NotAllowedError), db.transaction():
            act(coordinator)
    assert entries() == []
    with db.transaction():
        change = charter_terms.change_rule(EmployersRule(), version=1, by=None)
    assert change.is_on is False


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("organizers", {"least": "0"}, "least"),
        ("organizers", {"least": "21"}, "least"),
        ("organizers", {"least": "two"}, "least"),
        ("employers", {"least": "999999999999999999999"}, "least"),
        ("distance", {"least_km": "0"}, "least_km"),
        ("distance", {"least_km": "1001"}, "least_km"),
        ("distance", {"inhabitants": "-1"}, "inhabitants"),
        ("meetups", {"days": "13"}, "days"),
        ("reconfirmed", {"days": "59"}, "days"),
        ("conduct", {"days": "60"}, "days"),
    ],
)
def test_parameters_have_limits(kind, values, field):
    with pytest.raises(InvalidInputError) as refused:
        read_rule(RuleKind(kind), {"is_on": True} | values)
    assert list(refused.value.refusals) == [field]


def texts() -> list[tuple[str, bool]]:
    with db.reading():
        return [(one.text, one.is_required) for one in queries.questions()]


def test_questions_are_added_at_the_end_of_their_kind(steward):
    known = texts()
    with db.transaction():
        added = charter_terms.add_question(QuestionInput(text="And who else?"), by=steward)
    assert texts() == [*known[:3], ("And who else?", False), *known[3:]]
    assert entries() == [("charter.question_added", {})]
    assert added.added_at == clock.now()


def test_the_same_in_better_words_keeps_what_was_agreed(steward):
    with db.transaction():
        conduct = queries.conduct()
        given = QuestionInput(kind="agreement", text="We keep to the code.", is_required=True)
        changed = charter_terms.change_question(conduct, given, is_same=True, by=steward)
        assert changed is conduct
    assert texts()[3] == ("We keep to the code.", True)
    assert entries() == [("charter.question_changed", {})]


def test_another_text_is_another_agreement(steward):
    with clock.frozen_at(clock.now() + DAY), db.transaction() as session:
        conduct = queries.conduct()
        known = conduct.text
        given = QuestionInput(kind="agreement", text="We keep to the new code.", is_required=True)
        following = charter_terms.change_question(conduct, given, by=steward)
        assert following.id != conduct.id
        assert session.get_one(CharterQuestion, conduct.id).text == known
        assert conduct.retired_at == following.added_at == clock.now()
        assert queries.conduct() is following
    assert texts()[3] == ("We keep to the new code.", True)
    assert entries() == [("charter.question_replaced", {"former_id": conduct.id})]


def test_what_is_retired_is_asked_no_more_and_kept(steward):
    with db.transaction():
        question = queries.questions()[0]
        charter_terms.retire_question(question, by=steward)
    assert question.text not in {text for text, _ in texts()}
    with db.transaction():
        kept = queries.question(question.id)
        assert kept.retired_at == clock.now()
        for again in (
            lambda: charter_terms.retire_question(kept, by=steward),
            lambda: charter_terms.change_question(kept, QuestionInput(text="x"), by=steward),
            lambda: charter_terms.move_question(kept, up=True, by=steward),
        ):
            with pytest.raises(ConflictError, match="asked no more"):
                again()
    assert entries() == [("charter.question_retired", {})]


def test_questions_change_places_within_their_kind(steward):
    def move(index, *, up):
        with db.transaction():
            charter_terms.move_question(queries.questions()[index], up=up, by=steward)

    a, b, c, d, e, f = (text for text, _ in texts())
    for index, up, expected in [
        (0, True, [a, b, c, d, e, f]),
        (0, False, [b, a, c, d, e, f]),
        (2, True, [b, c, a, d, e, f]),
        (2, False, [b, c, a, d, e, f]),
        (3, True, [b, c, a, d, e, f]),
        (5, True, [b, c, a, d, f, e]),
    ]:
        move(index, up=up)
        assert [text for text, _ in texts()] == expected
    assert [act for act, _ in entries()] == ["charter.question_moved"] * 3


def test_a_question_cannot_be_empty_or_endless():
    for text in ("", " \u202e", "x" * 201):
        with pytest.raises(ValueError):
            QuestionInput(text=text)
    assert QuestionInput(text=" Why  here? ").text == "Why here?"
    assert QuestionInput(text="x").kind is QuestionKind.QUESTION
