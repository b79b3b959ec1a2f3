"""Questions about the calendars that groups have elsewhere."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, bindparam, case, exists, func, select
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import Event, Group, Source, SourceFile, SourceReport, SourceState

# A change to what is this near is news to somebody who is about to leave the house.
_SOON = timedelta(days=3)

_WITH_GROUP = (
    select(Source).where(Source.id == bindparam("source_id")).options(joinedload(Source.group))
)


def with_group(source_id: int) -> Source:
    """The source, its group loaded. Raises NotFoundError."""
    source = session().scalar(_WITH_GROUP, {"source_id": source_id})
    if source is None:
        raise NotFoundError(f"there is no source {source_id}")
    return source


def locations(ids: Sequence[int]) -> dict[int, str]:
    """Where each of these sources is; a thousand at a time."""
    parts = (ids[start : start + 1_000] for start in range(0, len(ids), 1_000))
    queries = (select(Source.id, Source.location).where(Source.id.in_(part)) for part in parts)
    return {id_: at for query in queries for id_, at in session().execute(query)}


def at_desk(slug: str, source_id: int) -> Source:
    """A source of this group, its group loaded. Raises NotFoundError."""
    source = with_group(source_id)
    if source.group.slug != slug:
        raise NotFoundError(f"there is no source {source_id}")
    return source


def content(source_id: int) -> bytes:
    """The bytes of a calendar that was handed over; none where they are not there."""
    found = session().scalar(select(SourceFile.content).where(SourceFile.source_id == source_id))
    return bytes(found or b"")


def due() -> list[int]:
    """Ids of the sources to be read now, the most urgent first.

    Those with a meetup in the next days come first, then whoever has waited longest.
    """
    now = clock.now()
    is_soon = exists().where(
        Event.source_id == Source.id, Event.starts_at > now, Event.starts_at < now + _SOON
    )
    query = (
        select(Source.id)
        .where(Source.due_at <= now, Source.paused_at.is_(None))
        .order_by(case((is_soon, 0), else_=1), Source.due_at, Source.id)
    )
    return list(session().scalars(query))


def every() -> list[int]:
    """Ids of all sources that are not paused."""
    query = select(Source.id).where(Source.paused_at.is_(None)).order_by(Source.due_at, Source.id)
    return list(session().scalars(query))


def of_group(group_id: int) -> list[int]:
    """Ids of a group's sources."""
    query = select(Source.id).where(Source.group_id == group_id).order_by(Source.id)
    return list(session().scalars(query))


def shown(group_id: int) -> Sequence[Source]:
    """A group's sources, the oldest first."""
    query = select(Source).where(Source.group_id == group_id).order_by(Source.id)
    return session().scalars(query).all()


def reports(source_id: int) -> Sequence[SourceReport]:
    """What the last fetches brought, the latest first."""
    query = select(SourceReport).where(SourceReport.source_id == source_id)
    return session().scalars(query.order_by(SourceReport.id.desc())).all()


def figures(source_id: int) -> tuple[int, int]:
    """How many meetups it has given that people see, and how many of them are to come."""
    from_it = select(
        func.count(), func.coalesce(func.sum(case((Event.starts_at > clock.now(), 1), else_=0)), 0)
    ).where(Event.source_id == source_id)
    total, coming = session().execute(from_it).one()
    return total, coming


def in_trouble(countries: frozenset[str] | None) -> Sequence[Source]:
    """The sources that fail or wait for a decision, with groups; the longest in trouble first."""
    return session().scalars(_in_trouble(countries)).all()


def failing() -> int:
    """How many sources could not be read several times in a row."""
    query = select(func.count()).where(Source.state == SourceState.FAILING)
    return session().scalar(query) or 0


def _in_trouble(countries: frozenset[str] | None) -> Select[Source]:
    query = (
        select(Source)
        .join(Source.group)
        .options(joinedload(Source.group))
        .where(Source.state.in_((SourceState.FAILING, SourceState.SHRUNK)))
        .order_by(Source.succeeded_at, Source.id)
    )
    return query if countries is None else query.where(Group.country.in_(countries))
