"""Stewards and coordinators: appointed and dismissed by stewards, and never the last of them."""

import pytest
from sqlalchemy import select

from tests.factories import make_user
from tests.people import crowd
from usergroups import db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError
from usergroups.models import AuditEntry, Coordinator, User
from usergroups.permissions import may_review_in
from usergroups.queries import standings
from usergroups.services import stewards

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


def all_stewards() -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(User.name).where(User.is_steward).order_by(User.name)))


def test_stewards_come_and_go_and_one_stays():
    people = crowd()
    ada, bob = people["steward"], people["visitor"]
    with db.transaction():
        for _ in range(2):
            stewards.appoint_steward(bob.email, by=ada)
        stewards.dismiss_steward(people["stranger"].id, by=ada)
        stewards.dismiss_steward(ada.id, by=ada)
        with pytest.raises(NotAllowedError):
            stewards.appoint_steward(ada.email, by=ada)
        with pytest.raises(ConflictError):
            stewards.dismiss_steward(bob.id, by=bob)
    assert all_stewards() == ["visitor"]
    with db.reading() as session:
        entries = session.execute(select(AuditEntry.act, AuditEntry.subject_id)).all()
        assert [tuple(entry) for entry in entries] == [
            ("user.made_steward", bob.id), ("user.dismissed_steward", ada.id),
        ]  # fmt: skip


def test_coordinators_are_of_single_countries():
    people = crowd()
    bob = people["visitor"]
    with db.transaction():
        for _ in range(2):
            stewards.appoint_coordinator(bob.email, "HU", by=people["steward"])
        stewards.appoint_coordinator(bob.email, "AT", by=people["steward"])
        assert may_review_in(standings.of(bob), "HU")
        stewards.dismiss_coordinator(bob.id, "AT", by=people["steward"])
        stewards.dismiss_coordinator(bob.id, "AT", by=people["steward"])
        assert not may_review_in(standings.of(bob), "AT")
    with db.reading() as session:
        held = select(Coordinator.country).where(Coordinator.user_id == bob.id)
        assert session.scalars(held).all() == ["HU"]
        assert session.execute(select(AuditEntry.act, AuditEntry.details)).all() == [
            ("user.made_coordinator", {"country": "HU"}),
            ("user.made_coordinator", {"country": "AT"}),
            ("user.dismissed_coordinator", {"country": "AT"}),
        ]


@pytest.mark.parametrize("role", ["visitor", "foreign_lead", "coordinator", "abroad"])
def test_nobody_else_has_a_say(role):
    people = crowd()
    by = people[role]
    for act in (
        lambda: stewards.appoint_steward(by.email, by=by),
        lambda: stewards.dismiss_steward(people["steward"].id, by=by),
        lambda: stewards.appoint_coordinator(by.email, "FR", by=by),
        lambda: stewards.dismiss_coordinator(people["coordinator"].id, "FR", by=by),
    ):
        with db.transaction(), pytest.raises(NotAllowedError):
            act()
    assert all_stewards() == ["steward"]


def test_an_address_without_account_becomes_nothing():
    with db.transaction():
        make_user(email="ada@example.org")
        for act, field in (
            (lambda: stewards.appoint_steward("bob@example.org", by=None), "email"),
            (lambda: stewards.appoint_coordinator("bob@example.org", "FR", by=None), "address"),
        ):
            with pytest.raises(InvalidInputError) as refused:
                act()
            assert refused.value.refusals[field].code == "no_account"
