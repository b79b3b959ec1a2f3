"""Accounts: made, entered, changed.

Whether an address has an account is told to nobody but its owner, by mail. Each door that takes an
address therefore does the same for one that is known and one that is not: the same statements, the
same answer, one comparison of a password.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from usergroups import clock, tokens
from usergroups.db import session
from usergroups.errors import ConflictError, GoneError, InvalidInputError, Refusal
from usergroups.inputs.account import AddressInput, ProfileInput
from usergroups.inputs.fields import read
from usergroups.models import LinkPurpose, MailedLink, MessageKind, User
from usergroups.queue import send
from usergroups.services import audit, mailed_links, passwords, sign_ins
from usergroups.services.passwords import Password
from usergroups.text import one_line

# Of a link that an operator hands over, which nobody waits for in front of a mailbox.
OPERATORS_LINK_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Home:
    """A place as people wrote it, and where the gazetteer found it (degrees); nowhere is empty."""

    place: str = ""
    latitude: float | None = None
    longitude: float | None = None


def create(email: str, *, name: str = "", steward: bool = False) -> User:
    """The account of this address, made if it is new.

    An account that is there keeps its name unless it has none, and is never made less than a
    steward here. Raises InvalidInputError for what cannot be an address.
    """
    address = read(AddressInput, {"email": email}).email
    user = known(address) or _made(address)
    user.name = user.name or one_line(name)
    promoted = steward and not user.is_steward
    user.is_steward = bool(user.is_steward) or steward
    session().flush()  # the audit entry needs the id
    if promoted:
        audit.record("user.made_steward", user, by=None)
    return user


def known(address: str) -> User | None:
    """The account of an address, in lower case; None where there is none."""
    return session().scalar(select(User).where(User.email == address))


def offer_sign_in(user: User, *, nonce: str = "") -> str:
    """The secret of a new link that signs this person in once, within a day."""
    return mailed_links.offer(LinkPurpose.SIGN_IN, user, nonce=nonce, lasts=OPERATORS_LINK_LASTS)


def mail_sign_in(address: str, *, language: str = "en") -> None:
    """Mail a link that signs in whoever reads it; an address without an account gets one by it."""
    _mail_link(address, known(address), LinkPurpose.SIGN_IN, MessageKind.SIGN_IN, language)


def mail_reset(address: str, *, language: str = "en") -> None:
    """Mail a link for choosing a new password; to an address without an account one to sign in."""
    user = known(address)
    if user is None:
        _mail_link(address, None, LinkPurpose.SIGN_IN, MessageKind.SIGN_IN, language)
    else:
        _mail_link(address, user, LinkPurpose.RESET_PASSWORD, MessageKind.RESET_PASSWORD, language)


def sign_in_by_link(secret: str, *, language: str = "en") -> User:
    """The person whom this secret signs in, their account made if the address had none.

    It is used up by that, and the address is verified. Raises NotFoundError for a secret nobody
    was given, GoneError for one used or too old.
    """
    link = mailed_links.use(secret, LinkPurpose.SIGN_IN)
    user = link.user
    if user is None:
        user = create(link.email)
        user.language = language
        link.user_id = user.id
    elif user.email != link.email:
        raise GoneError("this link went to an address that the account has left")
    user.verified_at = clock.now()
    return user


def check_password(address: str, password: str) -> User:
    """The person with this address and password. It takes a while, on purpose.

    Raises InvalidInputError, which does not tell which of the two is wrong.
    """
    user = known(address)
    if not passwords.matches(user.password_hash if user else "", password) or user is None:
        raise _failed()
    return user


def sign_in_checked(checked: User) -> User:
    """Whoever `check_password` found, if the password is still that one. Raises as that."""
    user = session().get(User, checked.id)
    if user is None or user.password_hash != checked.password_hash:
        raise _failed()
    return user


def new_password(password: str, *, by: User) -> Password:
    """A password fit to be chosen. It takes a while, on purpose. Raises InvalidInputError."""
    passwords.refuse_weak(password, by.email, by.name, *by.email.split("@"))
    return passwords.hashed(password)


def new_password_by_link(secret: str, password: str) -> Password:
    """As `new_password`, for whoever was mailed this secret. Raises as `reset_password` besides."""
    return new_password(password, by=_by_link(secret)[1])


def choose_password(chosen: Password, *, by: User, keeping: int = 0) -> None:
    """Set one's password; every other browser is signed out, links mailed before are spent.

    A mail says that it changed. `keeping` is the sign-in in which it was done.
    """
    user = session().get_one(User, by.id)
    user.password_hash = chosen
    sign_ins.end_all(user, but=keeping)
    mailed_links.spend_all(user)
    send(MessageKind.PASSWORD_CHANGED, user)


def reset_password(secret: str, chosen: Password) -> User:
    """Set a password by a mailed link; whoever it is for is signed out everywhere.

    Raises NotFoundError and GoneError as `sign_in_by_link`.
    """
    link, user = _by_link(secret, held=True)
    choose_password(chosen, by=user)
    link.used_at = user.verified_at = clock.now()
    return user


def change_profile(given: ProfileInput, home: Home, *, by: User) -> None:
    """What somebody is called, works for, speaks, and where they live."""
    user = session().get_one(User, by.id)
    user.name, user.employer = given.name, given.employer
    user.language, user.timezone = given.language, given.timezone
    user.place, user.latitude, user.longitude = home.place, home.latitude, home.longitude


def change_language(tag: str, *, by: User) -> None:
    """What somebody speaks: their pages and the mails to them from now on."""
    session().get_one(User, by.id).language = tag


def ask_new_address(address: str, *, by: User) -> None:
    """Mail a link to a new address, by which it becomes the account's; whose it is stays untold."""
    nonce = tokens.nonce()
    mailed_links.offer(LinkPurpose.CHANGE_ADDRESS, by, email=address, nonce=nonce)
    send(MessageKind.CONFIRM_NEW_ADDRESS, address, nonce=nonce, language=by.language)


def ask_verification(*, by: User) -> None:
    """Mail a link by which somebody shows that mail to their address reaches them."""
    nonce = tokens.nonce()
    mailed_links.offer(LinkPurpose.VERIFY_ADDRESS, by, nonce=nonce)
    send(MessageKind.VERIFY_ADDRESS, by, nonce=nonce)


def confirm_address(secret: str) -> User:
    """Use a link that verifies an address or makes a new one the account's; the old one is told.

    Raises NotFoundError and GoneError as `sign_in_by_link`, ConflictError where the new address
    has an account of its own by now.
    """
    link = mailed_links.use(secret, LinkPurpose.VERIFY_ADDRESS, LinkPurpose.CHANGE_ADDRESS)
    user = link.user
    if user is None:
        raise GoneError("the account is gone")
    if link.purpose is LinkPurpose.VERIFY_ADDRESS and user.email != link.email:
        raise GoneError("this link went to an address that the account has left")
    if user.email != link.email:
        _move(user, link.email)
    user.verified_at = clock.now()
    return user


def _by_link(secret: str, *, held: bool = False) -> tuple[MailedLink, User]:
    """The open link for choosing a password, and whom it is for."""
    link = mailed_links.look(secret, LinkPurpose.RESET_PASSWORD, held=held)
    if link.user is None or link.user.email != link.email:
        raise GoneError("this link went to an address that the account has left")
    return link, link.user


def _made(address: str) -> User:
    """A new account; where somebody made it in this very moment, that one."""
    user = User(email=address)
    try:
        with session().begin_nested():
            session().add(user)
    except IntegrityError:
        return session().scalars(select(User).where(User.email == address)).one()
    return user


def _failed() -> InvalidInputError:
    return InvalidInputError(
        {"password": Refusal("sign_in_failed", "address and password do not go together")}
    )


def _move(user: User, address: str) -> None:
    if known(address) is not None:
        raise ConflictError("this address has an account of its own")
    for told in (user.email, address):
        message = send(MessageKind.ADDRESS_CHANGED, user, new_address=address)
        message.address = told
    user.email = address


def _mail_link(
    address: str, user: User | None, purpose: LinkPurpose, kind: MessageKind, language: str
) -> None:
    nonce = tokens.nonce()
    mailed_links.offer(purpose, user, email=address, nonce=nonce)
    send(kind, user or address, nonce=nonce, language=language)
