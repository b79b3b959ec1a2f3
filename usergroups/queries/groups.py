"""Questions about groups. Lists read columns, not objects: a page has many rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, bindparam, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from usergroups.db import Question, session
from usergroups.errors import NotFoundError
from usergroups.formats.view import GroupPlace
from usergroups.inputs.search import GroupSearch
from usergroups.models import FormerSlug, Group, GroupStatus
from usergroups.models.group import RESTS
from usergroups.queries import events, nearby, sponsors, topics
from usergroups.queries.co_hosts import held_with
from usergroups.queries.events import ListedEvent, groups_about
from usergroups.queries.nearby import Point
from usergroups.queries.paging import SIZE, Page, start
from usergroups.queries.rows import rows
from usergroups.text import fold

_LIKELY = 60  # of 100: below that, names have little in common
_ALIKE = 75  # the same of single words


class ListedGroup(NamedTuple):
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
    topics: tuple[tuple[str, str], ...]
    next: ListedEvent | None
    km: float | None


@dataclass(frozen=True, slots=True)
class GroupState:
    """What decides about a group's page before it is made."""

    # Counts the group's changes.
    version: int
    # Whether it holds meetups of other groups with them, and whether it has sponsors.
    together: bool
    sponsored: bool


_GROUP: Table = Group.metadata.tables["group"]
_G = _GROUP.c
_COLUMNS: tuple[ColumnElement[Any], ...] = (
    _G.id,
    _G.slug,
    _G.name,
    _G.summary,
    _G.city,
    _G.region,
    _G.country,
    _G.latitude,
    _G.longitude,
    _G.status,
)
_BY_IDS = select(*_COLUMNS).where(_G.id.in_(bindparam("ids", expanding=True)))
_STATE_OF = Question(
    select(_G.version, held_with(_G.id).exists(), exists().where(sponsors.of_group(_G.id))).where(
        _G.slug == bindparam("slug")
    )
)
_IN_FULL = (
    select(Group)
    .where(Group.slug == bindparam("slug"))
    .options(selectinload(Group.topics), joinedload(Group.links))
)
# Groups where one meets people come before those that rest.
_ORDER = (RESTS, _G.name, _G.id)
_MOST_WORDS = 8


def by_slug(slug: str) -> Group | None:
    """The group with this slug, by itself; None where there is none."""
    return session().scalar(select(Group).where(Group.slug == slug))


def by_id(group_id: int) -> Group | None:
    """The group with this id, by itself; None where it is gone."""
    return session().get(Group, group_id)


def known(slug: str) -> Group:
    """The group with this slug, by itself. Raises NotFoundError where there is none."""
    group = by_slug(slug)
    if group is None:
        raise NotFoundError("there is no such group")
    return group


def named(slugs: Sequence[str]) -> list[tuple[str, str]]:
    """Slug and name of those of these groups that are there, by name; one query, none for none.

    A group that was renamed is found by what it was called, too.
    """
    if not slugs:
        return []
    former = select(FormerSlug.group_id).where(FormerSlug.slug.in_(slugs))
    meant = _G.slug.in_(slugs) | _G.id.in_(former)
    found = rows(select(_G.slug, _G.name).where(meant).order_by(_G.name, _G.id))
    return [(row[0], row[1]) for row in found]


def slug_of(group_id: int) -> str:
    """The end of a group's address. Raises NotFoundError. One query."""
    slug = session().scalar(select(Group.slug).where(Group.id == group_id))
    if slug is None:
        raise NotFoundError("there is no such group")
    return slug


def moved_to(slug: str) -> str | None:
    """Where the group is now that once had this address; None where none had it. One query."""
    query = select(Group.slug).join(FormerSlug, FormerSlug.group_id == Group.id)
    return session().scalar(query.where(FormerSlug.slug == slug))


def in_full(slug: str) -> Group | None:
    """The group with this slug, its topics and links loaded; two queries."""
    return session().scalars(_IN_FULL, {"slug": slug}).unique().one_or_none()


def state_of(slug: str) -> GroupState | None:
    """How a group stands; None where there is no such group. One query."""
    row = _STATE_OF.first(slug=slug)
    return GroupState(row[0], bool(row[1]), bool(row[2])) if row else None


def every_group() -> Iterable[Group]:
    """All groups by slug, their links loaded, a thousand at a time."""
    query = select(Group).options(selectinload(Group.links)).order_by(Group.slug)
    return session().scalars(query.execution_options(yield_per=1_000))


def search(wanted: GroupSearch, near: Point | None) -> Page[ListedGroup]:
    """One page of the groups that are wanted, living ones first, or nearest first; four queries."""
    values = _values(wanted)
    if near is not None:
        return _search_near(wanted, near, values)
    counting, listing = _statements(frozenset(values))
    ((total,),) = counting.rows(**values)
    found = listing.rows(**values, offset=start(wanted.page)) if total else ()
    return Page(_listed(found, None), wanted.page, total)


def _values(wanted: GroupSearch) -> dict[str, Any]:
    """What is asked for, under the names of `_conditions`."""
    given = {"status": wanted.status, "country": wanted.country, "topic": wanted.topic}
    words = fold(wanted.q).split()[:_MOST_WORDS]
    return {name: value for name, value in given.items() if value} | {
        f"word{n}": f"%{_literal(word)}%" for n, word in enumerate(words)
    }


def _literal(word: str) -> str:
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _conditions(names: frozenset[str]) -> list[ColumnElement[bool]]:
    """The conditions for what is asked for, their values left open."""
    is_kept = _G.status != GroupStatus.ARCHIVED
    found = {
        "status": _G.status == bindparam("status", type_=_G.status.type),
        "country": _G.country == bindparam("country"),
        "topic": _G.id.in_(groups_about(bindparam("topic"))),
    }
    words = sorted(name for name in names if name.startswith("word"))
    return [
        *([] if "status" in names else [is_kept]),
        *(condition for name, condition in found.items() if name in names),
        *(_G.search_key.like(bindparam(word), escape="/") for word in words),
    ]


@lru_cache(maxsize=128)
def _statements(names: frozenset[str]) -> tuple[Question, Question]:
    """Counting and listing the groups for a combination of filters, put together once."""
    conditions = _conditions(names)
    listing: Select[Any] = select(*_COLUMNS).where(*conditions).order_by(*_ORDER)
    counting: Select[Any] = select(func.count()).select_from(_GROUP).where(*conditions)
    return Question(counting), Question(listing.limit(SIZE).offset(bindparam("offset")))


def _search_near(wanted: GroupSearch, near: Point, values: dict[str, Any]) -> Page[ListedGroup]:
    conditions = _conditions(frozenset(values))
    if wanted.within is not None:
        around = nearby.boxes(near, wanted.within)
        conditions.append(nearby.inside(around, _G.latitude, _G.longitude))
    query = select(_G.id, _G.latitude, _G.longitude).where(*conditions)
    candidates = [(row[0], row[1], row[2]) for row in rows(query, **values)]
    ranked = nearby.within(near, candidates, wanted.within)
    ids = [key for _, key in ranked[start(wanted.page) :][:SIZE]]
    found = rows(_BY_IDS, ids=ids) if ids else ()
    listed = sorted(_listed(found, near), key=lambda group: (group.km, group.name))
    return Page(listed, wanted.page, len(ranked))


def _listed(found: Sequence[Any], near: Point | None) -> list[ListedGroup]:
    ids = [row[0] for row in found]
    coming = events.next_of_groups(ids)
    about = topics.of_groups(ids)
    listed = []
    for row in found:
        km = nearby.distance(near, row[7], row[8]) if near else None
        more: tuple[Any, ...] = (about.get(row[0], ()), coming.get(row[0]), km)
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
    conditions = _conditions(frozenset({"country"}))
    query = select(*_COLUMNS).where(*conditions).order_by(*_ORDER)
    return _listed(rows(query, country=country), None)


def like(name: str, most: int = 5) -> list[tuple[str, str]]:
    """Slug and name of groups that are called about like this, the likeliest first; one query."""
    query = select(Group.slug, Group.name).where(Group.status != GroupStatus.ARCHIVED)
    groups = {row.slug: row.name for row in session().execute(query)}
    # 3 MB that only misspelt addresses ask for.
    from rapidfuzz import fuzz, process

    wanted = fold(name.replace("-", " "))[:100]
    keys = {slug: f"{slug.replace('-', ' ')} {fold(called)}" for slug, called in groups.items()}
    best = process.extract(
        wanted, keys, scorer=fuzz.token_set_ratio, limit=most, score_cutoff=_LIKELY
    )
    likely = [slug for _, _, slug in best] or _with_words_like(wanted, keys)[:most]
    return [(slug, groups[slug]) for slug in likely]


def _with_words_like(wanted: str, keys: dict[str, str]) -> list[str]:
    """Those that have a word like one that is wanted, the likeliest first: "berln" means Berlin."""
    # 3 MB that only misspelt addresses ask for.
    from rapidfuzz import fuzz, process

    bearers: dict[str, list[str]] = {}
    for slug, key in keys.items():
        for word in set(key.split()):
            bearers.setdefault(word, []).append(slug)
    scores: dict[str, float] = {}
    for said in wanted.split()[:_MOST_WORDS]:
        alike = process.extract(said, bearers.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        for word, score, _ in alike:
            for slug in bearers[word]:
                scores[slug] = max(score, scores.get(slug, 0.0))
    return sorted(scores, key=lambda slug: (-scores[slug], slug))


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
