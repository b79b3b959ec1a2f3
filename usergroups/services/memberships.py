"""Who belongs to a group, and as what."""

from sqlalchemy import select

from usergroups.db import session
from usergroups.models import Group, Membership, Role, User
from usergroups.services import audit


def appoint(user: User, group: Group, role: Role, *, by: User | None = None) -> Membership:
    """Make somebody a member, organizer or lead of a group; once is enough."""
    membership = session().scalar(
        select(Membership).where(Membership.user_id == user.id, Membership.group_id == group.id)
    )
    if membership is None:
        membership = Membership(user_id=user.id, group_id=group.id, role=role)
        session().add(membership)
    elif membership.role is role:
        return membership
    membership.role = role
    session().flush()  # the audit entry needs the id
    audit.record("membership.appointed", membership, by=by, role=role.value)
    return membership
