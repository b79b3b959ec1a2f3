"""Questions about groups."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from usergroups.db import session
from usergroups.models import Group


def by_slug(slug: str) -> Group | None:
    """The group with this slug, by itself; None where there is none."""
    return session().scalar(select(Group).where(Group.slug == slug))


def every_group() -> Iterable[Group]:
    """All groups by slug, their links loaded, a thousand at a time."""
    query = select(Group).options(selectinload(Group.links)).order_by(Group.slug)
    return session().scalars(query.execution_options(yield_per=1_000))
