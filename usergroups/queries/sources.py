"""Questions about the calendars that groups have elsewhere."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import Source, SourceState


def with_group(source_id: int) -> Source:
    """The source, its group loaded. Raises NotFoundError."""
    query = select(Source).where(Source.id == source_id).options(joinedload(Source.group))
    source = session().scalar(query)
    if source is None:
        raise NotFoundError(f"there is no source {source_id}")
    return source


def due() -> list[int]:
    """Ids of the sources that should be read now, the longest waiting first."""
    query = select(Source.id).where(Source.due_at <= clock.now()).order_by(Source.due_at, Source.id)
    return list(session().scalars(query))


def every() -> list[int]:
    """Ids of all sources."""
    return list(session().scalars(select(Source.id).order_by(Source.id)))


def of_group(group_id: int) -> list[int]:
    """Ids of a group's sources."""
    query = select(Source.id).where(Source.group_id == group_id).order_by(Source.id)
    return list(session().scalars(query))


def failing() -> int:
    """How many sources could not be read several times in a row."""
    query = select(func.count()).where(Source.state == SourceState.FAILING)
    return session().scalar(query) or 0
