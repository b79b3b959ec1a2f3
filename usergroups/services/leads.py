"""Who leads a group: the lead passed on, given by stewards, or taken up where there is none.

A vacant group's stewards have the first word. After a week those who organize it may help
themselves: somebody who is alone takes the lead up; where there are several, one proposes another,
who accepts by mail (services/invitations.py), so that nobody seizes a group against the others.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.models import Event, EventStatus, Group, GroupStatus, MessageKind, Role, User
from usergroups.permissions import may_oversee
from usergroups.queries import standings, team
from usergroups.queue import send
from usergroups.services import accounts, memberships

# How long stewards have the first word about a vacant group before its organizers may act.
COOLING = timedelta(days=7)


def change_lead(user: User, group: Group, *, by: User | None) -> None:
    """Give the lead to somebody; whoever had it stays an organizer, and all of them are told.

    A vacant group comes back to life by it. The caller has seen to permission.
    """
    group = memberships.hold(group)
    former = team.lead_of(group.id)
    if former is not None:
        if former.user_id == user.id:
            return
        former.role = Role.ORGANIZER
        session().flush()  # there is never a second lead, not even for a statement
    memberships.withdraw_offers(group)
    memberships.appoint(user, group, Role.LEAD, by=by)
    if group.status is GroupStatus.VACANT:
        memberships.move(group, _revived(group), "lead_found")
    _tell(group, user, by)


def install(group: Group, address: str, role: Role, *, seen_lead: int, by: User | None) -> User:
    """Make the owner of an account organizer or lead at once: for stewards of the group's country.

    `seen_lead` is the membership that led the group when they decided, 0 for none. Raises
    NotAllowedError, InvalidInputError for an address without account, and ConflictError where the
    lead has changed in the meantime.
    """
    group = memberships.hold(group)
    if not may_oversee(standings.of(by), group):
        raise NotAllowedError("only stewards of its country may do that")
    user = accounts.known(address)
    if user is None:
        raise InvalidInputError(
            {"address": Refusal("no_account", "nobody has an account with this address")}
        )
    lead = team.lead_of(group.id)
    if role is Role.LEAD and seen_lead != (lead.id if lead else 0):
        raise ConflictError("somebody else was given the lead in the meantime")
    memberships.withdraw_offers(group, to=user.email)
    if role is Role.LEAD:
        change_lead(user, group, by=by)
    elif lead is None or lead.user_id != user.id:
        memberships.appoint(user, group, Role.ORGANIZER, by=by)
        _tell_of_role(group, user, Role.ORGANIZER)
    return user


def take_up(group: Group, *, by: User) -> None:
    """Lead a vacant group that one organizes alone, once its stewards have had their week.

    Raises NotAllowedError for others, ConflictError where it is not vacant, the week is not over,
    or there are others, of whom one is to be proposed.
    """
    group = memberships.hold(group)
    refuse_early(group, by)
    if len(team.organizers(group.id)) > 1:
        raise ConflictError("others organize it, too: one of you proposes another")
    change_lead(by, group, by=by)


def refuse_early(group: Group, by: User) -> None:
    """Raise unless somebody organizes the group, and it is vacant and was so for a week."""
    if group.id not in standings.of(by).organizes:
        raise NotAllowedError("only its organizers may do that")
    if group.status is not GroupStatus.VACANT:
        raise ConflictError("this group has a lead")
    if clock.now() < free_at(group):
        raise ConflictError("its stewards have a week to find a lead first")


def free_at(group: Group) -> datetime:
    """From when on the organizers of a vacant group may find a lead among themselves."""
    return group.status_changed_at + COOLING


def _revived(group: Group) -> GroupStatus:
    coming = exists().where(
        Event.group_id == group.id,
        Event.starts_at > clock.now(),
        Event.status == EventStatus.CONFIRMED,
    )
    return GroupStatus.ACTIVE if session().scalar(select(coming)) else GroupStatus.FORMING


def _tell(group: Group, lead: User, by: User | None) -> None:
    """The lead, those who organize with them, and the stewards of the country."""
    told = {one.user_id: one.user for one in team.organizers(group.id)}
    told |= {user.id: user for user in team.stewards_of(group.country)}
    for user_id, user in told.items():
        if user_id != lead.id and (by is None or user_id != by.id):
            send(
                MessageKind.LEAD_CHANGED,
                user,
                group=group.name,
                slug=group.slug,
                lead=lead.name or lead.email,
            )
    _tell_of_role(group, lead, Role.LEAD)


def _tell_of_role(group: Group, user: User, role: Role) -> None:
    send(MessageKind.ROLE_CHANGED, user, group=group.name, slug=group.slug, role=role.value)
