"""Reports and claims: who is told, who may settle them, and that a group is given away once."""

import threading

import pytest
from sqlalchemy import func, select

from tests.browsing import person
from tests.factories import make_group, make_user
from usergroups import db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError
from usergroups.inputs.fields import read
from usergroups.inputs.report import ClaimInput, RejectInput, ReportInput, SettleInput
from usergroups.models import (
    AuditEntry,
    Coordinator,
    FirstStep,
    GroupReport,
    GroupStatus,
    Membership,
    Message,
    MessageKind,
    ReportKind,
    ReportOutcome,
    Role,
)
from usergroups.queries import reports as queries
from usergroups.services import claims, reports

DEAD = ReportInput(kind=ReportKind.DEAD_LINK, text="The chat is gone.")
CONDUCT = ReportInput(kind=ReportKind.CONDUCT, text="Somebody was rude.")
CLAIM = ClaimInput(text="I have run it since 2019.")


@pytest.fixture
def people(database, frozen_clock):
    """Whoever there is around an organized group and one that has nobody."""
    with db.transaction() as session:
        group, alone = make_group(name="UG Paris"), make_group(name="UG Nice", city="Nice")
        found = {
            "lead": person(group, Role.LEAD), "organizer": person(group, Role.ORGANIZER),
            "member": person(group), "steward": make_user(is_steward=True),
            "coordinator": make_user(), "abroad": make_user(), "somebody": person(name="Zoe"),
        }  # fmt: skip
        session.add(Coordinator(user_id=found["coordinator"].id, country="FR"))
        session.add(Coordinator(user_id=found["abroad"].id, country="DE"))
    return found | {"group": group, "alone": alone}


def told(people, kind=MessageKind.GROUP_REPORTED) -> set[str]:
    names = {user.email: name for name, user in people.items() if hasattr(user, "email")}
    with db.reading() as session:
        found = session.scalars(select(Message.address).where(Message.kind == kind))
        return {names[address] for address in found}


@pytest.mark.parametrize(
    ("which", "given", "expected"),
    [
        ("group", DEAD, {"lead", "organizer"}),
        ("group", CONDUCT, {"steward", "coordinator"}),
        ("group", ReportInput(kind=ReportKind.SILENT, text="x"), {"steward", "coordinator"}),
        ("alone", DEAD, {"steward", "coordinator"}),
    ],
)
def test_whoever_can_mend_it_is_told(people, which, given, expected):
    with db.transaction():
        reports.tell(people[which], given, by=None)
    assert told(people) == expected


def test_the_same_is_noted_once_and_told_once(people):
    with db.transaction():
        first = reports.tell(people["group"], DEAD, by=None)
        assert reports.tell(people["group"], DEAD, by=None) is first
        assert reports.tell(people["group"], DEAD, by=people["somebody"]) is not first
        db.session().flush()
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(GroupReport)) == 2
        assert session.scalar(select(func.count()).select_from(Message)) == 2  # two organizers


def report(people, given, which="group"):
    with db.transaction():
        return reports.tell(people[which], given, by=people["somebody"])


def settle(one, by, outcome="settled"):
    with db.transaction():
        reports.settle(queries.known(one.id), SettleInput(outcome=outcome, answer="Done."), by=by)


@pytest.mark.parametrize(
    ("given", "may", "may_not"),
    [
        (DEAD, ["organizer", "coordinator", "steward"], ["member", "somebody", "abroad"]),
        (CONDUCT, ["coordinator", "steward"], ["lead", "organizer", "somebody", "abroad"]),
    ],
)
def test_who_may_settle(people, given, may, may_not):
    for name in may_not:
        one = report(people, given)
        with pytest.raises(NotAllowedError):
            settle(one, people[name])
    for name in may:
        settle(report(people, given), people[name])


def test_a_report_is_settled_once(people):
    one = report(people, DEAD)
    settle(one, people["lead"], "rejected")
    with pytest.raises(ConflictError):
        settle(one, people["steward"])
    with db.reading() as session:
        found = queries.known(one.id)
        entry = session.scalars(select(AuditEntry)).one()
    assert (found.outcome, found.answer, found.settled_by_id) == (
        ReportOutcome.REJECTED, "Done.", people["lead"].id,
    )  # fmt: skip
    assert (entry.act, entry.group_id, entry.details) == (
        "report.rejected", people["group"].id, {"kind": "dead_link"},
    )  # fmt: skip


def claim(people, by="somebody", which="alone"):
    with db.transaction():
        return claims.claim(people[which], CLAIM, by=people[by])


def test_a_claim_is_told_to_the_stewards_once(people):
    assert claim(people).id == claim(people).id
    assert told(people, MessageKind.CLAIM_OPENED) == {"steward", "coordinator"}
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 2


def test_what_cannot_be_claimed(people):
    with pytest.raises(ConflictError):
        claim(people, which="group")
    with db.transaction():
        people["ended"] = make_group(status=GroupStatus.ARCHIVED)
        people["unproven"] = person(verified_at=None)
    with pytest.raises(ConflictError):
        claim(people, which="ended")
    with pytest.raises(NotAllowedError):
        claim(people, by="unproven")
    with pytest.raises(InvalidInputError):
        read(ReportInput, {"kind": "claim", "text": "x"})


def approve(one, by):
    with db.transaction():
        claims.approve(queries.known(one.id), by=by)


def test_an_approved_claim_makes_a_lead(people):
    one = claim(people)
    approve(one, people["coordinator"])
    with db.reading() as session:
        roles = session.execute(
            select(Membership.user_id, Membership.role).where(
                Membership.group_id == people["alone"].id
            )
        ).all()
        steps = session.scalar(select(func.count()).select_from(FirstStep))
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
        found = queries.known(one.id)
    assert [tuple(row) for row in roles] == [(people["somebody"].id, Role.LEAD)]
    assert (steps, found.outcome) == (6, ReportOutcome.SETTLED)
    assert acts == ["claim.opened", "membership.appointed", "claim.approved"]
    assert told(people, MessageKind.CLAIM_DECIDED) == {"somebody"}
    with pytest.raises(ConflictError):
        approve(one, people["steward"])
    with pytest.raises(ConflictError), db.transaction():
        claims.reject(queries.known(one.id), RejectInput(answer="No."), by=people["steward"])


def test_a_claim_is_turned_down_with_a_reason(people):
    one = claim(people)
    with db.transaction():
        claims.reject(queries.known(one.id), RejectInput(answer="No."), by=people["steward"])
    with db.reading() as session:
        decided = select(Message).where(Message.kind == MessageKind.CLAIM_DECIDED)
        message = session.scalars(decided).one()
        assert (message.address, message.arguments) == (
            people["somebody"].email,
            {
                "group": "UG Nice", "slug": people["alone"].slug,
                "is_approved": False, "reason": "No.",
            },
        )  # fmt: skip
        assert queries.known(one.id).answer == "No."
    assert claim(people).id != one.id  # they may say more


def test_who_decides_on_claims(people):
    one = claim(people)
    for name in ("lead", "somebody", "abroad"):
        with pytest.raises(NotAllowedError):
            approve(one, people[name])
    with db.transaction():
        mine = claims.claim(people["alone"], CLAIM, by=person(is_steward=True, name="Self"))
        themselves = db.session().get(type(people["lead"]), mine.reporter_id)
    with pytest.raises(NotAllowedError):
        approve(mine, themselves)
    settled = report(people, DEAD)
    with pytest.raises(ConflictError):
        approve(settled, people["steward"])
    with pytest.raises(ConflictError):
        settle(one, people["steward"])


def test_of_many_claims_approved_at_once_one_gets_the_group(people):
    """Two claims, each approved twice at the same moment: one lead, one mail to them."""
    with db.transaction():
        other = person()
    ones = [claim(people)]
    with db.transaction():
        ones.append(claims.claim(people["alone"], CLAIM, by=other))
    gate, outcomes = threading.Barrier(4), []

    def go(one) -> None:
        gate.wait()
        try:
            approve(one, people["steward"])
            outcomes.append("yes")
        except ConflictError:
            outcomes.append("no")

    threads = [threading.Thread(target=go, args=(one,)) for one in ones * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["no", "no", "no", "yes"]
    with db.reading() as session:
        roles = select(Membership.role).where(Membership.group_id == people["alone"].id)
        assert session.scalars(roles).all() == [Role.LEAD]
        decided = select(func.count()).select_from(Message)
        assert session.scalar(decided.where(Message.kind == MessageKind.CLAIM_DECIDED)) == 1


def test_the_proof_is_one_persons_for_one_group(people):
    words = {claims.proof_of(group, user) for group in (1, 11) for user in (1, 11)}
    assert len(words) == 4
    assert claims.proof_of(1, 1) == claims.proof_of(1, 1)
