"""Links that go out in mails: each for one thing, for a short time, and once."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from usergroups import clock, tokens
from usergroups.db import session
from usergroups.errors import GoneError, NotFoundError
from usergroups.models import LinkPurpose, MailedLink, User

LASTS = {
    LinkPurpose.SIGN_IN: timedelta(hours=1),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
    LinkPurpose.VERIFY_ADDRESS: timedelta(days=3),
    LinkPurpose.CHANGE_ADDRESS: timedelta(days=1),
}

# So long a link can still say that it was used or is too old.
_REMEMBERED = timedelta(days=30)


def offer(
    purpose: LinkPurpose,
    user: User | None,
    *,
    email: str = "",
    nonce: str = "",
    lasts: timedelta | None = None,
) -> str:
    """The secret of a new link, of which the hash is kept.

    Made of the nonce, which a mail has too and makes the secret of it again. Without an account
    it is for an address alone.
    """
    secret = tokens.secret(purpose, nonce or tokens.nonce())
    session().add(
        MailedLink(
            user_id=user.id if user else None,
            purpose=purpose,
            secret_hash=tokens.hashed(secret),
            email=email or (user.email if user else ""),
            expires_at=clock.now() + (lasts or LASTS[purpose]),
        )
    )
    return secret


def look(secret: str, *purposes: LinkPurpose, held: bool = False) -> MailedLink:
    """The link, unused, its account loaded; `held` for whoever is about to use it.

    Raises NotFoundError for a secret nobody was given, GoneError for one used or too old.
    """
    query = (
        select(MailedLink)
        .where(MailedLink.secret_hash == tokens.hashed(secret), MailedLink.purpose.in_(purposes))
        .options(joinedload(MailedLink.user))
    )
    link = session().scalar(query.with_for_update(of=MailedLink) if held else query)
    if link is None:
        raise NotFoundError("there is no such link")
    if not link.is_open:
        raise GoneError("this link was used or is too old")
    return link


def use(secret: str, *purposes: LinkPurpose) -> MailedLink:
    """The link, used up by this. Raises what `look` raises."""
    link = look(secret, *purposes, held=True)
    link.used_at = clock.now()
    return link


def spend_all(user: User) -> None:
    """Let no link that was mailed to somebody sign anybody in any more."""
    session().execute(
        update(MailedLink)
        .where(MailedLink.user_id == user.id, MailedLink.used_at.is_(None))
        .where(MailedLink.purpose.in_((LinkPurpose.SIGN_IN, LinkPurpose.RESET_PASSWORD)))
        .values(used_at=clock.now())
    )


def forget_old() -> None:
    """Remove the links that nobody will look at again."""
    session().execute(delete(MailedLink).where(MailedLink.expires_at < clock.now() - _REMEMBERED))
