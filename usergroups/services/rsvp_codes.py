"""Answering a meetup without signing in: a name, an address, and a code that is mailed to it.

Whoever types the code has shown that the mailbox is theirs. They are signed in by it, to the
account of the address, which is made if there is none. A code is for one meetup and one address,
works once, for a quarter of an hour, and bears a few tries.
"""

import hmac
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, select, update

from usergroups import clock, tokens
from usergroups.db import session
from usergroups.models import Event, MessageKind, RsvpCode, User
from usergroups.queue import send
from usergroups.services import accounts

LASTS = timedelta(minutes=15)
MOST_TRIES = 5

_PURPOSE = "rsvp"


def ask(
    event: Event, email: str, *, language: str = "en", answers: Mapping[str, str] | None = None
) -> None:
    """Mail a code, and keep what goes with it; one that was mailed before works no longer.

    The same is done for every address, whether it has an account or not.
    """
    nonce = tokens.nonce()
    session().execute(
        delete(RsvpCode).where(RsvpCode.event_id == event.id, RsvpCode.email == email)
    )
    session().add(
        RsvpCode(
            event_id=event.id,
            email=email,
            code_hash=_hashed(event.id, email, tokens.code(_PURPOSE, nonce)),
            answers=dict(answers or {}),
            expires_at=clock.now() + LASTS,
        )
    )
    to = accounts.known(email) or email
    send(MessageKind.RSVP_CODE, to, nonce=nonce, language=language, title=event.title)


def said_with(event_id: int, email: str) -> dict[str, str]:
    """What whoever asked for a code answers to the meetup's questions, by field; one query."""
    query = select(RsvpCode.answers).where(RsvpCode.event_id == event_id, RsvpCode.email == email)
    return session().scalar(query) or {}


def use(
    event_id: int, email: str, code: str, *, name: str = "", language: str = "en"
) -> User | None:
    """Whose code this is: their account, made if there was none; it is used up by that.

    None for another code, or one that works no longer. The try counts then, so the caller commits
    either way.
    """
    tried = session().scalar(
        update(RsvpCode)
        .where(RsvpCode.event_id == event_id, RsvpCode.email == email)
        .where(RsvpCode.tries < MOST_TRIES, RsvpCode.expires_at > clock.now())
        .values(tries=RsvpCode.tries + 1)
        .returning(RsvpCode)
    )
    digits = "".join(str(int(sign)) for sign in code if sign.isdecimal())
    if tried is None or not hmac.compare_digest(tried.code_hash, _hashed(event_id, email, digits)):
        return None
    session().delete(tried)
    user = accounts.known(email)
    if user is None:
        user = accounts.create(email)
        user.language = language
    user.name, user.verified_at = user.name or name, clock.now()
    return user


def forget_old() -> None:
    """Remove the codes that work no longer."""
    session().execute(delete(RsvpCode).where(RsvpCode.expires_at <= clock.now()))


def _hashed(event_id: int, email: str, code: str) -> str:
    return tokens.hashed(tokens.secret(_PURPOSE, f"{event_id}\n{email}\n{code}"))
