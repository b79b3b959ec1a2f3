"""Accounts, and the links by which people sign in."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from usergroups import clock, tokens
from usergroups.db import session
from usergroups.errors import GoneError, InvalidInputError, NotFoundError
from usergroups.models import LinkPurpose, MailedLink, User
from usergroups.services import audit
from usergroups.text import one_line

LINK_LASTS = timedelta(hours=24)


def create(email: str, *, name: str = "", steward: bool = False) -> User:
    """The account of this address, made if it is new.

    An account that is there keeps its name unless it has none, and is never made less than a
    steward here. Raises InvalidInputError for what cannot be an address.
    """
    address = one_line(email).lower()
    if (
        address.count("@") != 1
        or address.startswith("@")
        or address.endswith("@")
        or " " in address
    ):
        raise InvalidInputError(
            {"email": f"expected an address such as ada@example.org, not {email!r}"}
        )
    user = session().scalar(select(User).where(User.email == address))
    if user is None:
        user = User(email=address, name=one_line(name))
        session().add(user)
    user.name = user.name or one_line(name)
    promoted = steward and not user.is_steward
    user.is_steward = bool(user.is_steward) or steward
    session().flush()  # the audit entry needs the id
    if promoted:
        audit.record("user.made_steward", user, by=None)
    return user


def offer_sign_in(user: User, *, nonce: str = "") -> str:
    """The secret of a new link that signs this person in once, within a day; its hash is kept.

    The nonce is given where the link goes out in a mail, which makes the secret of it again.
    """
    secret = tokens.secret(LinkPurpose.SIGN_IN, nonce or tokens.nonce())
    session().add(
        MailedLink(
            user_id=user.id,
            purpose=LinkPurpose.SIGN_IN,
            secret_hash=tokens.hashed(secret),
            expires_at=clock.now() + LINK_LASTS,
        )
    )
    return secret


def sign_in_by_link(secret: str) -> User:
    """The person whom this secret signs in; it is used up by that.

    Raises NotFoundError for a secret nobody was given, GoneError for one used or too old.
    """
    link = session().scalar(
        select(MailedLink)
        .where(
            MailedLink.secret_hash == tokens.hashed(secret),
            MailedLink.purpose == LinkPurpose.SIGN_IN,
        )
        .options(joinedload(MailedLink.user))
        .with_for_update(of=MailedLink)
    )
    if link is None:
        raise NotFoundError("there is no such sign-in link")
    if not link.is_open:
        raise GoneError("this sign-in link was used or is too old")
    link.used_at = clock.now()
    return link.user
