"""Joining, leaving, being taken out, stepping down: what it leaves, and whom it tells."""

import pytest
from sqlalchemy import select

from tests.factories import make_event, make_group, make_membership, make_user
from tests.people import crowd, mails, roles, team_of
from usergroups import clock, db
from usergroups.errors import ConflictError, NotAllowedError, NotFoundError
from usergroups.models import (
    Answer,
    AuditEntry,
    Federation,
    Group,
    GroupStatus,
    Invitation,
    Membership,
    Role,
)
from usergroups.services import invitations, leads, memberships

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


def acts() -> list[tuple[str, int | None, dict]]:
    query = select(AuditEntry.act, AuditEntry.actor_id, AuditEntry.details).order_by(AuditEntry.id)
    return [tuple(row) for row in db.session().execute(query)]


def test_somebody_is_in_a_group_once_and_can_be_made_more():
    with db.transaction() as session:
        user, group = make_user(), make_group()
        first = memberships.appoint(user, group, Role.MEMBER)
        assert memberships.appoint(user, group, Role.MEMBER) is first
        assert memberships.appoint(user, group, Role.LEAD) is first
        session.flush()
        assert session.scalars(select(Membership.role)).all() == [Role.LEAD]
        assert acts() == [
            ("membership.appointed", None, {"role": "member", "user_id": user.id}),
            ("membership.appointed", None, {"role": "lead", "user_id": user.id}),
        ]


def test_joining_twice_is_joining_once_and_says_anew_whether_mails_are_wanted():
    with db.transaction() as session:
        user, group = make_user(), make_group()
        first = memberships.join(group, by=user)
        assert (first.role, first.wants_mail) == (Role.MEMBER, True)
        assert memberships.join(group, by=user, wants_mail=False) is first
        rows = session.execute(select(Membership.user_id, Membership.wants_mail)).all()
        assert [tuple(row) for row in rows] == [(user.id, False)]
        assert acts() == []


def test_an_organizer_who_joins_stays_one():
    with db.transaction():
        user, group = make_user(), make_group()
        make_membership(user, group, Role.ORGANIZER)
        assert memberships.join(group, by=user).role is Role.ORGANIZER


def test_nobody_joins_what_has_ended():
    with db.transaction(), pytest.raises(ConflictError):
        memberships.join(make_group(status=GroupStatus.ARCHIVED), by=make_user())


def test_members_leave_without_a_trace_and_organizers_with_one():
    group, people = team_of("organizer", "member")
    member, organizer = people["member"], people["organizer"]
    with db.transaction():
        for _ in range(2):
            memberships.leave(group, by=member)
        assert acts() == []
        memberships.leave(group, by=organizer)
    assert roles(group) == {}
    with db.reading():
        assert acts() == [
            ("membership.left", organizer.id, {"role": "organizer", "user_id": organizer.id})
        ]


def test_a_lead_does_not_simply_leave():
    group, people = team_of("lead")
    with db.transaction(), pytest.raises(ConflictError):
        memberships.leave(group, by=people["lead"])
    assert roles(group) == {people["lead"].id: "lead"}


def test_an_organizer_who_steps_down_is_a_member():
    group, people = team_of("lead", "organizer")
    ada = people["organizer"]
    with db.transaction():
        memberships.step_down(group, by=ada)
        assert acts()[-1] == (
            "membership.stepped_down", ada.id, {"role": "organizer", "user_id": ada.id},
        )  # fmt: skip
    assert roles(group) == {people["lead"].id: "lead", ada.id: "member"}
    assert mails() == []
    for nobody in (ada, crowd()["visitor"]):
        with db.transaction(), pytest.raises(NotFoundError):
            memberships.step_down(group, by=nobody)


def test_a_group_whose_lead_steps_down_is_vacant_and_all_who_should_know_do():
    group, people = team_of("lead", "organizer", "member")
    others = crowd(group)
    with db.transaction() as session:
        before = session.get_one(Federation, 1).map_version
        memberships.step_down(group, by=people["lead"])
    with db.reading() as session:
        now = session.get_one(Group, group.id)
        assert (now.status, now.status_cause, now.status_changed_at) == (
            GroupStatus.VACANT, "lead_stepped_down", clock.now(),
        )  # fmt: skip
        assert session.get_one(Federation, 1).map_version == before + 1
        told = {"group": group.name, "slug": group.slug, "city": "Paris"}
        assert mails() == [
            ("group_vacant", one.email, told)
            for one in (people["organizer"], others["steward"], others["coordinator"])
        ]
        assert [act for act, *_ in acts()] == ["group.vacated", "membership.stepped_down"]
    assert roles(group)[people["lead"].id] == "member"


def test_an_archived_group_that_loses_its_lead_stays_archived():
    group, people = team_of("lead", status=GroupStatus.ARCHIVED)
    with db.transaction():
        memberships.step_down(group, by=people["lead"])
    with db.reading() as session:
        assert session.get_one(Group, group.id).status is GroupStatus.ARCHIVED
    assert mails() == []


# Who may take whom out: m(ember), o(rganizer), l(ead).
@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("visitor", ""), ("member", ""), ("stranger", ""), ("abroad", ""), ("organizer", "m"),
        ("lead", "mo"), ("coordinator", "mol"), ("steward", "mol"),
    ],
)  # fmt: skip
def test_who_takes_whom_out(role: str, may: str) -> None:
    group, people = team_of("lead", "organizer", "member", "other", "second")
    others = crowd(group)
    by = people.get(role) or others[role]
    done = ""
    for letter, name in (("m", "other"), ("o", "second"), ("l", "lead")):
        if people[name] is by:
            continue
        try:
            with db.transaction() as session:
                query = select(Membership.id).where(Membership.user_id == people[name].id)
                memberships.remove(group, session.scalars(query).one(), by=by)
        except NotAllowedError:
            continue
        done += letter
        assert people[name].id not in roles(group)
    assert done == may


def test_whoever_is_taken_out_is_told_and_takes_no_invitations_along():
    group, people = team_of("lead", "organizer")
    lead, steward = people["lead"], crowd(group)["steward"]
    with db.transaction() as session:
        invitations.invite(group, "accomplice@example.org", by=lead)
        held = session.scalars(select(Membership.id).where(Membership.user_id == lead.id)).one()
        memberships.remove(group, held, by=steward)
        assert session.scalars(select(Invitation.answer)).all() == [Answer.WITHDRAWN]
        assert session.get_one(Group, group.id).status_cause == "lead_removed"
        assert acts()[-1] == (
            "membership.removed", steward.id, {"role": "lead", "user_id": lead.id},
        )  # fmt: skip
    assert roles(group) == {people["organizer"].id: "organizer"}
    assert ("role_changed", lead.email, {"group": group.name, "slug": group.slug, "role": ""}) in (
        mails()
    )


def test_nobody_takes_out_themselves_or_people_of_other_groups():
    group, people = team_of("lead")
    elsewhere, _ = team_of("lead")
    with db.transaction() as session:
        own = session.scalars(select(Membership.id).where(Membership.group_id == group.id)).one()
        with pytest.raises(ConflictError):
            memberships.remove(group, own, by=people["lead"])
        with pytest.raises(NotFoundError):
            memberships.remove(elsewhere, own, by=None)


def test_what_a_group_has_coming_decides_how_it_comes_back():
    for has_meetup, status in ((False, GroupStatus.FORMING), (True, GroupStatus.ACTIVE)):
        group, people = team_of("organizer", status=GroupStatus.VACANT)
        with db.transaction() as session:
            if has_meetup:
                make_event(session.get_one(Group, group.id))
            leads.change_lead(people["organizer"], group, by=None)
        with db.reading() as session:
            now = session.get_one(Group, group.id)
            assert (now.status, now.status_cause) == (status, "lead_found")
