"""Questions about sponsors, and about those who let them have their name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import Event, Rsvp, RsvpStatus, SharingConsent, Sponsor, Sponsorship, User
from usergroups.queries.rows import rows

_GIVES = Sponsorship.metadata.tables["sponsorship"].c
_WHO = Sponsor.metadata.tables["sponsor"]
_EVENT = Event.metadata.tables["event"]
_IS_NOW = or_(_GIVES.begins_on.is_(None), _GIVES.begins_on <= bindparam("on")) & or_(
    _GIVES.ends_on.is_(None), _GIVES.ends_on >= bindparam("on")
)
_ALL = _GIVES.event_id.is_(None) & _GIVES.group_id.is_(None)
# A meetup's own first, then its group's, then the federation's.
_NEAREST = (_GIVES.event_id.is_(None), _GIVES.group_id.is_(None), _GIVES.id)


@dataclass(frozen=True, slots=True)
class ShownSponsor:
    """A sponsor as pages show it."""

    sponsor_id: int
    name: str
    url: str
    logo_digest: str
    tier: str
    gives: str
    # Of the whole federation, not of this meetup or group alone.
    is_federation: bool


@dataclass(frozen=True, slots=True)
class Sharer:
    """Somebody who comes, and lets a sponsor have name and address."""

    name: str
    email: str
    given_at: datetime


_COLUMNS = (
    _WHO.c.id,
    _WHO.c.name,
    _WHO.c.url,
    _WHO.c.logo_digest,
    _GIVES.tier,
    _GIVES.gives,
    _GIVES.group_id.is_(None),
)


def _shown(*its: ColumnElement[bool]) -> Any:
    joined = _WHO.join(Sponsorship.metadata.tables["sponsorship"], _GIVES.sponsor_id == _WHO.c.id)
    return select(*_COLUMNS).select_from(joined).where(*its).order_by(*_NEAREST)


def of_meetup(event_id: Any) -> ColumnElement[bool]:
    """What is given to a meetup, to its group as a whole, or to the federation, as a condition."""
    group_id = select(_EVENT.c.group_id).where(_EVENT.c.id == event_id).scalar_subquery()
    wide = _GIVES.event_id.is_(None) & or_(_GIVES.group_id.is_(None), _GIVES.group_id == group_id)
    return or_(_GIVES.event_id == event_id, wide)


def of_group(group_id: Any) -> ColumnElement[bool]:
    """What is given to a group as a whole, or to the federation, as a condition."""
    return _GIVES.event_id.is_(None) & or_(_GIVES.group_id.is_(None), _GIVES.group_id == group_id)


_OF_EVENT = _shown(of_meetup(bindparam("event_id")), _IS_NOW)
_OF_GROUP = _shown(of_group(bindparam("group_id")), _IS_NOW)


def shown_at(event_id: int, on: date) -> list[ShownSponsor]:
    """Who supports a meetup on its day: itself, its group, the federation. One query."""
    return _listed(_OF_EVENT, event_id=event_id, on=on)


def shown_by(group_id: int) -> list[ShownSponsor]:
    """Who supports a group today, or the whole federation; one query."""
    return _listed(_OF_GROUP, group_id=group_id, on=clock.today())


def _listed(query: Any, **values: Any) -> list[ShownSponsor]:
    return [ShownSponsor(*row) for row in rows(query, **values)]


def at(group_id: int | None, event_id: int | None) -> Sequence[Sponsorship]:
    """What is given to exactly this meetup, this group, or (without either) the federation."""
    query = (
        select(Sponsorship)
        .where(Sponsorship.event_id == event_id, Sponsorship.group_id == group_id)
        .options(joinedload(Sponsorship.sponsor))
        .order_by(Sponsorship.id)
    )
    return session().scalars(query).all()


def known(sponsorship_id: int) -> Sponsorship:
    """What somebody gives, and who. Raises NotFoundError. One query."""
    found = session().get(Sponsorship, sponsorship_id, options=[joinedload(Sponsorship.sponsor)])
    if found is None:
        raise NotFoundError("nobody gives that")
    return found


def let(event_id: int, user_id: int) -> Sequence[SharingConsent]:
    """What somebody said about sharing at a meetup, the latest first; one query."""
    query = (
        select(SharingConsent)
        .where(SharingConsent.event_id == event_id, SharingConsent.user_id == user_id)
        .order_by(SharingConsent.id.desc())
    )
    return session().scalars(query).all()


def sharing(event_id: int) -> dict[int, int]:
    """How many of those who come let each sponsor have their name; one query."""
    query = (
        select(SharingConsent.sponsor_id, func.count())
        .where(*_sharing(event_id))
        .group_by(SharingConsent.sponsor_id)
    )
    return {row[0]: row[1] for row in session().execute(query)}


def sharers(event_id: int, sponsor_id: int) -> list[Sharer]:
    """Those who come and let a sponsor have their name, by name; one query."""
    query = (
        select(User.name, User.email, SharingConsent.given_at)
        .join(User, User.id == SharingConsent.user_id)
        .where(*_sharing(event_id), SharingConsent.sponsor_id == sponsor_id)
        .order_by(User.name, User.id)
    )
    return [Sharer(*row) for row in session().execute(query)]


def _sharing(event_id: int) -> tuple[ColumnElement[bool], ...]:
    comes = select(Rsvp.user_id).where(Rsvp.event_id == event_id, Rsvp.status == RsvpStatus.GOING)
    return (
        SharingConsent.event_id == event_id,
        SharingConsent.withdrawn_at.is_(None),
        SharingConsent.user_id.in_(comes),
    )
