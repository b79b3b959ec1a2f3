"""Questions of organizers about those who answered their meetup."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import aliased, joinedload

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
    place: int | None = None


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
_BEFORE = aliased(Rsvp)
_PLACE = case(
    (
        Rsvp.status == RsvpStatus.WAITLISTED,
        select(func.count())
        .where(
            _BEFORE.event_id == Rsvp.event_id,
            _BEFORE.status == RsvpStatus.WAITLISTED,
            _BEFORE.attendance == Rsvp.attendance,
            _BEFORE.arrival <= Rsvp.arrival,
        )
        .scalar_subquery(),
    )
)


def one(event_id: int, rsvp_id: int) -> Rsvp | None:
    """An answer to this meetup, as it is now, its account loaded; one query."""
    query = (
        select(Rsvp)
        .where(Rsvp.id == rsvp_id, Rsvp.event_id == event_id)
        .options(joinedload(Rsvp.user))
    )
    return session().scalar(query.execution_options(populate_existing=True))


def search(
    event_id: int, wanted: AttendeeSearch, answers: Mapping[RsvpStatus, int]
) -> Page[Attendee]:
    """One page of them: those who come, those in line, those who do not; two queries.

    `answers` says how many answered what, which queries/rsvps.py counts anyway. Words may stand
    anywhere in a name, however they are accented. An address has to be the whole one: whoever
    looks for it knows it.
    """
    conditions: list[ColumnElement[bool]] = [Rsvp.event_id == event_id]
    if wanted.status is not None:
        conditions.append(Rsvp.status == wanted.status)
    if wanted.q:
        called = _called(wanted.q, conditions)
        return _page(called[start(wanted.page) :][:SIZE], wanted.page, len(called))
    query = select(Rsvp.id).where(*conditions).order_by(*_ORDER)
    ids = session().scalars(query.limit(SIZE).offset(start(wanted.page))).all()
    total = sum(answers.values()) if wanted.status is None else answers.get(wanted.status, 0)
    return _page(ids, wanted.page, total)


def everybody(event_id: int) -> list[Attendee]:
    """All who answered, in the same order; one query."""
    places: Counter[Attendance] = Counter()
    found = []
    for row in session().execute(_of(Rsvp.event_id == event_id)):
        one = Attendee(*row)
        if one.status is RsvpStatus.WAITLISTED:
            places[one.attendance] += 1
            one = replace(one, place=places[one.attendance])
        found.append(one)
    return found


def _called(sought: str, conditions: list[ColumnElement[bool]]) -> list[int]:
    """Ids of those who are called so, in their order."""
    query = (
        select(Rsvp.id, User.name, User.email)
        .join(User, User.id == Rsvp.user_id)
        .where(*conditions)
        .order_by(*_ORDER)
    )
    words, address = fold(sought).split(), sought.lower()
    return [
        row.id
        for row in session().execute(query)
        if row.email == address or all(word in fold(row.name) for word in words)
    ]


def _page(ids: Sequence[int], number: int, total: int) -> Page[Attendee]:
    """These few, with their places in the line, which cost too much to be asked for all."""
    query = _of(Rsvp.id.in_(ids)).add_columns(_PLACE)
    return Page([Attendee(*row) for row in session().execute(query)], number, total)


def _of(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    query = select(*_COLUMNS).join(User, User.id == Rsvp.user_id)
    return query.where(*conditions).order_by(*_ORDER)
