"""People who are named in an application and must say yes themselves, by a mailed link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from usergroups import clock, queue, tokens
from usergroups.db import session
from usergroups.errors import ConflictError, GoneError, InvalidInputError, NotFoundError, Refusal
from usergroups.inputs.application import MOST_CO_ORGANIZERS, PeopleInput, PersonInput
from usergroups.models import (
    Answer,
    Application,
    ApplicationStatus,
    CoOrganizer,
    MessageKind,
    User,
)
from usergroups.queries import applications as queries
from usergroups.queries import blocking, users
from usergroups.services import accounts
from usergroups.services.application_changes import guard, hold, touch
from usergroups.text import excerpt

PURPOSE = "co_organizer"
LASTS = timedelta(days=21)
# How soon somebody may be reminded.
REST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who said yes to what, and whether their account was made by it."""

    user: User
    application: Application
    is_new: bool


def name(application: Application, given: PeopleInput, *, by: User) -> None:
    """Say who applies, and who is to run the group, too; who is no longer named is left out.

    Once it was handed in they are asked at once. Raises InvalidInputError for one's own address,
    too many, or somebody who said no; ConflictError and NotAllowedError as any change.
    """
    addresses = given.addresses
    _refuse(application, addresses, by)
    hold(application, by=by)
    user = session().get_one(User, by.id)
    user.name, user.employer = given.name, given.employer
    if not _arrange(application, addresses):
        return
    touch(application, by=by, version=given.version)
    if application.status is ApplicationStatus.SUBMITTED:
        session().flush()  # those who are new have ids
        invite(application)


def invite(application: Application) -> None:
    """Mail a link to everybody who was named and not asked yet."""
    for one in application.co_organizers:
        if one.answer is Answer.OPEN and one.secret_hash is None:
            _mail(application, one)


def remind(application: Application, co_organizer_id: int, *, by: User) -> None:
    """Mail a new link to somebody who has not answered; the old one ends.

    Raises ConflictError for who has answered, or was asked within a day.
    """
    guard(application, by)
    one = next((one for one in application.co_organizers if one.id == co_organizer_id), None)
    if one is None:
        raise NotFoundError("nobody of that kind was named")
    if one.answer is not Answer.OPEN or not application.is_open:
        raise ConflictError("there is nothing to answer any more")
    if one.invited_at is not None and clock.now() - one.invited_at < REST:
        raise ConflictError("they were asked within the last day")
    _mail(application, one)


def renew(secret: str) -> None:
    """Mail a new link in the place of one that is too old, to the same address.

    Raises what `look` raises, except for links that are too old.
    """
    one, application = _found(secret)
    if not _is_waiting(one, application):
        raise GoneError("there is nothing to answer any more")
    if one.invited_at is None or clock.now() - one.invited_at >= REST:
        _mail(application, one)


def look(secret: str) -> tuple[CoOrganizer, Application]:
    """Who is asked by a mailed link, and about which application.

    Raises NotFoundError for a link nobody was sent, GoneError for one answered or too old.
    """
    one, application = _found(secret)
    _see_that_it_waits(one, application)
    return one, application


def is_only_old(secret: str) -> bool:
    """Whether a link would still work, were it not too old: then it can be renewed."""
    try:
        return _is_waiting(*_found(secret))
    except NotFoundError:
        return False


def accept(secret: str, given: PersonInput, *, by: User | None, language: str = "en") -> Accepted:
    """Say yes, as the account that is signed in, else as that of the address the link went to.

    An address without an account gets one by it: the link proves it. The same twice is one click
    that came twice. Raises what `look` raises; InvalidInputError for who takes part already or
    may not.
    """
    one, application = _held(secret)
    if one.answer is Answer.ACCEPTED and one.user is not None and _is_same(one, by):
        return Accepted(one.user, application, is_new=False)
    _see_that_it_waits(one, application)
    user, is_new = (by, False) if by is not None else _account(one, language)
    taking_part = {application.applicant_id, *application.accepted_ids}
    if user.id in taking_part:
        raise InvalidInputError({"input": Refusal("takes_part", "you take part in it already")})
    if blocking.blocked_among([user.email, one.email]):
        raise InvalidInputError(
            {"input": Refusal("blocked", "somebody named here may not apply: ask the stewards")}
        )
    user = session().get_one(User, user.id)
    user.name, user.employer = given.name, given.employer or user.employer
    one.user_id, one.user = user.id, user
    _answer(application, one, Answer.ACCEPTED)
    return Accepted(user, application, is_new)


def decline(secret: str) -> Application:
    """Say no, twice is once; no account is needed for that. Raises what `look` raises."""
    one, application = _held(secret)
    if one.answer is not Answer.DECLINED:
        _see_that_it_waits(one, application)
        _answer(application, one, Answer.DECLINED)
    return application


def _refuse(application: Application, addresses: Sequence[str], by: User) -> None:
    said_no = {one.email for one in application.co_organizers if one.answer is Answer.DECLINED}
    told: Refusal | None = None
    if len(addresses) > MOST_CO_ORGANIZERS:
        told = Refusal(
            "too_many_people", f"at most {MOST_CO_ORGANIZERS}", {"most": MOST_CO_ORGANIZERS}
        )
    elif by.email in addresses:
        told = Refusal("own_address", "you yourself need not be named")
    elif refused := [address for address in addresses if address in said_no]:
        told = Refusal("said_no", f"{refused[0]} has said no", {"address": refused[0]})
    if told is not None:
        raise InvalidInputError({"people": told})


def _arrange(application: Application, addresses: Sequence[str]) -> bool:
    """Have exactly these named, besides those who said no; answers whether that is a change."""
    known = {one.email: one for one in application.co_organizers}
    is_changed = False
    for address in addresses:
        if address not in known:
            application.co_organizers.append(CoOrganizer(email=address))
        elif known[address].answer is Answer.WITHDRAWN:
            known[address].answer, known[address].user_id = Answer.OPEN, None
        else:
            continue
        is_changed = True
    for address, one in known.items():
        if address in addresses or one.answer in {Answer.DECLINED, Answer.WITHDRAWN}:
            continue
        if one.invited_at is None:
            application.co_organizers.remove(one)
        else:
            one.answer, one.answered_at, one.secret_hash = Answer.WITHDRAWN, clock.now(), None
        is_changed = True
    return is_changed


def _mail(application: Application, one: CoOrganizer) -> None:
    nonce = tokens.nonce()
    one.secret_hash = tokens.hashed(tokens.secret(PURPOSE, nonce))
    one.invited_at = clock.now()
    one.expires_at = one.invited_at + LASTS
    applicant = application.applicant
    queue.send(
        MessageKind.CO_ORGANIZER_INVITED,
        users.by_email(one.email) or one.email,
        nonce=nonce,
        language=applicant.language if applicant else "en",
        applicant=(applicant.name or applicant.email) if applicant else "",
        group_name=application.group_name,
        city=application.city,
        why=excerpt(application.why, 300),
        until=one.expires_at.isoformat(),
    )


def _found(secret: str) -> tuple[CoOrganizer, Application]:
    one = queries.asked(secret)
    return one, queries.by_id(one.application_id)


def _held(secret: str) -> tuple[CoOrganizer, Application]:
    """The same, locked: who approves or withdraws it at once waits, or is first."""
    queries.locked(queries.asked(secret).application_id)
    return _found(secret)


def _see_that_it_waits(one: CoOrganizer, application: Application) -> None:
    if not _is_waiting(one, application) or _is_old(one):
        raise GoneError("this was answered, or the link is too old")


def _is_same(one: CoOrganizer, by: User | None) -> bool:
    """Whether it was they who answered."""
    return one.user_id == by.id if by else one.user is not None and one.user.email == one.email


def _is_waiting(one: CoOrganizer, application: Application) -> bool:
    return one.answer is Answer.OPEN and application.is_open


def _is_old(one: CoOrganizer) -> bool:
    expires_at: datetime | None = one.expires_at
    return expires_at is None or expires_at <= clock.now()


def _account(one: CoOrganizer, language: str) -> tuple[User, bool]:
    user = users.by_email(one.email)
    is_new = user is None
    if user is None:
        user = accounts.create(one.email)
        user.language = language
    user.verified_at = clock.now()
    return user, is_new


def _answer(application: Application, one: CoOrganizer, answer: Answer) -> None:
    one.answer, one.answered_at = answer, clock.now()
    session().flush()  # whoever reads the application next sees it
    if application.applicant is not None:
        queue.send(
            MessageKind.CO_ORGANIZER_ANSWERED,
            application.applicant,
            public_id=application.public_id,
            group_name=application.group_name,
            person=one.user.name if one.user and answer is Answer.ACCEPTED else one.email,
            has_accepted=answer is Answer.ACCEPTED,
        )
