"""Questions about who runs a group, and who looks after its country."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.inputs.team import PeopleSearch
from usergroups.models import (
    ORGANIZING,
    Answer,
    Coordinator,
    Invitation,
    Membership,
    Role,
    User,
)
from usergroups.queries.paging import SIZE, Page, start

_BY_NAME = (func.lower(User.name), User.email)
_LEAD_FIRST = case((Membership.role == Role.LEAD, 0), else_=1)


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody, and how many groups they organize."""

    user: User
    runs: int


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


def stewards() -> list[User]:
    """The stewards of the federation, by name; one query."""
    return list(session().scalars(select(User).where(User.is_steward).order_by(*_BY_NAME)))


def coordinators() -> list[Coordinator]:
    """Who looks after which country, by country and name, accounts loaded; one query."""
    query = (
        select(Coordinator)
        .join(Coordinator.user)
        .options(contains_eager(Coordinator.user))
        .order_by(Coordinator.country, *_BY_NAME)
    )
    return list(session().scalars(query))


def people(wanted: PeopleSearch) -> Page[FoundPerson]:
    """People whose name or address has these letters, by name, and what they run; two queries."""
    alike = f"%{_literal(wanted.q.lower())}%"
    found = or_(func.lower(User.name).like(alike, escape="\\"), User.email.like(alike, escape="\\"))
    total = session().scalar(select(func.count(User.id)).where(found)) or 0
    runs = (
        select(func.count(Membership.id))
        .where(Membership.user_id == User.id, Membership.role.in_(ORGANIZING))
        .scalar_subquery()
    )
    query = (
        select(User, runs).where(found).order_by(*_BY_NAME).limit(SIZE).offset(start(wanted.page))
    )
    rows = [FoundPerson(user, number) for user, number in session().execute(query)]
    return Page(rows, wanted.page, total)


def _literal(words: str) -> str:
    """What LIKE takes for signs of its own is meant as it stands."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def stewards_of(country: str) -> list[User]:
    """The stewards of the federation and the coordinators of a country, by id; one query."""
    here = select(Coordinator.user_id).where(Coordinator.country == country)
    query = select(User).where(or_(User.is_steward, User.id.in_(here))).order_by(User.id)
    return list(session().scalars(query))
