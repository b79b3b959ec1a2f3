"""Questions of those who plan meetups: drafts are theirs to see, and what others do not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import (
    ASIDE,
    PUBLISHED,
    Event,
    EventStatus,
    Group,
    Origin,
    Precision,
    Registration,
)
from usergroups.queries.co_hosts import held_with
from usergroups.queries.paging import SIZE, Page, start


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """A meetup as its organizers' list shows it."""

    public_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    all_day: bool
    precision: Precision
    status: EventStatus
    origin: Origin
    registration: Registration
    group_id: int


_COLUMNS = (
    Event.public_id,
    Event.title,
    Event.starts_at,
    Event.ends_at,
    Event.timezone,
    Event.all_day,
    Event.precision,
    Event.status,
    Event.origin,
    Event.registration,
    Event.group_id,
)


def at_desk(slug: str, public_id: str) -> Event:
    """A meetup at the desk of a group that holds it, its group loaded; one query.

    Raises NotFoundError for a meetup that this group holds neither alone nor with another.
    """
    of_group = select(Group.id).where(Group.slug == slug).scalar_subquery()
    return _one(public_id, or_(Event.group_id == of_group, Event.id.in_(held_with(of_group))))


def with_topics(event: Event) -> Event:
    """The same meetup, its topics loaded; one query."""
    query = (
        select(Event)
        .where(Event.id == event.id)
        .options(joinedload(Event.group), selectinload(Event.topics))
    )
    return session().scalars(query.execution_options(populate_existing=True)).one()


def any_of(public_id: str) -> Event:
    """A meetup by its public id, its group loaded. Raises NotFoundError.

    One that stands aside is not there: whoever asks for it is led to the one that remains.
    """
    return _one(public_id)


def _one(public_id: str, *conditions: ColumnElement[bool]) -> Event:
    its = (Event.public_id == public_id, Event.status.not_in(ASIDE))
    query = select(Event).where(*its, *conditions)
    found = session().scalar(query.options(joinedload(Event.group)))
    if found is None:
        raise NotFoundError("there is no such meetup")
    return found


def drafts(group_id: int) -> list[PlannedEvent]:
    """What nobody else sees yet, the soonest first; one query."""
    query = _listed(group_id, Event.status == EventStatus.DRAFT)
    return [PlannedEvent(*row) for row in session().execute(query)]


def coming(group_id: int, page: int) -> Page[PlannedEvent]:
    """What is announced and not over, the soonest first; two queries."""
    conditions = (Event.status.in_(PUBLISHED), Event.ends_at > clock.now())
    return _page(group_id, page, *conditions, latest_first=False)


def past(group_id: int, page: int) -> Page[PlannedEvent]:
    """What was, the latest first; two queries."""
    conditions = (Event.status.in_(PUBLISHED), Event.ends_at <= clock.now())
    return _page(group_id, page, *conditions, latest_first=True)


def _page(
    group_id: int, page: int, *conditions: ColumnElement[bool], latest_first: bool
) -> Page[PlannedEvent]:
    query = _listed(group_id, *conditions, latest_first=latest_first)
    total = session().scalar(select(func.count()).select_from(query.subquery())) or 0
    found = session().execute(query.limit(SIZE).offset(start(page)))
    return Page([PlannedEvent(*row) for row in found], page, total)


def _listed(
    group_id: int, *conditions: ColumnElement[bool], latest_first: bool = False
) -> Select[*tuple[Any, ...]]:
    its = or_(Event.group_id == group_id, Event.id.in_(held_with(group_id)))
    order = (
        (Event.starts_at.desc(), Event.id.desc()) if latest_first else (Event.starts_at, Event.id)
    )
    return select(*_COLUMNS).where(its, *conditions).order_by(*order)
