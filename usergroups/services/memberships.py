"""Who belongs to a group, and as what."""

from sqlalchemy import select, update

from usergroups import clock
from usergroups.db import session
from usergroups.models import Group, GroupStatus, Membership, Role, User
from usergroups.services import audit
from usergroups.services.revisions import mark_changed


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


def vacate(group: Group, *, cause: str, by: User | None) -> None:
    """A group has no lead any more: it is vacant, and its lead, if it has one, an organizer."""
    session().execute(
        update(Membership)
        .where(Membership.group_id == group.id, Membership.role == Role.LEAD)
        .values(role=Role.ORGANIZER)
        .execution_options(synchronize_session=False)
    )
    group.status, group.status_cause = GroupStatus.VACANT, cause
    group.status_changed_at = group.revised_at = clock.now()
    session().flush()  # the counters go past the session, straight to the row
    mark_changed(group, on_map=True)
    audit.record("group.vacated", group, by=by)
