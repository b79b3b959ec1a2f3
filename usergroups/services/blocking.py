"""Who may not apply for now: blocked addresses and domains, and the time after a decline."""

from sqlalchemy.exc import IntegrityError

from usergroups.db import session
from usergroups.errors import InvalidInputError, NotAllowedError, Refusal
from usergroups.inputs.review import BlockInput
from usergroups.models import Application, BlockedAddress, Federation, User
from usergroups.permissions import may_steer
from usergroups.queries import blocking as queries
from usergroups.queries import standings
from usergroups.services import audit


def block(given: BlockInput, *, by: User | None) -> BlockedAddress:
    """Refuse applications of an address or a domain from now on.

    Raises InvalidInputError where that is so already, NotAllowedError for all but stewards.
    """
    _steering(by)
    blocked = BlockedAddress(
        pattern=given.pattern, reason=given.reason, blocked_by_id=by.id if by else None
    )
    try:
        with session().begin_nested():
            session().add(blocked)
    except IntegrityError:
        raise InvalidInputError(
            {"pattern": Refusal("blocked_already", f"{given.pattern} is blocked already")}
        ) from None
    audit.record("address.blocked", blocked, by=by)
    return blocked


def admit(application: Application) -> None:
    """See that its people may apply now. Raises InvalidInputError, which says why not.

    For whoever hands an application in; it does not say which of several addresses is blocked.
    """
    emails = [one.email for one in application.co_organizers]
    if application.applicant is not None:
        emails.append(application.applicant.email)
    if queries.blocked_among(emails):
        raise InvalidInputError(
            {"input": Refusal("blocked", "somebody named here may not apply: ask the stewards")}
        )
    until = queries.waits_until(application)
    if until is not None:
        day = until.date().isoformat()
        raise InvalidInputError(
            {
                "input": Refusal(
                    "cooling_off",
                    f"this place was declined: apply for it again from {day}",
                    {"day": day},
                )
            }
        )


def unblock(blocked_id: int, *, by: User | None) -> None:
    """Let an address apply again; once is enough. Raises NotAllowedError for all but stewards."""
    _steering(by)
    blocked = session().get(BlockedAddress, blocked_id, with_for_update=True)
    if blocked is not None:
        audit.record("address.unblocked", blocked, by=by)
        session().delete(blocked)
        session().flush()  # who asks next does not find it


def change_cooling_off(days: int, *, by: User | None) -> None:
    """Set how long somebody waits after a decline. Raises NotAllowedError for all but stewards."""
    _steering(by)
    federation = session().get_one(Federation, 1)
    if federation.cooling_off_days != days:
        audit.record(
            "federation.cooling_off_changed",
            federation,
            by=by,
            before=federation.cooling_off_days,
            days=days,
        )
        federation.cooling_off_days = days


def _steering(by: User | None) -> None:
    if not may_steer(standings.of(by)):
        raise NotAllowedError("only stewards decide who may not apply")
