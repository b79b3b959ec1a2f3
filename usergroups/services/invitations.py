"""Asking people, by mail, to organize a group or to lead it. Nobody becomes either unasked."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from usergroups import clock, tokens
from usergroups.db import session
from usergroups.errors import (
    ConflictError,
    GoneError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    Refusal,
)
from usergroups.models import Answer, Group, GroupStatus, Invitation, MessageKind, Role, User
from usergroups.permissions import may_lead
from usergroups.queries import standings, team
from usergroups.queue import send
from usergroups.services import accounts, audit, leads, memberships

LASTS = timedelta(days=14)
# Invitations are mails to strangers: a group is no place to send many from (GetTogether#215).
MOST_OPEN, MOST_A_DAY = 10, 10
PURPOSE = "invitation"


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who said yes to what, and whether the account was made by it."""

    user: User
    group: Group
    role: Role
    is_new: bool


def invite(group: Group, address: str, *, by: User | None) -> Invitation:
    """Ask the owner of an address to organize a group.

    Raises NotAllowedError, ConflictError for a group that has ended, and InvalidInputError for
    somebody who organizes it or was asked already, and where too many were asked.
    """
    group = memberships.hold(group)
    _may_appoint(group, by)
    if group.status is GroupStatus.ARCHIVED:
        raise ConflictError("this group has ended")
    if any(one.user.email == address for one in team.organizers(group.id)):
        raise _refused("organizes_already", "this person organizes the group already")
    _end_old(group)
    asked = team.open_invitations(group.id)
    if any(one.email == address for one in asked):
        raise _refused("invited_already", "this address was invited already")
    if len(asked) >= MOST_OPEN or team.asked_since_yesterday(group.id) >= MOST_A_DAY:
        raise _refused("invited_many", "many were invited: wait for their answers first")
    return _ask(group, address, Role.ORGANIZER, by)


def offer_lead(group: Group, membership_id: int, *, by: User | None) -> Invitation:
    """Offer the lead to an organizer; a later offer takes the place of an earlier one.

    In a vacant group any organizer proposes another after the stewards' week, one at a time.
    Raises NotAllowedError, NotFoundError, and ConflictError for somebody who does not organize,
    who is asked already, or while the week lasts.
    """
    group = memberships.hold(group)
    is_proposal = not may_lead(standings.of(by), group) and by is not None
    if is_proposal and by is not None:
        leads.refuse_early(group, by)
    chosen = team.membership(group.id, membership_id)
    if chosen.role is not Role.ORGANIZER or (by is not None and chosen.user_id == by.id):
        raise ConflictError("the lead can be offered to another organizer only")
    _end_old(group)
    earlier = [one for one in team.open_invitations(group.id) if one.role is Role.LEAD]
    if earlier and (is_proposal or earlier[0].email == chosen.user.email):
        raise ConflictError("the lead was offered already: wait for the answer")
    memberships.withdraw_offers(group)
    memberships.withdraw_offers(group, to=chosen.user.email)
    return _ask(group, chosen.user.email, Role.LEAD, by)


def look(secret: str) -> Invitation:
    """The open invitation of a mailed secret, its group and inviter loaded.

    Raises NotFoundError for a secret nobody was given, GoneError for one answered or too old.
    """
    found = find(secret)
    if found.answer is not Answer.OPEN or found.expires_at <= clock.now():
        raise GoneError("this invitation was answered, withdrawn, or is too old")
    return found


def accept(secret: str, *, by: User | None, name: str = "", language: str = "en") -> Accepted:
    """Say yes to organizing, as the account that is signed in, else as the address's own.

    The link proves the address, which gets an account if it has none. The lead is accepted by
    whoever it was offered to, as long as they organize. Raises what `look` raises.
    """
    group = memberships.hold(find(secret).group)
    invitation = look(secret)  # as it stands now that the group is ours
    known = accounts.known(invitation.email)
    if invitation.role is Role.LEAD:
        user = _still_organizing(known, group)
    else:
        user = by or known or accounts.create(invitation.email)
    if known is None and by is None:
        user.language = language
    user = session().get_one(User, user.id)
    user.name = user.name or name
    if user.email == invitation.email:
        user.verified_at = clock.now()
    _answer(invitation, Answer.ACCEPTED)
    audit.record("invitation.accepted", invitation, by=user, role=invitation.role.value)
    if invitation.role is Role.LEAD:
        leads.change_lead(user, group, by=user)
    elif not any(one.user_id == user.id for one in team.organizers(group.id)):
        memberships.appoint(user, group, Role.ORGANIZER, by=user)
    _tell(invitation, user.name or user.email)
    return Accepted(user, group, invitation.role, is_new=known is None and by is None)


def decline(secret: str) -> Invitation:
    """Say no; no account is needed for that. Raises what `look` raises."""
    memberships.hold(find(secret).group)
    invitation = look(secret)
    _answer(invitation, Answer.DECLINED)
    audit.record("invitation.declined", invitation, by=accounts.known(invitation.email))
    _tell(invitation, invitation.email)
    return invitation


def withdraw(group: Group, invitation_id: int, *, by: User | None) -> None:
    """Take an invitation back: by whoever may send it, or has sent it.

    Raises NotAllowedError, NotFoundError, ConflictError if it was answered.
    """
    group = memberships.hold(group)
    found = session().scalar(
        select(Invitation)
        .where(Invitation.id == invitation_id, Invitation.group_id == group.id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError("there is no such invitation")
    if by is None or found.invited_by_id != by.id:
        _may_appoint(group, by)
    if found.answer is not Answer.OPEN:
        raise ConflictError("it was answered or withdrawn in the meantime")
    _answer(found, Answer.WITHDRAWN)
    audit.record("invitation.withdrawn", found, by=by, role=found.role.value)


def renew(secret: str) -> Invitation:
    """Mail an invitation again that became too old unanswered, to the same address.

    Raises NotFoundError, ConflictError for one that still works, and GoneError for one that was
    answered or withdrawn, or whose sender may not invite any more.
    """
    group = memberships.hold(find(secret).group)
    found = find(secret)
    if not may_renew(found):
        raise GoneError("this invitation was answered or withdrawn")
    if found.expires_at > clock.now():
        raise ConflictError("this invitation still works")
    if found.role is Role.LEAD:
        _still_organizing(accounts.known(found.email), group)
    _answer(found, Answer.WITHDRAWN)
    session().flush()
    return _ask(group, found.email, found.role, found.invited_by)


def may_renew(invitation: Invitation) -> bool:
    """Whether it can be mailed again: nobody answered it, and its sender may still invite."""
    sender = invitation.invited_by
    if invitation.answer is not Answer.OPEN or sender is None:
        return False
    return may_lead(standings.of(sender), invitation.group)


def _ask(group: Group, address: str, role: Role, by: User | None) -> Invitation:
    nonce = tokens.nonce()
    invitation = Invitation(
        group_id=group.id,
        role=role,
        email=address,
        invited_by_id=by.id if by else None,
        secret_hash=tokens.hashed(tokens.secret(PURPOSE, nonce)),
        expires_at=clock.now() + LASTS,
    )
    session().add(invitation)
    session().flush()  # the audit entry needs the id
    audit.record("invitation.sent", invitation, by=by, role=role.value)
    to = accounts.known(address) or address
    kind = MessageKind.HANDOVER_OFFERED if role is Role.LEAD else MessageKind.ORGANIZER_INVITED
    send(
        kind,
        to,
        nonce=nonce,
        language=by.language if by else "en",
        group=group.name,
        city=group.city,
        by=(by.name or by.email) if by else "",
        until=invitation.expires_at.isoformat(),
    )
    return invitation


def find(secret: str) -> Invitation:
    """The invitation of a mailed secret, however it stands, its group and inviter loaded.

    Raises NotFoundError for a secret nobody was given.
    """
    found = session().scalar(
        select(Invitation)
        .where(Invitation.secret_hash == tokens.hashed(secret))
        .options(joinedload(Invitation.group), joinedload(Invitation.invited_by))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError("there is no such invitation")
    return found


def _still_organizing(user: User | None, group: Group) -> User:
    if user is not None:
        held = memberships.held(user.id, group.id)
        if held is not None and held.role is Role.ORGANIZER:
            return user
    raise GoneError("the lead was offered to somebody who organizes no longer")


def _end_old(group: Group) -> None:
    """What nobody answered in time stands in nobody's way."""
    for one in team.open_invitations(group.id):
        if one.expires_at <= clock.now():
            _answer(one, Answer.WITHDRAWN)
    session().flush()


def _answer(invitation: Invitation, answer: Answer) -> None:
    invitation.answer, invitation.answered_at = answer, clock.now()


def _tell(invitation: Invitation, who: str) -> None:
    """Whoever asked learns of the answer."""
    if invitation.invited_by is not None:
        send(
            MessageKind.INVITATION_ANSWERED,
            invitation.invited_by,
            group=invitation.group.name,
            slug=invitation.group.slug,
            who=who,
            has_accepted=invitation.answer is Answer.ACCEPTED,
            is_lead=invitation.role is Role.LEAD,
        )


def _may_appoint(group: Group, by: User | None) -> None:
    if not may_lead(standings.of(by), group):
        raise NotAllowedError("only the group's lead may do that")


def _refused(code: str, sentence: str) -> InvalidInputError:
    return InvalidInputError({"email": Refusal(code, sentence)})
