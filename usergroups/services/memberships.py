"""Who belongs to a group, and as what.

A group has one lead or is vacant, and the federation keeps the root: stewards, and coordinators in
their countries, may appoint and remove whomever they must. Each act takes the group's row first, so
that of two at once the second sees what the first did.
"""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, NotAllowedError, NotFoundError
from usergroups.models import (
    ORGANIZING,
    Answer,
    Group,
    GroupStatus,
    Invitation,
    Membership,
    MessageKind,
    Role,
    User,
)
from usergroups.permissions import may_lead, may_organize
from usergroups.queries import standings, team
from usergroups.queue import send
from usergroups.services import audit
from usergroups.services.revisions import mark_changed

# How long stewards have the first word about a vacant group before its organizers may act.
COOLING = timedelta(days=7)


def join(group: Group, *, by: User, wants_mail: bool = True) -> Membership:
    """Become a member, or say anew whether one wants the group's mails.

    Raises ConflictError for a group that is archived.
    """
    if group.status is GroupStatus.ARCHIVED:
        raise ConflictError("this group has ended")
    membership = _held(by.id, group.id)
    if membership is None:
        membership = Membership(user_id=by.id, group_id=group.id, role=Role.MEMBER)
        session().add(membership)
    membership.wants_mail = wants_mail
    session().flush()
    return membership


def leave(group: Group, *, by: User) -> None:
    """Be no member any more; nothing happens to somebody who is none.

    Raises ConflictError for the lead, who hands over or steps down first.
    """
    membership = _held(by.id, hold(group).id)
    if membership is None:
        return
    if membership.role is Role.LEAD:
        raise ConflictError("you lead this group: hand it over or step down first")
    if membership.role is Role.ORGANIZER:
        audit.record("membership.left", membership, by=by, role=membership.role.value)
    session().delete(membership)
    _roles_changed()


def remove(group: Group, membership_id: int, *, by: User | None) -> None:
    """Take somebody out of a group: members by organizers, organizers by the lead.

    A lead is removed by whoever looks after the group's country; it is vacant then. Raises
    NotFoundError for somebody of another group, NotAllowedError, and ConflictError for oneself.
    """
    hold(group)
    membership = team.membership(group.id, membership_id)
    is_organizing = membership.role in ORGANIZING
    may = may_lead if is_organizing else may_organize
    standing = standings.of(by)
    if not may(standing, group):
        raise NotAllowedError("only the lead may take organizers out")
    if by is not None and membership.user_id == by.id:
        raise ConflictError("to go yourself, step down")
    if membership.role is Role.LEAD:
        vacate(group, cause="lead_removed", by=by)
    audit.record(
        "membership.removed", membership, by=by,
        role=membership.role.value, user_id=membership.user_id,
    )  # fmt: skip
    if is_organizing:
        send(MessageKind.ROLE_CHANGED, membership.user, group=group.name, slug=group.slug, role="")
    session().delete(membership)
    _roles_changed()


def appoint(user: User, group: Group, role: Role, *, by: User | None = None) -> Membership:
    """Make somebody a member, organizer or lead of a group; once is enough."""
    membership = _held(user.id, group.id)
    if membership is None:
        membership = Membership(user_id=user.id, group_id=group.id, role=role)
        session().add(membership)
    elif membership.role is role:
        return membership
    membership.role = role
    session().flush()  # the audit entry needs the id
    audit.record("membership.appointed", membership, by=by, role=role.value)
    _roles_changed()
    return membership


def change_lead(user: User, group: Group, *, by: User | None) -> None:
    """Give the lead to somebody; whoever had it stays an organizer, and both are told.

    A vacant group comes back to life by it. The caller has seen to permission.
    """
    hold(group)
    former = team.lead_of(group.id)
    if former is not None:
        if former.user_id == user.id:
            return
        former.role = Role.ORGANIZER
        session().flush()  # there is never a second lead, not even for a statement
    appoint(user, group, Role.LEAD, by=by)
    withdraw_handovers(group)
    if group.status is GroupStatus.VACANT:
        _move(group, GroupStatus.FORMING, "lead_found")
    for told in team.organizers(group.id):
        if told.user_id != user.id:
            send(
                MessageKind.LEAD_CHANGED,
                told.user,
                group=group.name,
                slug=group.slug,
                lead=user.name or user.email,
            )
    send(MessageKind.ROLE_CHANGED, user, group=group.name, slug=group.slug, role=Role.LEAD.value)


def step_down(group: Group, *, by: User) -> None:
    """Organize no longer, and stay a member; without its lead a group is vacant.

    Raises NotFoundError for somebody who does not organize it.
    """
    hold(group)
    membership = _held(by.id, group.id)
    if membership is None or membership.role not in ORGANIZING:
        raise NotFoundError("you do not organize this group")
    if membership.role is Role.LEAD:
        vacate(group, cause="lead_stepped_down", by=by)
    session().execute(
        update(Membership)
        .where(Membership.id == membership.id)
        .values(role=Role.MEMBER)
        .execution_options(synchronize_session="fetch")
    )
    audit.record("membership.stepped_down", membership, by=by)
    _roles_changed()


def take_up(group: Group, *, by: User) -> None:
    """Lead a vacant group that one organizes, once its stewards have had their week.

    Raises NotAllowedError for others, ConflictError where it is not vacant or the week not over.
    """
    group = hold(group)
    if group.id not in standings.of(by).organizes:
        raise NotAllowedError("only its organizers may take the lead up")
    if group.status is not GroupStatus.VACANT:
        raise ConflictError("this group has a lead")
    if clock.now() < group.status_changed_at + COOLING:
        raise ConflictError("its stewards have a week to find a lead first")
    change_lead(by, group, by=by)


def vacate(group: Group, *, cause: str, by: User | None) -> None:
    """A group has no lead any more: it is vacant, its lead, if it had one, an organizer.

    The organizers who remain and the stewards of its country are told.
    """
    lead = team.lead_of(group.id)
    if lead is not None:
        lead.role = Role.ORGANIZER
        session().flush()
    withdraw_handovers(group)
    _move(group, GroupStatus.VACANT, cause)
    audit.record("group.vacated", group, by=by)
    told = {one.user_id: one.user for one in team.organizers(group.id)}
    told |= {user.id: user for user in team.stewards_of(group.country)}
    for user in told.values():
        if by is None or user.id != by.id:
            send(MessageKind.GROUP_VACANT, user, group=group.name, slug=group.slug, city=group.city)
    _roles_changed()


def withdraw_handovers(group: Group) -> None:
    """Offers of a lead are void once it has changed."""
    session().execute(
        update(Invitation)
        .where(Invitation.group_id == group.id, Invitation.role == Role.LEAD)
        .where(Invitation.answer == Answer.OPEN)
        .values(answer=Answer.WITHDRAWN, answered_at=clock.now())
        .execution_options(synchronize_session="fetch")
    )


def hold(group: Group) -> Group:
    """The group's row, ours until the transaction ends, as it is now."""
    query = select(Group).where(Group.id == group.id).with_for_update()
    found = session().scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFoundError("there is no such group")
    return found


def _held(user_id: int, group_id: int) -> Membership | None:
    return session().scalar(
        select(Membership)
        .where(Membership.user_id == user_id, Membership.group_id == group_id)
        .options(joinedload(Membership.user))
        .with_for_update(of=Membership)
    )


def _move(group: Group, status: GroupStatus, cause: str) -> None:
    group.status, group.status_cause = status, cause
    group.status_changed_at = group.revised_at = clock.now()
    session().flush()  # the counters go past the session, straight to the row
    mark_changed(group, on_map=True)


def _roles_changed() -> None:
    session().flush()
    standings.forget()
