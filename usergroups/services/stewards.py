"""Who looks after the federation: stewards of all of it, coordinators of single countries."""

from sqlalchemy import delete, select

from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.models import Coordinator, User
from usergroups.permissions import may_steer
from usergroups.queries import standings
from usergroups.services import accounts, audit


def appoint_steward(address: str, *, by: User | None) -> User:
    """Make somebody a steward. Raises NotAllowedError, InvalidInputError for an unknown address."""
    _may(by)
    user = _known(address, "email")
    if not user.is_steward:
        user.is_steward = True
        audit.record("user.made_steward", user, by=by)
    _changed()
    return user


def dismiss_steward(user_id: int, *, by: User | None) -> None:
    """Make a steward an ordinary member. Raises ConflictError for the last one."""
    _may(by)
    stewards = (
        session()
        .scalars(select(User).where(User.is_steward).order_by(User.id).with_for_update())
        .all()
    )
    for user in stewards:
        if user.id == user_id:
            if len(stewards) == 1:
                raise ConflictError("the federation needs a steward: appoint another first")
            user.is_steward = False
            audit.record("user.dismissed_steward", user, by=by)
    _changed()


def refuse_last(user_id: int) -> User | None:
    """The steward with this id, who may go; None for somebody who is none.

    All stewards are held until the transaction ends. Raises ConflictError for the last one.
    """
    stewards = session().scalars(
        select(User)
        .where(User.is_steward)
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {user.id: user for user in stewards}
    if set(found) == {user_id}:
        raise ConflictError("the federation needs a steward: appoint another first")
    return found.get(user_id)


def appoint_coordinator(address: str, country: str, *, by: User | None) -> User:
    """Make somebody the coordinator of a country (ISO 3166-1 alpha-2), beside others it has."""
    _may(by)
    user = _known(address, "address")
    if session().get(Coordinator, (user.id, country)) is None:
        session().add(Coordinator(user_id=user.id, country=country))
        audit.record("user.made_coordinator", user, by=by, country=country)
    _changed()
    return user


def dismiss_coordinator(user_id: int, country: str, *, by: User | None) -> None:
    """Make somebody a coordinator of that country no longer; others they keep."""
    _may(by)
    user = session().get(User, user_id)
    gone = session().execute(
        delete(Coordinator).where(Coordinator.user_id == user_id, Coordinator.country == country)
    )
    if user is not None and gone.rowcount:  # type: ignore[attr-defined]  # a CursorResult
        audit.record("user.dismissed_coordinator", user, by=by, country=country)
    _changed()


def _known(address: str, field: str) -> User:
    user = accounts.known(address)
    if user is None:
        raise InvalidInputError(
            {field: Refusal("no_account", "nobody has an account with this address")}
        )
    return user


def _changed() -> None:
    session().flush()
    standings.forget()


def _may(by: User | None) -> None:
    if not may_steer(standings.of(by)):
        raise NotAllowedError("only stewards may do that")
