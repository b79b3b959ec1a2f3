"""Who belongs to a group, and as what.

A group has one lead or is vacant, and the federation keeps the root: stewards, and coordinators in
their countries, may appoint and remove whomever they must. Each act takes the group's row first, so
that of two at once the second sees what the first did. services/leads.py passes the lead on.
"""

from sqlalchemy import or_, select, update
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


def join(group: Group, *, by: User, wants_mail: bool = True) -> Membership:
    """Become a member, or say anew whether one wants the group's mails.

    Raises ConflictError for a group that is archived.
    """
    group = hold(group)
    if group.status is GroupStatus.ARCHIVED:
        raise ConflictError("this group has ended")
    membership = held(by.id, group.id)
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
    group = hold(group)
    membership = held(by.id, group.id)
    if membership is None:
        return
    if membership.role is Role.LEAD:
        raise ConflictError("you lead this group: hand it over or step down first")
    if membership.role is Role.ORGANIZER:
        _record("membership.left", membership, by)
        withdraw_offers(group, to=by.email)
    session().delete(membership)
    roles_changed()


def appoint(user: User, group: Group, role: Role, *, by: User | None = None) -> Membership:
    """Make somebody a member, organizer or lead of a group; once is enough.

    The caller has seen to permission, and to there being no other lead.
    """
    membership = held(user.id, group.id)
    if membership is None:
        membership = Membership(user_id=user.id, group_id=group.id, role=role)
        session().add(membership)
    elif membership.role is role:
        return membership
    membership.role = role
    session().flush()  # the audit entry needs the id
    _record("membership.appointed", membership, by)
    roles_changed()
    return membership


def remove(group: Group, membership_id: int, *, by: User | None) -> None:
    """Take somebody out of a group: members by organizers, organizers by the lead.

    A lead is taken out by whoever looks after the group's country; it is vacant then. Raises
    NotFoundError for somebody of another group, NotAllowedError, and ConflictError for oneself.
    """
    group = hold(group)
    membership = team.membership(group.id, membership_id)
    role = membership.role
    may = may_lead if role in ORGANIZING else may_organize
    if not may(standings.of(by), group):
        raise NotAllowedError("only the lead may take organizers out")
    if by is not None and membership.user_id == by.id:
        raise ConflictError("to go yourself, step down")
    if role is Role.LEAD:
        vacate(group, cause="lead_removed", by=by)
    _record("membership.removed", membership, by, role)
    if role in ORGANIZING:
        withdraw_offers(group, to=membership.user.email, by_id=membership.user_id)
        send(MessageKind.ROLE_CHANGED, membership.user, group=group.name, slug=group.slug, role="")
    session().delete(membership)
    roles_changed()


def step_down(group: Group, *, by: User) -> None:
    """Organize no longer, and stay a member; without its lead a group is vacant.

    Raises NotFoundError for somebody who does not organize it.
    """
    group = hold(group)
    membership = held(by.id, group.id)
    if membership is None or membership.role not in ORGANIZING:
        raise NotFoundError("you do not organize this group")
    role = membership.role
    if role is Role.LEAD:
        vacate(group, cause="lead_stepped_down", by=by)
    withdraw_offers(group, to=by.email)
    membership.role = Role.MEMBER
    _record("membership.stepped_down", membership, by, role)
    roles_changed()


def vacate(group: Group, *, cause: str, by: User | None) -> None:
    """A group has no lead any more: it is vacant, its lead, if it had one, an organizer.

    The organizers who remain and the stewards of its country are told. What is archived stays so.
    """
    group = hold(group)
    lead = team.lead_of(group.id)
    if lead is not None:
        lead.role = Role.ORGANIZER
        session().flush()
    withdraw_offers(group)
    if group.status is not GroupStatus.ARCHIVED:
        move(group, GroupStatus.VACANT, cause)
        _tell_vacant(group, but=lead)
    audit.record("group.vacated", group, by=by, cause=cause)
    roles_changed()


def withdraw_offers(group: Group, *, to: str = "", by_id: int = 0) -> None:
    """Open offers are void: those of the lead, or else all to an address and all by somebody."""
    chosen = Invitation.role == Role.LEAD
    if to:
        chosen = or_(Invitation.email == to, Invitation.invited_by_id == by_id)
    session().execute(
        update(Invitation)
        .where(Invitation.group_id == group.id, Invitation.answer == Answer.OPEN, chosen)
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


def move(group: Group, status: GroupStatus, cause: str) -> None:
    """Give a group another state; the public sees it."""
    group.status, group.status_cause = status, cause
    group.status_changed_at = group.revised_at = clock.now()
    session().flush()  # the counters go past the session, straight to the row
    mark_changed(group, on_map=True)


def held(user_id: int, group_id: int) -> Membership | None:
    """What somebody is in a group, as it is now, their account loaded; None for nothing."""
    return session().scalar(
        select(Membership)
        .where(Membership.user_id == user_id, Membership.group_id == group_id)
        .options(joinedload(Membership.user))
        .execution_options(populate_existing=True)
    )


def roles_changed() -> None:
    """What somebody is here is looked up anew from now on."""
    session().flush()
    standings.forget()


def _record(act: str, membership: Membership, by: User | None, role: Role | None = None) -> None:
    """An entry that names the person, too: the row may be gone when it is read."""
    held_role = (role or membership.role).value
    audit.record(act, membership, by=by, user_id=membership.user_id, role=held_role)


def _tell_vacant(group: Group, *, but: Membership | None) -> None:
    told = {one.user_id: one.user for one in team.organizers(group.id)}
    told |= {user.id: user for user in team.stewards_of(group.country)}
    for user in told.values():
        if but is None or user.id != but.user_id:
            send(MessageKind.GROUP_VACANT, user, group=group.name, slug=group.slug, city=group.city)
