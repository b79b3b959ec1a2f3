"""Questions of organizers about those who answered their meetup."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import joinedload

from usergroups.db import session
from usergroups.inputs.attendee import AttendeeSearch
from usergroups.models import Attendance, Rsvp, RsvpStatus, User
from usergroups.queries.paging import SIZE, Page, start
from usergroups.text import fold


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who answered, as organizers see them: by name, never by address."""

    id: int
    name: str
    status: RsvpStatus
    attendance: Attendance
    guests: int
    arrival: int
    offered_until: datetime | None
    created_at: datetime
    checked_in_at: datetime | None
    # Which in the line they are, the first being 1; None for whoever is not in it.
    place: int | None


_RANKS = {status: rank for rank, status in enumerate(RsvpStatus)}
# Those who come before those who may, wait, and do not; within each by arrival.
_ORDER = (case(_RANKS, value=Rsvp.status), Rsvp.arrival)
_COLUMNS = (
    Rsvp.id,
    User.name,
    Rsvp.status,
    Rsvp.attendance,
    Rsvp.guests,
    Rsvp.arrival,
    Rsvp.offered_until,
    Rsvp.created_at,
    Rsvp.checked_in_at,
)


def one(event_id: int, rsvp_id: int) -> Rsvp | None:
    """An answer to this meetup, as it is now, its account loaded; one query."""
    query = (
        select(Rsvp)
        .where(Rsvp.id == rsvp_id, Rsvp.event_id == event_id)
        .options(joinedload(Rsvp.user))
    )
    return session().scalar(query.execution_options(populate_existing=True))


def counts(event_id: int) -> dict[RsvpStatus, int]:
    """How many people, guests apart, answered what; one query."""
    query = select(Rsvp.status, func.count()).where(Rsvp.event_id == event_id).group_by(Rsvp.status)
    return {row[0]: row[1] for row in session().execute(query)}


def search(event_id: int, wanted: AttendeeSearch) -> Page[Attendee]:
    """One page of them: those who come, those in line, those who do not; two queries.

    Words may stand anywhere in a name, however they are accented. An address has to be the whole
    one: whoever looks for it knows it.
    """
    conditions: list[ColumnElement[bool]] = [Rsvp.event_id == event_id]
    if wanted.status is not None:
        conditions.append(Rsvp.status == wanted.status)
    if wanted.q:
        return _found(event_id, wanted, conditions)
    total = session().scalar(select(func.count(Rsvp.id)).where(*conditions)) or 0
    query = _of(event_id, *conditions).limit(SIZE).offset(start(wanted.page))
    return Page(_listed(session().execute(query)), wanted.page, total)


def everybody(event_id: int) -> list[Attendee]:
    """All who answered, in the same order; one query."""
    return _listed(session().execute(_of(event_id, Rsvp.event_id == event_id)))


def _found(
    event_id: int, wanted: AttendeeSearch, conditions: list[ColumnElement[bool]]
) -> Page[Attendee]:
    query = (
        select(Rsvp.id, User.name, User.email)
        .join(User, User.id == Rsvp.user_id)
        .where(*conditions)
        .order_by(*_ORDER)
    )
    words, address = fold(wanted.q).split(), wanted.q.lower()
    ids = [
        row.id
        for row in session().execute(query)
        if row.email == address or all(word in fold(row.name) for word in words)
    ]
    shown = ids[start(wanted.page) :][:SIZE]
    rows = _listed(session().execute(_of(event_id, Rsvp.id.in_(shown))))
    return Page(rows, wanted.page, len(ids))


def _of(event_id: int, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    place = func.row_number().over(partition_by=Rsvp.attendance, order_by=Rsvp.arrival)
    line = (
        select(Rsvp.id, place.label("place"))
        .where(Rsvp.event_id == event_id, Rsvp.status == RsvpStatus.WAITLISTED)
        .subquery()
    )
    return (
        select(*_COLUMNS, line.c.place)
        .join(User, User.id == Rsvp.user_id)
        .outerjoin(line, line.c.id == Rsvp.id)
        .where(*conditions)
        .order_by(*_ORDER)
    )


def _listed(rows: Iterable[Any]) -> list[Attendee]:
    return [Attendee(*row) for row in rows]
