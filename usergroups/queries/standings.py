"""What somebody is in the federation."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CompoundSelect, literal, null, select, union_all

from usergroups.db import session
from usergroups.models import ORGANIZING, Coordinator, Membership, Role, User
from usergroups.permissions import OPERATOR, Standing

_EVERYWHERE = "*"


def of(user: User | None) -> Standing:
    """The standing of an account, loaded by one query and kept for this scope.

    None is the operator, who types commands, or the timetable.
    """
    if user is None:
        return OPERATOR
    known: dict[int, Standing] = session().info.setdefault("standings", {})
    if user.id not in known:
        known[user.id] = _load(user)
    return known[user.id]


def forget() -> None:
    """Look again at the next question: a role has changed within this scope."""
    session().info.pop("standings", None)


def _load(user: User) -> Standing:
    roles = select(Membership.group_id, Membership.role, null().label("country")).where(
        Membership.user_id == user.id, Membership.role.in_(ORGANIZING)
    )
    countries = select(null(), null(), Coordinator.country).where(Coordinator.user_id == user.id)
    # Looked up rather than believed of the row at hand, which may be older than a dismissal.
    everywhere = select(null(), null(), literal(_EVERYWHERE)).where(
        User.id == user.id, User.is_steward
    )
    asked: CompoundSelect[*tuple[Any, ...]] = union_all(roles, countries, everywhere)
    found: Sequence[Any] = session().connection().execute(asked).all()
    places = {country for _, _, country in found if country}
    return Standing(
        is_member=True,
        is_steward=_EVERYWHERE in places,
        countries=frozenset(places - {_EVERYWHERE}),
        organizes=frozenset(group for group, _, _ in found if group),
        leads=frozenset(group for group, role, _ in found if role == Role.LEAD.value),
    )
