"""Questions about who runs a group, and who looks after its country."""

from datetime import timedelta

from sqlalchemy import case, or_, select
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import (
    ORGANIZING,
    Answer,
    Coordinator,
    Invitation,
    Membership,
    Role,
    User,
)

_LEAD_FIRST = case((Membership.role == Role.LEAD, 0), else_=1)


def organizers(group_id: int) -> list[Membership]:
    """The lead, then the other organizers, those of longest standing first; one query."""
    query = (
        select(Membership)
        .where(Membership.group_id == group_id, Membership.role.in_(ORGANIZING))
        .options(joinedload(Membership.user))
        .order_by(_LEAD_FIRST, Membership.joined_at, Membership.id)
    )
    return list(session().scalars(query))


def lead_of(group_id: int) -> Membership | None:
    """The lead of a group, its account loaded; None where it is vacant. One query."""
    query = (
        select(Membership)
        .where(Membership.group_id == group_id, Membership.role == Role.LEAD)
        .options(joinedload(Membership.user))
    )
    return session().scalar(query)


def membership(group_id: int, membership_id: int) -> Membership:
    """Somebody of this group, their account loaded. Raises NotFoundError for others."""
    found = session().scalar(
        select(Membership)
        .where(Membership.id == membership_id, Membership.group_id == group_id)
        .options(joinedload(Membership.user))
    )
    if found is None:
        raise NotFoundError("nobody like that is in this group")
    return found


def open_invitations(group_id: int) -> list[Invitation]:
    """Who was asked and has not answered, the latest first, late ones among them; one query."""
    query = (
        select(Invitation)
        .where(Invitation.group_id == group_id, Invitation.answer == Answer.OPEN)
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
    )
    return list(session().scalars(query))


def asked_since_yesterday(group_id: int) -> int:
    """How many invitations a group has sent within a day."""
    since = clock.now() - timedelta(days=1)
    query = select(Invitation.id).where(
        Invitation.group_id == group_id, Invitation.created_at > since
    )
    return len(session().scalars(query).all())


def stewards_of(country: str) -> list[User]:
    """The stewards of the federation and the coordinators of a country, by id; one query."""
    here = select(Coordinator.user_id).where(Coordinator.country == country)
    query = select(User).where(or_(User.is_steward, User.id.in_(here))).order_by(User.id)
    return list(session().scalars(query))
