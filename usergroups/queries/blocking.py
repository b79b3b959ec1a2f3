"""Questions about who may not apply for now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from usergroups import clock
from usergroups.db import session
from usergroups.models import Application, ApplicationStatus, BlockedAddress, Federation, User
from usergroups.queries.rows import rows


@dataclass(frozen=True, slots=True)
class Blocked:
    """An address or domain that may not apply, why, since when, and by whom."""

    id: int
    pattern: str
    reason: str
    blocked_at: datetime
    by: str


def blocked() -> list[Blocked]:
    """Who may not apply, the latest first; one query."""
    query = (
        select(
            BlockedAddress.id,
            BlockedAddress.pattern,
            BlockedAddress.reason,
            BlockedAddress.blocked_at,
            func.coalesce(User.name, ""),
        )
        .outerjoin(User, User.id == BlockedAddress.blocked_by_id)
        .order_by(BlockedAddress.blocked_at.desc(), BlockedAddress.id.desc())
    )
    return [Blocked(*row) for row in rows(query)]


def cooling_off_days() -> int:
    """How long somebody waits after a decline; one query."""
    return session().scalar(select(Federation.cooling_off_days).where(Federation.id == 1)) or 0


def blocked_among(emails: Iterable[str]) -> set[str]:
    """Those of these addresses that are blocked, by themselves or by their domain; one query.

    A domain stands for those below it, too, and an address for itself with anything after a "+".
    """
    wanted = {email: set(_patterns(email)) for email in emails}
    every = set().union(*wanted.values())
    query = select(BlockedAddress.pattern).where(BlockedAddress.pattern.in_(every))
    found = set(session().scalars(query)) if every else set()
    return {email for email, patterns in wanted.items() if patterns & found}


def waits_until(application: Application) -> datetime | None:
    """Until when its applicant waits after a decline for the same place; None if not; two queries.

    The same place is the city, or for a takeover the group.
    """
    same_city = and_(
        Application.country == application.country, Application.city == application.city
    )
    same_group = Application.group_id == application.group_id
    latest = session().scalar(
        select(func.max(Application.decided_at)).where(
            Application.applicant_id == application.applicant_id,
            Application.status == ApplicationStatus.DECLINED,
            Application.is_takeover == application.is_takeover,
            same_group if application.is_takeover else same_city,
        )
    )
    if latest is None:
        return None
    until = latest + timedelta(days=cooling_off_days())
    return until if until > clock.now() else None


def _patterns(email: str) -> Iterator[str]:
    name, _, host = email.lower().partition("@")
    yield f"{name}@{host}"
    yield f"{name.partition('+')[0]}@{host}"
    labels = host.split(".")
    yield from (f"@{'.'.join(labels[n:])}" for n in range(len(labels) - 1))
