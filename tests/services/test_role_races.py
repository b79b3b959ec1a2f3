"""Two acts upon a group's people in one moment: one is first, the other sees what it did."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.factories import make_user
from tests.people import crowd, mails, roles, team_of
from usergroups import clock, db, tokens
from usergroups.errors import ConflictError, DomainError, GoneError
from usergroups.models import Group, GroupStatus, Invitation, Membership, Message, Role, User
from usergroups.services import deletion, invitations, leads, memberships, passwords, stewards

pytestmark = pytest.mark.usefixtures("database")
TIMES = 5


def at_once(*acts: Callable[[], object]) -> list[Exception | None]:
    """What each raised when all began in one moment; None for what went well."""
    start = Barrier(len(acts))
    raised: list[Exception | None] = [None] * len(acts)

    def run(number: int) -> None:
        start.wait()
        try:
            with db.transaction():
                acts[number]()
        except Exception as error:  # noqa: BLE001  what they raise is the point
            raised[number] = error

    threads = [Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [error for error in raised if error and not isinstance(error, DomainError)] == []
    return raised


def fetched(group: Group) -> Group:
    """The group as an act of its own finds it."""
    return db.session().get_one(Group, group.id)


def held_by(user: User) -> int:
    with db.reading() as session:
        return session.scalars(select(Membership.id).where(Membership.user_id == user.id)).one()


def secrets() -> list[str]:
    """What the links of all invitations hold, in their order."""
    with db.reading() as session:
        query = select(Message.nonce).where(
            Message.kind.in_(("organizer_invited", "handover_offered"))
        )
        return [
            tokens.secret("invitation", one) for one in session.scalars(query.order_by(Message.id))
        ]


def status(group: Group) -> GroupStatus:
    with db.reading() as session:
        return session.get_one(Group, group.id).status


def leads_of(group: Group) -> list[int]:
    return [user_id for user_id, role in roles(group).items() if role == "lead"]


def count(table: Any, *conditions: Any) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


@pytest.mark.parametrize("time", range(TIMES))
def test_two_handovers_at_once_leave_one_open_offer(time):
    group, people = team_of("lead", "organizer", "second")
    lead = people["lead"]
    heirs = [held_by(people[name]) for name in ("organizer", "second")]
    raised = at_once(
        *(lambda heir=heir: invitations.offer_lead(fetched(group), heir, by=lead) for heir in heirs)
    )
    assert raised == [None, None]
    assert count(Invitation, Invitation.answer == "open") == 1
    # Of the two mails one link works, and makes one lead.
    first, second = secrets()
    raised = at_once(
        lambda: invitations.accept(first, by=None), lambda: invitations.accept(second, by=None)
    )
    assert sorted(type(error).__name__ for error in raised) == ["GoneError", "NoneType"]
    assert len(leads_of(group)) == 1


@pytest.mark.parametrize("time", range(TIMES))
def test_an_offer_accepted_twice_at_once_is_accepted_once(time):
    group, people = team_of("lead", "organizer")
    heir = held_by(people["organizer"])
    with db.transaction():
        invitations.offer_lead(fetched(group), heir, by=people["lead"])
    [secret] = secrets()
    raised = at_once(*[lambda: invitations.accept(secret, by=None)] * 4)
    assert sorted(type(error).__name__ for error in raised) == ["GoneError"] * 3 + ["NoneType"]
    assert leads_of(group) == [people["organizer"].id]
    assert len([kind for kind, *_ in mails() if kind == "role_changed"]) == 1


@pytest.mark.parametrize("time", range(TIMES))
@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.LEAD])
def test_accepting_what_is_withdrawn_at_once_is_either(role, time):
    group, people = team_of("lead", "organizer")
    lead = people["lead"]
    heir = held_by(people["organizer"])
    with db.transaction():
        if role is Role.LEAD:
            invitations.offer_lead(fetched(group), heir, by=lead)
        else:
            invitations.invite(fetched(group), "new@example.org", by=lead)
    [secret] = secrets()
    with db.reading() as session:
        one = session.scalars(select(Invitation.id)).one()
    accepted, withdrawn = at_once(
        lambda: invitations.accept(secret, by=None),
        lambda: invitations.withdraw(fetched(group), one, by=lead),
    )
    has_accepted = len(roles(group)) == 3 or leads_of(group) != [lead.id]
    assert has_accepted == (accepted is None)
    # One of them was first. Whoever leads no more may not even try to withdraw an offer.
    assert (accepted is None) != (withdrawn is None)
    assert isinstance(accepted or withdrawn, GoneError | ConflictError)


@pytest.mark.parametrize("time", range(TIMES))
def test_a_lead_who_steps_down_while_the_offer_is_accepted_leaves_a_lead_or_a_vacancy(time):
    group, people = team_of("lead", "organizer")
    lead, heir = people["lead"], people["organizer"]
    held = held_by(heir)
    with db.transaction():
        invitations.offer_lead(fetched(group), held, by=lead)
    [secret] = secrets()
    stepped, accepted = at_once(
        lambda: memberships.step_down(fetched(group), by=lead),
        lambda: invitations.accept(secret, by=None),
    )
    assert stepped is None
    assert roles(group)[lead.id] == "member"
    if accepted is None:
        assert (leads_of(group), status(group)) == ([heir.id], GroupStatus.ACTIVE)
    else:
        assert (leads_of(group), status(group)) == ([], GroupStatus.VACANT)


@pytest.mark.parametrize("time", range(TIMES))
def test_stepping_down_while_being_appointed_ends_as_one_after_the_other(time):
    group, people = team_of("lead", "organizer")
    heir, steward = people["organizer"], crowd(group)["steward"]
    seen = held_by(people["lead"])
    stepped, appointed = at_once(
        lambda: memberships.step_down(fetched(group), by=heir),
        lambda: leads.install(fetched(group), heir.email, Role.LEAD, seen_lead=seen, by=steward),
    )
    assert (stepped, appointed) == (None, None)
    now = roles(group)
    assert now[people["lead"].id] == "organizer"
    if now[heir.id] == "lead":
        assert status(group) is GroupStatus.ACTIVE
    else:
        assert (now[heir.id], status(group)) == ("member", GroupStatus.VACANT)


@pytest.mark.parametrize("time", range(TIMES))
def test_two_stewards_give_the_lead_at_once_and_the_second_is_told(time):
    group, people = team_of("organizer", "second", status=GroupStatus.VACANT)
    steward = crowd(group)["steward"]
    raised = at_once(
        *(
            lambda name=name: leads.install(
                fetched(group), people[name].email, Role.LEAD, seen_lead=0, by=steward
            )
            for name in ("organizer", "second")
        )
    )
    assert sorted(type(error).__name__ for error in raised) == ["ConflictError", "NoneType"]
    assert (len(leads_of(group)), status(group)) == (1, GroupStatus.FORMING)


@pytest.mark.parametrize("time", range(TIMES))
def test_two_proposals_for_a_vacant_group_are_one(time):
    with clock.frozen_at(clock.now() - timedelta(days=8)):
        group, people = team_of("organizer", "second", status=GroupStatus.VACANT)
    ada, bob = people["organizer"], people["second"]
    first, second = held_by(ada), held_by(bob)
    raised = at_once(
        lambda: invitations.offer_lead(fetched(group), second, by=ada),
        lambda: invitations.offer_lead(fetched(group), first, by=bob),
    )
    assert sorted(type(error).__name__ for error in raised) == ["ConflictError", "NoneType"]
    assert len(secrets()) == 1


@pytest.mark.parametrize("time", range(TIMES))
def test_a_vacant_group_is_taken_up_once_whoever_else_gives_it_away(time):
    with clock.frozen_at(clock.now() - timedelta(days=8)):
        group, people = team_of("organizer", "member", status=GroupStatus.VACANT)
        steward = crowd(group)["steward"]
    taken, given = at_once(
        lambda: leads.take_up(fetched(group), by=people["organizer"]),
        lambda: leads.install(
            fetched(group), people["member"].email, Role.LEAD, seen_lead=0, by=steward
        ),
    )
    assert (taken is None) != (given is None)
    assert isinstance(taken or given, ConflictError)
    assert len(leads_of(group)) == 1


@pytest.mark.parametrize("time", range(TIMES))
def test_joining_twice_at_once_is_joining_once(time):
    group, _ = team_of("lead")
    with db.transaction():
        user = make_user()
    raised = at_once(*[lambda: memberships.join(fetched(group), by=user)] * 4)
    assert raised == [None] * 4
    assert roles(group)[user.id] == "member"


@pytest.mark.parametrize("time", range(TIMES))
def test_the_same_address_invited_twice_at_once_gets_one_mail(time):
    group, people = team_of("lead")
    raised = at_once(
        *[lambda: invitations.invite(fetched(group), "new@example.org", by=people["lead"])] * 3
    )
    assert len([error for error in raised if error is None]) == 1
    assert len(mails()) == 1


@pytest.mark.parametrize("time", range(TIMES))
def test_two_stewards_who_dismiss_each_other_leave_one(time):
    with db.transaction():
        ada, bob = make_user(is_steward=True), make_user(is_steward=True)
    at_once(
        lambda: stewards.dismiss_steward(bob.id, by=ada),
        lambda: stewards.dismiss_steward(ada.id, by=bob),
    )
    assert count(User, User.is_steward) == 1


@pytest.mark.parametrize("time", range(TIMES))
def test_a_steward_who_goes_while_the_other_is_dismissed_leaves_one(time):
    with db.transaction():
        given = {"is_steward": True, "password_hash": passwords.hashed("four words of mine")}
        ada, bob = make_user(**given), make_user(**given)
    at_once(
        lambda: deletion.delete_account(ada.email, "four words of mine", by=ada, sign_in_id=0),
        lambda: stewards.dismiss_steward(bob.id, by=ada),
    )
    assert count(User, User.is_steward) == 1
