"""Asked to organize or to lead: who may ask, who may answer, and how long it lasts."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.factories import make_membership, make_user
from tests.people import crowd, mails, roles, team_of
from usergroups import clock, db, tokens
from usergroups.errors import (
    ConflictError,
    GoneError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from usergroups.models import (
    Answer,
    AuditEntry,
    Group,
    GroupStatus,
    Invitation,
    Membership,
    Message,
    MessageKind,
    Role,
    User,
)
from usergroups.services import invitations, leads, memberships

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
INVITED = (MessageKind.ORGANIZER_INVITED, MessageKind.HANDOVER_OFFERED)


def secret() -> str:
    """What the link of the last invitation that was mailed holds."""
    query = select(Message.nonce).where(Message.kind.in_(INVITED)).order_by(Message.id.desc())
    with db.reading() as session:
        return tokens.secret(invitations.PURPOSE, session.scalars(query.limit(1)).one())


def held_by(user: User) -> int:
    with db.reading() as session:
        return session.scalars(select(Membership.id).where(Membership.user_id == user.id)).one()


def answers() -> list[str]:
    with db.reading() as session:
        query = select(Invitation.answer).order_by(Invitation.id)
        return [answer.value for answer in session.scalars(query)]


def acts() -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


def invite(group: Group, address: str = "new@example.org", *, by: User | None) -> None:
    with db.transaction():
        invitations.invite(group, address, by=by)


def offer(group: Group, to: User, *, by: User | None) -> None:
    held = held_by(to)
    with db.transaction():
        invitations.offer_lead(group, held, by=by)


def test_an_invitation_is_a_mail_with_a_link_of_which_the_hash_is_kept():
    group, people = team_of("lead")
    invite(group, by=people["lead"])
    with db.reading() as session:
        kept = session.scalars(select(Invitation)).one()
        assert (kept.email, kept.role, kept.answer, kept.expires_at) == (
            "new@example.org", Role.ORGANIZER, Answer.OPEN, NOW + timedelta(days=14),
        )  # fmt: skip
        assert kept.secret_hash == tokens.hashed(secret())
    assert mails() == [
        ("organizer_invited", "new@example.org", {
            "group": group.name, "city": "Paris", "by": "A lead",
            "until": (NOW + timedelta(days=14)).isoformat(),
        })
    ]  # fmt: skip
    assert acts() == ["invitation.sent"]


@pytest.mark.parametrize(
    "role",
    ["visitor", "member", "organizer", "stranger", "foreign_lead", "abroad"],
)
def test_others_invite_nobody_and_offer_nothing(role):
    group, people = team_of("lead", "organizer", "member", "second")
    by = people.get(role) or crowd(group)[role]
    with pytest.raises(NotAllowedError):
        invite(group, by=by)
    with pytest.raises(ConflictError if role == "organizer" else NotAllowedError):
        offer(group, people["second"], by=by)
    assert (mails(), answers(), acts()) == ([], [], [])


@pytest.mark.parametrize("role", ["lead", "steward", "coordinator"])
def test_the_lead_and_those_who_look_after_the_country_invite(role):
    group, people = team_of("lead")
    invite(group, by=people.get(role) or crowd(group)[role])
    assert answers() == ["open"]


def test_an_address_without_account_gets_one_by_saying_yes():
    group, people = team_of("lead")
    invite(group, by=people["lead"])
    with db.transaction():
        accepted = invitations.accept(secret(), by=None, name="Nell", language="en-GB")
    user = accepted.user
    assert (user.email, user.name, user.language, user.verified_at, accepted.is_new) == (
        "new@example.org", "Nell", "en-GB", NOW, True,
    )  # fmt: skip
    assert roles(group) == {people["lead"].id: "lead", user.id: "organizer"}
    assert mails()[1:] == [
        ("invitation_answered", people["lead"].email, {
            "group": group.name, "slug": group.slug, "who": "Nell", "has_accepted": True,
            "is_lead": False,
        })
    ]  # fmt: skip
    assert acts() == ["invitation.sent", "invitation.accepted", "membership.appointed"]
    with db.transaction(), pytest.raises(GoneError):
        invitations.accept(secret(), by=None)


def test_whoever_is_signed_in_says_yes_as_that():
    group, people = team_of("lead", "member")
    invite(group, "other@example.org", by=people["lead"])
    with db.transaction():
        accepted = invitations.accept(secret(), by=people["member"])
    assert (accepted.user.id, accepted.is_new) == (people["member"].id, False)
    assert roles(group)[people["member"].id] == "organizer"
    with db.reading() as session:
        # The link proves the address that it went to, and no other.
        assert session.get_one(User, people["member"].id).verified_at is None
        assert session.scalar(select(func.count(User.id))) == 2


def test_no_is_an_answer_and_needs_no_account():
    group, people = team_of("lead")
    invite(group, by=people["lead"])
    with db.transaction():
        invitations.decline(secret())
    assert (answers(), roles(group)) == (["declined"], {people["lead"].id: "lead"})
    assert mails()[-1][2]["has_accepted"] is False
    with db.transaction(), pytest.raises(GoneError):
        invitations.accept(secret(), by=None)
    with db.transaction(), pytest.raises(NotFoundError):
        invitations.decline("nobody-was-given-this")


def refusal(group: Group, address: str, by: User) -> str:
    with pytest.raises(InvalidInputError) as refused:
        invite(group, address, by=by)
    return refused.value.refusals["email"].code


def test_nobody_is_asked_twice_and_a_group_is_no_place_to_send_from():
    group, people = team_of("lead", "organizer")
    lead = people["lead"]
    invite(group, by=lead)
    assert refusal(group, "new@example.org", lead) == "invited_already"
    assert refusal(group, people["organizer"].email, lead) == "organizes_already"
    for n in range(9):
        invite(group, f"{n}@example.org", by=lead)
    assert refusal(group, "more@example.org", lead) == "invited_many"
    # Taking them back does not help on the same day.
    with db.transaction() as session:
        for one in session.scalars(select(Invitation.id)).all():
            invitations.withdraw(group, one, by=lead)
    assert refusal(group, "more@example.org", lead) == "invited_many"
    with clock.frozen_at(NOW + timedelta(days=1, seconds=1)):
        invite(group, "more@example.org", by=lead)
    assert len([kind for kind, *_ in mails() if kind == "organizer_invited"]) == 11


def test_a_group_that_has_ended_invites_nobody():
    group, people = team_of("lead", status=GroupStatus.ARCHIVED)
    with pytest.raises(ConflictError):
        invite(group, by=people["lead"])


def test_what_is_too_old_can_be_had_anew_and_the_old_link_leads_nowhere():
    group, people = team_of("lead")
    invite(group, by=people["lead"])
    old = secret()
    with db.transaction(), pytest.raises(ConflictError):
        invitations.renew(old)
    with clock.frozen_at(NOW + timedelta(days=14)):
        with db.transaction(), pytest.raises(GoneError):
            invitations.look(old)
        with db.transaction():
            invitations.renew(old)
        with db.transaction(), pytest.raises(GoneError):
            invitations.renew(old)
        with db.transaction():
            invitations.accept(secret(), by=None)
    assert (secret() != old, answers()) == (True, ["withdrawn", "accepted"])


def test_what_is_too_old_is_not_had_anew_once_its_sender_leads_no_more():
    group, people = team_of("lead")
    invite(group, by=people["lead"])
    with db.transaction():
        memberships.step_down(group, by=people["lead"])
    with clock.frozen_at(NOW + timedelta(days=14)), db.transaction(), pytest.raises(GoneError):
        invitations.renew(secret())


def test_what_is_too_old_stands_in_nobodys_way():
    group, people = team_of("lead")
    invite(group, by=people["lead"])
    with clock.frozen_at(NOW + timedelta(days=14)):
        invite(group, by=people["lead"])
    assert answers() == ["withdrawn", "open"]


def test_a_withdrawn_invitation_is_not_accepted():
    group, people = team_of("lead", "organizer")
    elsewhere, _ = team_of("lead")
    invite(group, by=people["lead"])
    with db.reading() as session:
        invitation_id = session.scalars(select(Invitation.id)).one()
    with db.transaction():
        with pytest.raises(NotAllowedError):
            invitations.withdraw(group, invitation_id, by=people["organizer"])
        with pytest.raises(NotFoundError):
            invitations.withdraw(elsewhere, invitation_id, by=None)
        invitations.withdraw(group, invitation_id, by=people["lead"])
    with db.transaction():
        with pytest.raises(GoneError):
            invitations.accept(secret(), by=None)
        with pytest.raises(ConflictError):
            invitations.withdraw(group, invitation_id, by=people["lead"])
    assert acts() == ["invitation.sent", "invitation.withdrawn"]


def test_the_lead_passes_on_once_the_other_side_says_yes():
    group, people = team_of("lead", "organizer", "second")
    others = crowd(group)
    lead, heir = people["lead"], people["organizer"]
    offer(group, heir, by=lead)
    assert roles(group)[lead.id] == "lead"
    with db.transaction():
        invitations.accept(secret(), by=None)
    assert roles(group) == {
        lead.id: "organizer", heir.id: "lead", people["second"].id: "organizer",
    }  # fmt: skip
    named = {"group": group.name, "slug": group.slug}
    told = {"lead": "A organizer"} | named
    assert mails()[1:] == [
        *[
            ("lead_changed", one.email, told)
            for one in (lead, people["second"], others["steward"], others["coordinator"])
        ],
        ("role_changed", heir.email, {"role": "lead"} | named),
        ("invitation_answered", lead.email, named | {
            "who": "A organizer", "has_accepted": True, "is_lead": True,
        }),
    ]  # fmt: skip
    with db.transaction():
        memberships.step_down(group, by=lead)
    assert roles(group)[lead.id] == "member"


def test_a_later_offer_takes_the_place_of_an_earlier_one():
    group, people = team_of("lead", "organizer", "second")
    offer(group, people["organizer"], by=people["lead"])
    first = secret()
    with pytest.raises(ConflictError):
        offer(group, people["organizer"], by=people["lead"])
    offer(group, people["second"], by=people["lead"])
    with db.transaction(), pytest.raises(GoneError):
        invitations.accept(first, by=None)
    assert answers() == ["withdrawn", "open"]


@pytest.mark.parametrize("name", ["member", "lead"])
def test_the_lead_is_offered_to_another_organizer_only(name):
    group, people = team_of("lead", "member")
    with pytest.raises(ConflictError):
        offer(group, people[name], by=people["lead"])


def test_whoever_organizes_no_longer_does_not_become_the_lead():
    group, people = team_of("lead", "organizer", "second")
    for name, go in (("organizer", memberships.step_down), ("second", memberships.leave)):
        offer(group, people[name], by=people["lead"])
        with db.transaction():
            go(group, by=people[name])
        with db.transaction(), pytest.raises(GoneError):
            invitations.accept(secret(), by=None)
    assert roles(group)[people["lead"].id] == "lead"


def test_an_offer_is_for_the_address_of_an_account_and_moves_to_no_other():
    group, people = team_of("lead", "organizer", "member")
    offer(group, people["organizer"], by=people["lead"])
    with db.transaction() as session:
        session.get_one(User, people["organizer"].id).email = "moved@example.org"
    with db.transaction(), pytest.raises(GoneError):
        invitations.accept(secret(), by=people["member"])
    assert roles(group)[people["lead"].id] == "lead"


def test_a_vacant_group_is_the_stewards_for_a_week_then_its_organizers_propose_one_another():
    group, people = team_of("organizer", "second", "other", status=GroupStatus.VACANT)
    ada, bob = people["organizer"], people["second"]
    with db.transaction() as session:
        session.get_one(Group, group.id).status_changed_at = NOW
    with clock.frozen_at(NOW + leads.COOLING - timedelta(seconds=1)), pytest.raises(ConflictError):
        offer(group, bob, by=ada)
    with clock.frozen_at(NOW + leads.COOLING):
        with pytest.raises(NotAllowedError):
            offer(group, bob, by=people["other"])
        with pytest.raises(ConflictError):
            offer(group, ada, by=ada)
        with db.transaction(), pytest.raises(ConflictError):
            leads.take_up(group, by=ada)
        offer(group, bob, by=ada)
        # One proposal at a time, whoever makes it.
        with pytest.raises(ConflictError):
            offer(group, ada, by=bob)
        with db.transaction():
            invitations.accept(secret(), by=None)
        with db.transaction(), pytest.raises(ConflictError):
            leads.take_up(group, by=ada)
    assert roles(group) == {ada.id: "organizer", bob.id: "lead", people["other"].id: "member"}
    with db.reading() as session:
        assert session.get_one(Group, group.id).status is GroupStatus.FORMING


def test_a_proposal_is_taken_back_by_whoever_made_it():
    group, people = team_of("organizer", "second", status=GroupStatus.VACANT)
    with clock.frozen_at(clock.now() + timedelta(days=8)):
        offer(group, people["second"], by=people["organizer"])
        with db.transaction() as session:
            one = session.scalars(select(Invitation.id)).one()
            with pytest.raises(NotAllowedError):
                invitations.withdraw(group, one, by=people["second"])
            invitations.withdraw(group, one, by=people["organizer"])
    assert answers() == ["withdrawn"]


def test_whoever_organizes_a_vacant_group_alone_takes_it_up_after_a_week():
    group, people = team_of("organizer", "member", status=GroupStatus.VACANT)
    with db.transaction(), pytest.raises(ConflictError):
        leads.take_up(group, by=people["organizer"])
    with clock.frozen_at(clock.now() + leads.COOLING), db.transaction():
        with pytest.raises(NotAllowedError):
            leads.take_up(group, by=people["member"])
        leads.take_up(group, by=people["organizer"])
    assert roles(group)[people["organizer"].id] == "lead"


@pytest.mark.parametrize("role", ["steward", "coordinator"])
def test_the_federation_keeps_the_root(role):
    group, people = team_of("lead", "organizer")
    by = crowd(group)[role]
    seen = held_by(people["lead"])
    with db.transaction():
        leads.install(group, people["organizer"].email, Role.LEAD, seen_lead=seen, by=by)
    with db.transaction(), pytest.raises(ConflictError):
        leads.install(group, people["lead"].email, Role.LEAD, seen_lead=seen, by=by)
    with db.transaction():
        new = make_user()
        leads.install(group, new.email, Role.ORGANIZER, seen_lead=0, by=by)
    assert list(roles(group).values()) == ["organizer", "lead", "organizer"]
    with db.transaction(), pytest.raises(InvalidInputError):
        leads.install(group, "nobody@example.org", Role.ORGANIZER, seen_lead=0, by=by)


@pytest.mark.parametrize("role", ["lead", "organizer", "member", "stranger", "abroad"])
def test_nobody_else_appoints_without_asking(role):
    group, people = team_of("lead", "organizer", "member")
    by = people.get(role) or crowd(group)[role]
    with db.transaction(), pytest.raises(NotAllowedError):
        leads.install(group, people["member"].email, Role.ORGANIZER, seen_lead=0, by=by)


def test_a_steward_gives_a_vacant_group_its_lead_at_once():
    group, people = team_of("organizer", status=GroupStatus.VACANT)
    offered = crowd(group)
    with db.transaction():
        make_membership(offered["visitor"], group, Role.MEMBER)
        leads.install(
            group, offered["visitor"].email, Role.LEAD, seen_lead=0, by=offered["steward"]
        )
    assert roles(group) == {people["organizer"].id: "organizer", offered["visitor"].id: "lead"}
