"""Questions about groups. Lists read columns, not objects: a page has many rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from usergroups.db import session
from usergroups.formats.viewport import GroupPlace
from usergroups.inputs.search import GroupSearch
from usergroups.models import LIVING, Group, GroupStatus
from usergroups.queries import events, nearby, topics
from usergroups.queries.events import ListedEvent, groups_about
from usergroups.queries.nearby import Point
from usergroups.queries.paging import SIZE, Page, start
from usergroups.text import fold

_LIKELY = 60  # of 100: below that, names have little in common


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A group as lists show it: what comes next, its topics, how far it is if that was asked."""

    id: int
    slug: str
    name: str
    summary: str
    city: str
    region: str
    country: str
    latitude: float
    longitude: float
    status: GroupStatus
    topics: Sequence[tuple[str, str]]
    next: ListedEvent | None
    km: float | None


_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Group.id,
    Group.slug,
    Group.name,
    Group.summary,
    Group.city,
    Group.region,
    Group.country,
    Group.latitude,
    Group.longitude,
    Group.status,
)
# Groups where one meets people come before those that rest.
_ORDER = (case((Group.status.in_(LIVING), 0), else_=1), Group.name, Group.id)


def by_slug(slug: str) -> Group | None:
    """The group with this slug, by itself; None where there is none."""
    return session().scalar(select(Group).where(Group.slug == slug))


def in_full(slug: str) -> Group | None:
    """The group with this slug, its topics and links loaded; three queries."""
    query = (
        select(Group)
        .where(Group.slug == slug)
        .options(selectinload(Group.topics), selectinload(Group.links))
    )
    return session().scalar(query)


def version_of(slug: str) -> int | None:
    """The counter of a group's changes; None where there is no such group. One query."""
    return session().scalar(select(Group.version).where(Group.slug == slug))


def every_group() -> Iterable[Group]:
    """All groups by slug, their links loaded, a thousand at a time."""
    query = select(Group).options(selectinload(Group.links)).order_by(Group.slug)
    return session().scalars(query.execution_options(yield_per=1_000))


def search(wanted: GroupSearch, near: Point | None) -> Page[ListedGroup]:
    """One page of the groups that are wanted, living ones first, or nearest first; four queries."""
    conditions = _conditions(wanted)
    if near is not None:
        return _search_near(wanted, near, conditions)
    total = session().scalar(select(func.count(Group.id)).where(*conditions)) or 0
    query = select(*_COLUMNS).where(*conditions).order_by(*_ORDER)
    rows = session().execute(query.offset(start(wanted.page)).limit(SIZE)).all()
    return Page(_listed(rows, None), wanted.page, total)


def _conditions(wanted: GroupSearch) -> list[ColumnElement[bool]]:
    conditions = [
        Group.status == wanted.status if wanted.status else Group.status != GroupStatus.ARCHIVED
    ]
    if wanted.country:
        conditions.append(Group.country == wanted.country)
    if wanted.topic:
        conditions.append(Group.id.in_(groups_about(wanted.topic)))
    words = fold(wanted.q).split()
    return conditions + [Group.search_key.contains(word, autoescape=True) for word in words]


def _search_near(
    wanted: GroupSearch, near: Point, conditions: list[ColumnElement[bool]]
) -> Page[ListedGroup]:
    if wanted.within is not None:
        around = nearby.boxes(near, wanted.within)
        conditions = [*conditions, nearby.inside(around, Group.latitude, Group.longitude)]
    query = select(Group.id, Group.latitude, Group.longitude).where(*conditions)
    candidates = [(row[0], row[1], row[2]) for row in session().execute(query)]
    ranked = nearby.within(near, candidates, wanted.within)
    ids = [key for _, key in ranked[start(wanted.page) :][:SIZE]]
    rows = session().execute(select(*_COLUMNS).where(Group.id.in_(ids))).all() if ids else []
    listed = sorted(_listed(rows, near), key=lambda group: (group.km, group.name))
    return Page(listed, wanted.page, len(ranked))


def _listed(rows: Sequence[Any], near: Point | None) -> list[ListedGroup]:
    ids = [row.id for row in rows]
    coming = events.next_of_groups(ids)
    about = topics.of_groups(ids)
    listed = []
    for row in rows:
        km = nearby.distance(near, row.latitude, row.longitude) if near else None
        more: tuple[Any, ...] = (about.get(row.id, ()), coming.get(row.id), km)
        listed.append(ListedGroup(*row, *more))
    return listed


def countries() -> list[tuple[str, int]]:
    """Countries with the number of their groups, by code; one query."""
    query = (
        select(Group.country, func.count(Group.id))
        .where(Group.status != GroupStatus.ARCHIVED)
        .group_by(Group.country)
        .order_by(Group.country)
    )
    return [(code, number) for code, number in session().execute(query)]


def of_country(country: str) -> list[ListedGroup]:
    """A country's groups, living ones first; three queries."""
    conditions = (Group.country == country, Group.status != GroupStatus.ARCHIVED)
    query = select(*_COLUMNS).where(*conditions).order_by(*_ORDER)
    return _listed(session().execute(query).all(), None)


def like(name: str, most: int = 5) -> list[tuple[str, str]]:
    """Slug and name of groups that are called about like this, the likeliest first; one query."""
    query = select(Group.slug, Group.name).where(Group.status != GroupStatus.ARCHIVED)
    groups = {row.slug: row.name for row in session().execute(query)}
    wanted = fold(name.replace("-", " "))[:100]
    keys = {slug: f"{slug.replace('-', ' ')} {fold(called)}" for slug, called in groups.items()}
    best = process.extract(
        wanted, keys, scorer=fuzz.token_set_ratio, limit=most, score_cutoff=_LIKELY
    )
    return [(slug, groups[slug]) for _, _, slug in best]


def places() -> list[GroupPlace]:
    """What the map needs of every group that is not archived; three queries."""
    columns = (
        Group.id,
        Group.latitude,
        Group.longitude,
        Group.slug,
        Group.name,
        Group.status,
        Group.country,
        Group.language,
    )
    rows = session().execute(
        select(*columns).where(Group.status != GroupStatus.ARCHIVED).order_by(Group.id)
    )
    found = rows.all()
    about = topics.of_all_groups()
    coming = events.next_days()
    return [
        GroupPlace(
            latitude=row.latitude,
            longitude=row.longitude,
            slug=row.slug,
            name=row.name,
            status=row.status.value,
            country=row.country,
            next_on=coming.get(row.id),
            topics=tuple(about.get(row.id, ())),
            languages=(row.language,) if row.language else (),
        )
        for row in found
    ]
