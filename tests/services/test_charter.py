"""Groups and applications before the charter: found once, looked at each night, told once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import make_application, make_event, make_group, make_user
from usergroups import clock, db
from usergroups.charter import Outcome
from usergroups.errors import NotAllowedError
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.models import (
    AuditEntry,
    CharterQuestion,
    CharterRule,
    Coordinator,
    Finding,
    Group,
    GroupStatus,
    Membership,
    Message,
    MessageKind,
    Role,
    RuleKind,
)
from usergroups.queries import charter as queries
from usergroups.services import charter, charter_findings

DAY = timedelta(days=1)
PASS, FAIL, NOT = Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE


def organize(group, role=Role.ORGANIZER, **given):
    user = make_user(**given)
    db.session().add(Membership(user_id=user.id, group_id=group.id, role=role))
    db.session().flush()
    return user


def evaluate() -> int:
    with db.transaction():
        return charter.evaluate_all()


def findings() -> dict[tuple[int, RuleKind], Finding]:
    with db.reading() as session:
        return {(one.group_id, one.kind): one for one in session.scalars(select(Finding))}


def unmet() -> set[tuple[int, str]]:
    return {(group, kind.value) for (group, kind), one in findings().items() if not one.passed}


def mails() -> list[tuple[str, list[str]]]:
    with db.reading() as session:
        found = session.scalars(
            select(Message)
            .where(Message.kind == MessageKind.CHARTER_UNMET)
            .order_by(Message.address, Message.id)
        )
        return [(mail.address, [one["kind"] for one in mail.arguments["unmet"]]) for mail in found]


def test_a_charter_is_found_once(database, frozen_clock):
    with db.transaction():
        assert charter.found() is True
    with db.transaction() as session:
        assert charter.found() is False
        assert [rule.kind for rule in queries.rules()] == list(RuleKind)
        assert all(rule.is_on for rule in queries.rules())
        asked = queries.questions()
        assert [one.kind.value for one in asked] == ["question"] * 3 + ["agreement"] * 3
        assert [one.is_conduct for one in asked] == [False] * 3 + [True] + [False] * 2
        assert queries.conduct() is asked[3]
        # What a steward has retired, or a rule they have changed, stays as it is.
        for one in asked:
            one.retired_at = clock.now()
        session.scalars(select(CharterRule)).first().is_on = False
        session.delete(queries.rule(RuleKind.MEETUPS))
        session.flush()
        assert charter.found() is True
        assert [rule.is_on for rule in queries.rules()] == [False] + [True] * 5
        assert queries.questions() == []


@pytest.fixture
def founded(database, frozen_clock):
    with db.transaction():
        charter.found()


@pytest.mark.usefixtures("founded")
def test_verdicts_of_an_application(count_queries):
    with db.transaction():
        application = make_application(make_user(employer="Acme"))
    with db.reading(), count_queries() as queries_made:
        verdicts = charter.verdicts_of_application(application)
    assert [(verdict.kind.value, verdict.outcome) for verdict in verdicts] == [
        ("organizers", FAIL), ("employers", FAIL), ("distance", PASS), ("conduct", FAIL),
        ("meetups", NOT), ("reconfirmed", NOT),
    ]  # fmt: skip
    assert len(queries_made) == 6


@pytest.mark.usefixtures("founded")
def test_verdicts_of_a_group_know_since_when(frozen_clock, count_queries):
    with db.transaction():
        group = make_group()
        make_event(group, starts_at=frozen_clock - DAY)
    evaluate()
    with clock.frozen_at(frozen_clock + DAY):
        with db.transaction():
            for employer in ("Acme", "Other"):
                organize(group, employer=employer)
        with db.reading(), count_queries() as queries_made:
            verdicts = charter.verdicts_of_group(group)
    assert [(one.kind.value, one.outcome, one.since_at) for one in verdicts] == [
        # These pass since: the last look knew better, the next one will say when.
        ("organizers", PASS, None), ("employers", PASS, None),
        ("distance", PASS, frozen_clock), ("conduct", FAIL, frozen_clock),
        ("meetups", PASS, frozen_clock), ("reconfirmed", PASS, frozen_clock),
    ]  # fmt: skip
    assert len(queries_made) <= 9


@pytest.mark.usefixtures("founded")
def test_a_night(frozen_clock):
    with db.transaction():
        group = make_group()
        make_event(group, starts_at=frozen_clock - 180 * DAY)
        lead = organize(group, Role.LEAD, employer="Acme")
        organize(group, employer="Other")
        make_group(status=GroupStatus.DORMANT)
    assert evaluate() == 0
    assert unmet() == {(group.id, "conduct")}
    assert {key[0] for key in findings()} == {group.id}
    # A night later nothing has changed but the hour at which one looked.
    with clock.frozen_at(frozen_clock + DAY):
        assert evaluate() == 0
    assert {(one.since_at, one.looked_at) for one in findings().values()} == {
        (frozen_clock, frozen_clock + DAY)
    }
    # Ten days on the next meetup is overdue: the lead is told, once.
    for days, mailed in ((10, 1), (11, 0), (12, 0)):
        with clock.frozen_at(frozen_clock + days * DAY):
            assert evaluate() == mailed
    assert mails() == [(lead.email, ["meetups"])]
    overdue = findings()[group.id, RuleKind.MEETUPS]
    assert (overdue.passed, overdue.since_at) == (False, frozen_clock + 10 * DAY)
    assert overdue.evidence["due_on"] == "2026-06-13"
    # They meet, and it passes again; the next time it is overdue they are told again.
    with clock.frozen_at(frozen_clock + 13 * DAY):
        with db.transaction():
            make_event(group, starts_at=frozen_clock + 12 * DAY)
        assert evaluate() == 0
    assert findings()[group.id, RuleKind.MEETUPS].since_at == frozen_clock + 13 * DAY
    with clock.frozen_at(frozen_clock + 300 * DAY):
        assert evaluate() == 1
    assert mails() == [(lead.email, ["meetups"])] * 2


@pytest.mark.usefixtures("founded")
def test_evidence_that_changes_moves_no_day(frozen_clock):
    with db.transaction():
        group = make_group()
        organize(group)
    evaluate()
    with clock.frozen_at(frozen_clock + DAY):
        with db.transaction():
            organize(group)
            organize(group)
        evaluate()
    finding = findings()[group.id, RuleKind.EMPLOYERS]
    assert finding.evidence == {"employers": 0, "unnamed": 3, "least": 2}
    assert (finding.since_at, finding.looked_at) == (frozen_clock, frozen_clock + DAY)


@pytest.mark.usefixtures("founded")
def test_without_a_lead_the_organizers_are_told(frozen_clock):
    with db.transaction():
        group = make_group()
        people = [organize(group, employer=employer) for employer in ("Acme", "Other")]
        organize(group, Role.MEMBER)
        leadless = make_group()
        organize(leadless, Role.MEMBER)
    evaluate()
    with clock.frozen_at(frozen_clock + 400 * DAY):
        assert evaluate() == 2
    told = [(user.email, ["meetups", "reconfirmed"]) for user in people]
    assert mails() == sorted(told)


@pytest.mark.usefixtures("founded")
def test_what_no_longer_applies_is_forgotten(frozen_clock):
    with db.transaction() as session:
        group, other = make_group(), make_group()
        charter.evaluate_all()
        queries.rule(RuleKind.EMPLOYERS).is_on = False
        session.get_one(Group, other.id).status = GroupStatus.ARCHIVED
        for question in session.scalars(select(CharterQuestion)):
            question.retired_at = clock.now()
        session.flush()
        charter.evaluate_all()
    assert set(findings()) == {
        (group.id, kind) for kind in RuleKind if kind.value not in {"employers", "conduct"}
    }


@pytest.mark.usefixtures("founded")
def test_one_group_is_looked_at_by_itself(frozen_clock):
    with db.transaction():
        group, other = make_group(), make_group()
    evaluate()
    with clock.frozen_at(frozen_clock + DAY), db.transaction() as session:
        organize(group)
        organize(group)
        charter_findings.look_again(session.get_one(Group, group.id))
    found = findings()
    assert found[group.id, RuleKind.ORGANIZERS].passed
    assert found[group.id, RuleKind.MEETUPS].looked_at == frozen_clock + DAY
    assert not found[other.id, RuleKind.ORGANIZERS].passed
    assert found[other.id, RuleKind.MEETUPS].looked_at == frozen_clock
    with db.transaction() as session:
        session.get_one(Group, group.id).status = GroupStatus.VACANT
        charter_findings.look_again(session.get_one(Group, group.id))
    assert {key[0] for key in findings()} == {other.id}


@pytest.mark.usefixtures("founded")
def test_we_go_on(frozen_clock):
    with db.transaction():
        group = make_group(created_at=frozen_clock - 400 * DAY)
        organizer = organize(group)
    evaluate()
    assert {(group.id, "reconfirmed"), (group.id, "conduct")} <= unmet()
    for _ in range(2):
        with db.transaction() as session:
            charter.reconfirm(session.get_one(Group, group.id), organizer)
    assert not {(group.id, "reconfirmed"), (group.id, "conduct")} & unmet()
    with db.reading() as session:
        assert session.get_one(Group, group.id).reconfirmed_at == frozen_clock
        entries = session.scalars(select(AuditEntry)).all()
    assert [(one.act, one.actor_id, one.group_id) for one in entries] == [
        ("group.reconfirmed", organizer.id, group.id)
    ]


@pytest.mark.usefixtures("founded")
def test_only_organizers_and_those_who_look_after_a_group_say_that_it_goes_on():
    with db.transaction() as session:
        group, other = make_group(), make_group(country="DE")
        member, stranger = organize(group, Role.MEMBER), organize(other)
        coordinators = [make_user(), make_user()]
        for user, country in zip(coordinators, ("DE", "FR"), strict=True):
            session.add(Coordinator(user_id=user.id, country=country))
        session.flush()
        for nobody in (member, stranger, coordinators[0]):
            with pytest.raises(NotAllowedError):
                charter.reconfirm(group, nobody)
        assert group.reconfirmed_at is None
        charter.reconfirm(group, coordinators[1])
        assert group.reconfirmed_at == clock.now()


@pytest.fixture
def gazetteer(gazetteer_file):
    opened = Gazetteer(gazetteer_file)
    yield opened
    opened.close()


@pytest.mark.usefixtures("founded")
def test_cities_are_counted_where_groups_are_near_each_other(gazetteer):
    with db.transaction():
        make_group(slug="first", latitude=48.86, longitude=2.35)
        make_group(slug="second", latitude=48.85, longitude=2.34)
        make_group(slug="known", latitude=48.84, longitude=2.36, population=5)
        make_group(slug="base", latitude=-67.57, longitude=-68.13, city="Rothera", country="AQ")
        make_group(slug="hut", latitude=-67.6, longitude=-68.2, city="Paris", country="AQ")
    with db.reading():
        looked = charter_findings.look_at_all(gazetteer)
    with db.transaction():
        charter_findings.settle_all(looked)
    with db.reading() as session:
        found = dict(session.execute(select(Group.slug, Group.population)).all())
    # The first has nobody before it, and nobody knows how many live at a base.
    assert found.pop("second") > 2_000_000
    assert found == {"first": 0, "known": 5, "base": 0, "hut": 0}
    near = {slug for (_, slug) in unmet_slugs("distance")}
    assert near == {"known", "hut"}


def unmet_slugs(kind: str) -> set[tuple[str, str]]:
    with db.reading() as session:
        query = select(Finding.kind, Group.slug).join(Finding.group)
        found = session.execute(query.where(Finding.passed.is_(False), Finding.kind == kind))
        return {(kind, slug) for kind, slug in found}


def test_without_a_charter_nobody_is_judged(database, frozen_clock):
    with db.transaction():
        make_group()
        assert charter.verdicts_of_application(make_application()) == []
    assert evaluate() == 0
    assert findings() == {}
