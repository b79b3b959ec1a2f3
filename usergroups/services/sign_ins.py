"""Browsers in which people are signed in: begun, seen, and ended from here or there."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import joinedload

from usergroups import clock, tokens
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import SignIn, User
from usergroups.text import one_line

LASTS = timedelta(days=60)
# How often it is written down that somebody is still there.
SEEN_EVERY = timedelta(hours=1)
# So long somebody counts as having just shown who they are.
FRESH = timedelta(hours=1)


def begin(user: User, *, browser: str = "") -> str:
    """The secret that a browser keeps from now on; its hash is kept here."""
    secret = secrets.token_urlsafe(32)
    session().add(
        SignIn(
            user_id=user.id,
            secret_hash=tokens.hashed(secret),
            browser=one_line(browser)[:200],
            expires_at=clock.now() + LASTS,
        )
    )
    return secret


def find(secret: str) -> SignIn | None:
    """The open sign-in of a browser with this secret, its account loaded; one query."""
    found = session().scalar(
        select(SignIn)
        .where(SignIn.secret_hash == tokens.hashed(secret))
        .options(joinedload(SignIn.user))
    )
    return found if found is not None and found.is_open else None


def is_fresh(sign_in_id: int, *, by: User) -> bool:
    """Whether somebody signed in there within the hour; one query."""
    fresh = select(SignIn.id).where(
        SignIn.id == sign_in_id, SignIn.user_id == by.id, SignIn.created_at > clock.now() - FRESH
    )
    return session().scalar(fresh) is not None


def seen(sign_in_id: int) -> None:
    """Somebody did something in that browser."""
    session().execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.seen_at < clock.now() - SEEN_EVERY)
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def of(user: User) -> list[SignIn]:
    """The browsers in which somebody is signed in, the last used first; one query."""
    query = (
        select(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        .where(SignIn.expires_at > clock.now())
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return list(session().scalars(query))


def end(sign_in_id: int, *, by: User) -> None:
    """Sign one of one's own browsers out. Raises NotFoundError for somebody else's."""
    ended = session().execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.user_id == by.id)
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if not ended.rowcount:  # type: ignore[attr-defined]  # a CursorResult
        raise NotFoundError("there is no such sign-in")


def end_all(user: User, *, but: int = 0) -> None:
    """Sign somebody out everywhere, or everywhere else."""
    session().execute(
        update(SignIn)
        .where(SignIn.user_id == user.id, SignIn.id != but, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def forget_old() -> None:
    """Remove the browsers that were signed out, or have been away for too long."""
    is_over = or_(SignIn.ended_at.is_not(None), SignIn.expires_at < clock.now())
    session().execute(delete(SignIn).where(is_over))
