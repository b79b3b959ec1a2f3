import pytest
from sqlalchemy import select

from tests.factories import make_application, make_user
from usergroups import clock, db
from usergroups.errors import InvalidInputError, NotAllowedError
from usergroups.inputs.fields import read
from usergroups.inputs.review import BlockInput
from usergroups.models import (
    ApplicationStatus,
    AuditEntry,
    BlockedAddress,
    Coordinator,
    CoOrganizer,
    Federation,
)
from usergroups.services import blocking

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


def given(pattern: str, reason: str = "Spam") -> BlockInput:
    return read(BlockInput, {"pattern": pattern, "reason": reason})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada@Example.org", "ada@example.org"),
        (" @Example.ORG ", "@example.org"),
        ("a+b@sub.example.co.uk", "a+b@sub.example.co.uk"),
        ("ada@exa\u202emple.org", "ada@example.org"),
    ],
)
def test_an_address_or_a_domain_is_blocked(typed: str, kept: str) -> None:
    with db.transaction() as session:
        ada = make_user(is_steward=True)
        row = blocking.block(given(typed), by=ada)
        assert (row.pattern, row.reason, row.blocked_by_id) == (kept, "Spam", ada.id)
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.act, entry.actor_id, entry.subject_id, entry.details) == (
            "address.blocked", ada.id, row.id, {},
        )  # fmt: skip


@pytest.mark.parametrize(
    "typed", ["", "ada", "ada@", "@", "@nodot", "a@b@c.org", "two words@a.org", "a@.org", "x" * 300]
)
def test_what_is_neither_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        given(typed)
    assert set(refused.value.refusals) == {"pattern"}


def test_twice_is_told_and_changes_nothing() -> None:
    with db.transaction() as session:
        blocking.block(given("@example.org"), by=None)
        with pytest.raises(InvalidInputError) as refused:
            blocking.block(given("@EXAMPLE.org", "Again"), by=None)
        assert refused.value.refusals["pattern"].code == "blocked_already"
        assert session.scalars(select(BlockedAddress.reason)).all() == ["Spam"]


def test_unblocking_once_is_enough() -> None:
    with db.transaction() as session:
        key = blocking.block(given("@example.org"), by=None).id
        for _ in range(2):
            blocking.unblock(key, by=None)
        session.flush()
        assert session.scalars(select(BlockedAddress.id)).all() == []
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
        assert acts == ["address.blocked", "address.unblocked"]


def test_the_time_after_a_decline_is_set_and_noted_once() -> None:
    with db.transaction() as session:
        for _ in range(2):
            blocking.change_cooling_off(30, by=None)
        session.flush()
        assert session.get_one(Federation, 1).cooling_off_days == 30
        entries = session.execute(select(AuditEntry.act, AuditEntry.details)).all()
        assert [tuple(row) for row in entries] == [
            ("federation.cooling_off_changed", {"before": 90, "days": 30})
        ]
        session.get_one(Federation, 1).cooling_off_days = 90


def test_only_stewards_decide_about_it() -> None:
    with db.transaction() as session:
        local = make_user()
        session.add(Coordinator(user_id=local.id, country="HU"))
        session.flush()
        for act in (
            lambda: blocking.block(given("@example.org"), by=local),
            lambda: blocking.unblock(1, by=local),
            lambda: blocking.change_cooling_off(0, by=make_user()),
        ):
            with pytest.raises(NotAllowedError):
                act()


def test_nobody_is_let_in_who_is_blocked_or_still_waits() -> None:
    with db.transaction() as session:
        ilona, other = make_user(email="ilona@spam.example"), make_user()
        key = blocking.block(given("@spam.example"), by=None).id
        invited = make_application(other, co_organizers=[CoOrganizer(email="bence@spam.example")])
        for application in (make_application(ilona), invited):
            with pytest.raises(InvalidInputError) as refused:
                blocking.admit(application)
            assert refused.value.refusals["input"].code == "blocked"
        blocking.unblock(key, by=None)
        blocking.admit(invited)
        make_application(
            other, status=ApplicationStatus.DECLINED, reason="No.", decided_at=clock.now()
        )
        with pytest.raises(InvalidInputError) as refused:
            blocking.admit(invited)
        why = refused.value.refusals["input"]
        assert (why.code, why.values) == ("cooling_off", {"day": "2026-09-08"})
        session.flush()
