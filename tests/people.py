"""A group's people and the federation's, by what they are; and what they were sent."""

from typing import Any

from sqlalchemy import select

from tests.factories import make_group, make_membership, make_user
from usergroups import db
from usergroups.models import Coordinator, Group, Membership, Message, Role, User

_ROLES = {"lead": Role.LEAD, "organizer": Role.ORGANIZER, "second": Role.ORGANIZER}


def team_of(*names: str, **given: Any) -> tuple[Group, dict[str, User]]:
    """A group in Paris and its people: `lead`, the organizers `organizer` and `second`, members."""
    with db.transaction():
        group = make_group(**given)
        people = {name: make_user(name=f"A {name}") for name in names}
        for name, user in people.items():
            make_membership(user, group, _ROLES.get(name, Role.MEMBER))
    return group, people


def crowd(group: Group | None = None) -> dict[str, User]:
    """Everybody else: somebody without any part, organizer and lead of elsewhere, coordinators."""
    with db.transaction() as session:
        elsewhere = make_group(country="DE", city="Berlin")
        names = ("visitor", "stranger", "foreign_lead", "steward", "coordinator", "abroad")
        people = {name: make_user(name=name, is_steward=name == "steward") for name in names}
        make_membership(people["stranger"], elsewhere, Role.ORGANIZER)
        make_membership(people["foreign_lead"], elsewhere, Role.LEAD)
        country = group.country if group else "FR"
        session.add(Coordinator(user_id=people["coordinator"].id, country=country))
        session.add(Coordinator(user_id=people["abroad"].id, country="DE"))
    return people


def roles(group: Group) -> dict[int, str]:
    """What everybody is in a group."""
    query = select(Membership.user_id, Membership.role).where(Membership.group_id == group.id)
    with db.reading() as session:
        return {user_id: role.value for user_id, role in session.execute(query)}


def mails() -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, address and arguments of every mail that was left, in their order."""
    query = select(Message.kind, Message.address, Message.arguments).order_by(Message.id)
    with db.reading() as session:
        return [(kind.value, to, arguments) for kind, to, arguments in session.execute(query)]
