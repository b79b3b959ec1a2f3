"""Deleting an account: what is somebody's alone goes, what others need loses the person."""

from sqlalchemy import delete, select, update

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, Refusal
from usergroups.models import (
    OPEN,
    Application,
    ApplicationStatus,
    CoOrganizer,
    Group,
    Invitation,
    MailedLink,
    Membership,
    MessageKind,
    Role,
    RsvpCode,
    User,
    Waiting,
)
from usergroups.queries import rsvps as answers
from usergroups.queue import send
from usergroups.services import audit, memberships, passwords, rsvps, sign_ins, stewards


def led_by(user: User) -> list[Group]:
    """The groups that become vacant when this account goes, by name; one query."""
    query = (
        select(Group)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.user_id == user.id, Membership.role == Role.LEAD)
        .order_by(Group.name)
    )
    return list(session().scalars(query))


def delete_account(address: str, password: str, *, by: User, sign_in_id: int) -> None:
    """Delete one's own account. The groups one leads become vacant, and their people are told.

    To be sure, one types one's address, and the password; without one, this sign-in must be fresh.
    Raises InvalidInputError where that is not so, ConflictError for the last steward of the
    federation, or where the account answers a meetup in the same moment.
    """
    _make_sure(session().get_one(User, by.id), address, password, sign_in_id)
    rsvps.leave_all(by)  # first: whoever answers a meetup holds it, and then the account
    if by.is_steward:
        stewards.refuse_last(by.id)
    user = session().get_one(User, by.id, with_for_update=True, populate_existing=True)
    if answers.held_by(user.id):
        raise ConflictError("you answered a meetup in this moment: look at it, then try again")
    for group in led_by(user):
        memberships.vacate(group, cause="the lead's account was deleted", by=None)
    _leave_applications(user)
    for addressed in (CoOrganizer, Invitation, MailedLink, RsvpCode, Waiting):
        session().execute(delete(addressed).where(addressed.email == user.email))
    audit.record("user.deleted", user, by=None)
    send(MessageKind.ACCOUNT_DELETED, user.email, language=user.language)
    session().flush()
    # The rows that hang on it go, or lose the person, as their foreign keys say.
    session().execute(delete(User).where(User.id == user.id))


def _make_sure(user: User, address: str, password: str, sign_in_id: int) -> None:
    if address.strip().lower() != user.email:
        raise InvalidInputError(
            {"email": Refusal("not_this_address", "expected the address of the account")}
        )
    if user.password_hash and not passwords.matches(user.password_hash, password):
        raise InvalidInputError({"password": Refusal("password_wrong", "not the password")})
    if not user.password_hash and not sign_ins.is_fresh(sign_in_id, by=user):
        raise InvalidInputError({"input": Refusal("not_fresh", "expected a fresh sign-in")})


def _leave_applications(user: User) -> None:
    """What was never handed in goes; what is open is withdrawn."""
    mine = Application.applicant_id == user.id
    session().execute(
        delete(Application).where(mine, Application.status == ApplicationStatus.DRAFT)
    )
    session().execute(
        update(Application)
        .where(mine, Application.status.in_(OPEN))
        .values(
            status=ApplicationStatus.WITHDRAWN,
            version=Application.version + 1,
            decided_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )
