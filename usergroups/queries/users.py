"""Questions about people with an account."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from usergroups.db import session
from usergroups.models import Group, Membership, User


def by_id(user_id: int) -> User | None:
    """The account with this id; None where it is gone."""
    return session().get(User, user_id)


def by_email(email: str) -> User | None:
    """The account with this address, in lower case; None where there is none. One query."""
    return session().scalar(select(User).where(User.email == email))


def memberships_of(user: User) -> list[Membership]:
    """The groups somebody belongs to, by name, each with its group loaded; one query."""
    query = (
        select(Membership)
        .join(Membership.group)
        .where(Membership.user_id == user.id)
        .options(joinedload(Membership.group))
        .order_by(Group.name)
    )
    return list(session().scalars(query))
