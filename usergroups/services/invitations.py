"""Asking people, by mail, to organize a group or to lead it. Nobody becomes either unasked."""

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
from usergroups.models import Answer, Group, Invitation, MessageKind, Role, User
from usergroups.permissions import may_lead
from usergroups.queries import standings, team
from usergroups.queue import send
from usergroups.services import accounts, audit, memberships

LASTS = timedelta(days=14)
# Invitations are mails to strangers: a group is no place to send many from (GetTogether#215).
MOST_OPEN, MOST_A_DAY = 10, 10
PURPOSE = "invitation"


def invite(group: Group, address: str, *, by: User | None) -> Invitation:
    """Ask the owner of an address to organize a group.

    Raises NotAllowedError, and InvalidInputError for somebody who does already or was asked, and
    where too many were asked.
    """
    _may_appoint(group, by)
    memberships.hold(group)
    if any(one.user.email == address for one in team.organizers(group.id)):
        raise _refused("organizes_already", "this person organizes the group already")
    asked = [one for one in team.open_invitations(group.id) if one.role is Role.ORGANIZER]
    if any(one.email == address for one in asked):
        raise _refused("invited_already", "this address was invited already")
    if len(asked) >= MOST_OPEN or team.asked_since_yesterday(group.id) >= MOST_A_DAY:
        raise _refused("invited_many", "many were invited: wait for their answers first")
    return _ask(group, address, Role.ORGANIZER, by)


def offer_lead(group: Group, membership_id: int, *, by: User | None) -> Invitation:
    """Offer the lead to an organizer; a later offer takes the place of an earlier one.

    Raises NotAllowedError, NotFoundError, and ConflictError for somebody who does not organize.
    """
    _may_appoint(group, by)
    memberships.hold(group)
    chosen = team.membership(group.id, membership_id)
    if chosen.role is not Role.ORGANIZER:
        raise ConflictError("the lead can be handed to an organizer only")
    memberships.withdraw_handovers(group)
    for earlier in team.open_invitations(group.id):
        if earlier.email == chosen.user.email:
            _answer(earlier, Answer.WITHDRAWN)
    session().flush()
    return _ask(group, chosen.user.email, Role.LEAD, by)


def look(secret: str) -> Invitation:
    """The open invitation of a mailed secret, its group and inviter loaded.

    Raises NotFoundError for a secret nobody was given, GoneError for one answered or too old.
    """
    found = _find(secret)
    if found.answer is not Answer.OPEN or found.expires_at <= clock.now():
        raise GoneError("this invitation was answered, withdrawn, or is too old")
    return found


def accept(secret: str, *, language: str = "en") -> User:
    """Say yes. Whoever has the mail owns the address: it gets an account if it had none.

    Raises what `look` raises.
    """
    group = memberships.hold(_find(secret).group)
    invitation = look(secret)  # as it stands now that the group is ours
    user = accounts.create(invitation.email)
    if user.verified_at is None:
        user.language = language
    user.verified_at = clock.now()
    _answer(invitation, Answer.ACCEPTED)
    session().flush()
    if invitation.role is Role.LEAD:
        memberships.change_lead(user, group, by=user)
    elif not any(one.user_id == user.id for one in team.organizers(group.id)):
        memberships.appoint(user, group, Role.ORGANIZER, by=user)
    _tell(invitation, user)
    return user


def decline(secret: str) -> Invitation:
    """Say no. Raises what `look` raises."""
    memberships.hold(_find(secret).group)
    invitation = look(secret)
    _answer(invitation, Answer.DECLINED)
    audit.record("invitation.declined", invitation, by=None)
    _tell(invitation, None)
    return invitation


def withdraw(group: Group, invitation_id: int, *, by: User | None) -> None:
    """Take an invitation back. Raises NotAllowedError, NotFoundError, ConflictError if answered."""
    _may_appoint(group, by)
    memberships.hold(group)
    found = session().scalar(
        select(Invitation).where(Invitation.id == invitation_id, Invitation.group_id == group.id)
    )
    if found is None:
        raise NotFoundError("there is no such invitation")
    if found.answer is not Answer.OPEN:
        raise ConflictError("it was answered in the meantime")
    _answer(found, Answer.WITHDRAWN)
    audit.record("invitation.withdrawn", found, by=by)


def renew(secret: str) -> Invitation:
    """Mail an invitation again that became too old unanswered, to the same address.

    Raises NotFoundError, and GoneError for one that was answered or withdrawn.
    """
    found = _find(secret)
    memberships.hold(found.group)
    if found.answer is not Answer.OPEN:
        raise GoneError("this invitation was answered or withdrawn")
    if found.expires_at > clock.now():
        raise ConflictError("this invitation still works")
    _answer(found, Answer.WITHDRAWN)
    session().flush()
    return _ask(found.group, found.email, found.role, found.invited_by)


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
    is_lead = role is Role.LEAD
    send(
        MessageKind.HANDOVER_OFFERED if is_lead else MessageKind.ORGANIZER_INVITED,
        accounts.known(address) or address,
        nonce=nonce,
        group=group.name,
        city=group.city,
        by=by.name if by else "",
        until=invitation.expires_at.isoformat(),
    )
    audit.record("invitation.sent", invitation, by=by, group_id=group.id, role=role.value)
    return invitation


def _find(secret: str) -> Invitation:
    found = session().scalar(
        select(Invitation)
        .where(Invitation.secret_hash == tokens.hashed(secret))
        .options(joinedload(Invitation.group), joinedload(Invitation.invited_by))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError("there is no such invitation")
    return found


def _answer(invitation: Invitation, answer: Answer) -> None:
    invitation.answer, invitation.answered_at = answer, clock.now()


def _tell(invitation: Invitation, user: User | None) -> None:
    """Whoever asked learns of the answer."""
    if invitation.invited_by is not None:
        send(
            MessageKind.INVITATION_ANSWERED,
            invitation.invited_by,
            group=invitation.group.name,
            slug=invitation.group.slug,
            who=(user.name if user else "") or invitation.email,
            accepted=invitation.answer is Answer.ACCEPTED,
            is_lead=invitation.role is Role.LEAD,
        )


def _may_appoint(group: Group, by: User | None) -> None:
    if not may_lead(standings.of(by), group):
        raise NotAllowedError("only the group's lead may do that")


def _refused(code: str, sentence: str) -> InvalidInputError:
    return InvalidInputError({"email": Refusal(code, sentence)})
