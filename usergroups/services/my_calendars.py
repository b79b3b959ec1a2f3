"""Calendars of somebody's own: made, changed, given another address, taken away.

Whoever knows the address reads the calendar. Its secret is random, shown to its owner once, and
kept as a hash alone; another address ends the one before.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update

from usergroups import clock, tokens
from usergroups.db import session
from usergroups.errors import InvalidInputError, NotFoundError, Refusal
from usergroups.inputs.my_calendar import MyCalendarInput
from usergroups.models import MyCalendar, User

# One for the phone, one for work, one for whoever waits at home.
MOST = 10
# How often it is written down that a program still asks.
USED_EVERY = timedelta(hours=1)


def make(given: MyCalendarInput, *, by: User) -> tuple[MyCalendar, str]:
    """A new calendar, and the secret of its address, which nobody can be told again.

    Raises InvalidInputError for one that would hold nothing, one by distance from an unknown home,
    and one too many.
    """
    owner = _owner(by)
    mine = select(func.count()).where(MyCalendar.user_id == owner.id)
    if (session().scalar(mine) or 0) >= MOST:
        raise InvalidInputError(
            {"input": Refusal("calendars_many", "expected at most {most}", {"most": MOST})}
        )
    _refuse_empty(given, owner)
    secret = secrets.token_urlsafe(32)
    calendar = MyCalendar(user_id=owner.id, secret_hash=tokens.hashed(secret), **given.model_dump())
    session().add(calendar)
    session().flush()  # its page has its number
    return calendar, secret


def change(calendar_id: int, given: MyCalendarInput, *, by: User) -> MyCalendar:
    """Choose what it holds. Raises InvalidInputError as `make` does; NotFoundError."""
    owner = _owner(by)
    _refuse_empty(given, owner)
    calendar = one(calendar_id, owner)
    for name, value in given.model_dump().items():
        setattr(calendar, name, value)
    return calendar


def readdress(calendar_id: int, *, by: User) -> str:
    """Another secret: the address before leads nowhere from now on. Raises NotFoundError."""
    calendar = one(calendar_id, _owner(by))
    secret = secrets.token_urlsafe(32)
    calendar.secret_hash = tokens.hashed(secret)
    calendar.addressed_at, calendar.used_at = clock.now(), None
    return secret


def remove(calendar_id: int, *, by: User) -> None:
    """Take it away, address and all. Raises NotFoundError for another's."""
    mine = (MyCalendar.id == calendar_id, MyCalendar.user_id == by.id)
    removed = session().execute(delete(MyCalendar).where(*mine))
    if not removed.rowcount:  # type: ignore[attr-defined]  # a CursorResult
        raise NotFoundError("there is no such calendar")


def of(user: User) -> list[MyCalendar]:
    """Somebody's calendars, the oldest first; one query."""
    query = select(MyCalendar).where(MyCalendar.user_id == user.id).order_by(MyCalendar.id)
    return list(session().scalars(query))


def one(calendar_id: int, user: User) -> MyCalendar:
    """One of somebody's own. Raises NotFoundError for another's; one query."""
    query = select(MyCalendar).where(MyCalendar.id == calendar_id, MyCalendar.user_id == user.id)
    found = session().scalar(query)
    if found is None:
        raise NotFoundError("there is no such calendar")
    return found


def is_news(used_at: datetime | None) -> bool:
    """Whether a program that asks now is worth writing down."""
    return used_at is None or used_at <= clock.now() - USED_EVERY


def note_use(calendar_id: int, at: datetime) -> None:
    """A program asked for it then.

    Nothing happens where it is gone, has got another address since, or was used later.
    """
    earlier = or_(MyCalendar.used_at.is_(None), MyCalendar.used_at < at)
    session().execute(
        update(MyCalendar)
        .where(MyCalendar.id == calendar_id, MyCalendar.addressed_at <= at, earlier)
        .values(used_at=at)
        .execution_options(synchronize_session=False)
    )


def _owner(by: User) -> User:
    """Their account, locked: what is counted and looked up of them stays so until the commit."""
    return session().get_one(User, by.id, with_for_update=True, populate_existing=True)


def _refuse_empty(given: MyCalendarInput, owner: User) -> None:
    if not (given.has_answers or given.has_groups or given.within_km):
        raise InvalidInputError({"input": Refusal("calendar_empty", "expected something in it")})
    if given.within_km and owner.latitude is None:
        raise InvalidInputError({"within_km": Refusal("home_unknown", "expected a home")})
