"""Questions about entries that announce the same meetup: which may, which do, where else one is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased, joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.foresight.likeness import Announced, Whose
from usergroups.formats.platforms import platform
from usergroups.models import (
    PUBLISHED,
    Attendance,
    Double,
    DoubleState,
    Event,
    EventStatus,
    Group,
    Origin,
    Precision,
)
from usergroups.queries import nearby
from usergroups.queries.co_hosts import held_with
from usergroups.queries.nearby import Point
from usergroups.queries.rows import rows

# Groups so near to one another may announce a meetup that they hold together.
REACH_KM = 30.0
_ON = (EventStatus.CONFIRMED, EventStatus.TENTATIVE)
_MOST = 2_000
# A chain of entries that stand aside for one another is no longer than this.
_DEEPEST = 10
_D, _E = Double.metadata.tables["double"].c, Event.metadata.tables["event"].c
_G = Group.metadata.tables["group"].c


@dataclass(frozen=True, slots=True)
class Candidate:
    """A coming meetup as it is compared with others."""

    id: int
    group_id: int
    whose: Whose
    is_imported: bool
    in_series: bool
    created_at: datetime
    announced: Announced


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another place where a meetup is announced, and what people call it."""

    url: str
    platform: str


_COMPARED = (
    _E.id, _E.group_id, _E.origin, _E.series_id, _E.created_at, _E.title, _E.starts_at,
    _E.timezone, _E.all_day, _E.venue, _E.latitude, _E.longitude, _E.attendance, _E.online_url,
    _G.name,
)  # fmt: skip


def candidates(group: Group) -> list[Candidate]:
    """Coming meetups of a group, of those who hold meetups with it, and of groups near it.

    By their start; one query.
    """
    here = nearby.boxes(Point(group.latitude, group.longitude), REACH_KM)
    together = held_with(group.id)
    in_reach = or_(nearby.inside(here, _G.latitude, _G.longitude), _E.id.in_(together))
    query = (
        select(*_COMPARED, _E.id.in_(together))
        .join(Group.__table__, _G.id == _E.group_id)
        .where(in_reach, _E.status.in_(_ON), _E.precision == Precision.EXACT)
        .where(_E.starts_at > clock.now() - timedelta(days=1))
        .order_by(_E.starts_at, _E.id)
        .limit(_MOST)
    )
    return [_candidate(row, group.id) for row in rows(query)]


def _candidate(row: Any, group_id: int) -> Candidate:
    apart = Whose.TOGETHER if row[-1] else Whose.NEARBY
    return Candidate(
        id=row.id,
        group_id=row.group_id,
        whose=Whose.SAME if row.group_id == group_id else apart,
        is_imported=row.origin is Origin.IMPORTED,
        in_series=row.series_id is not None,
        created_at=row.created_at,
        announced=Announced(
            title=row.title,
            starts_at=row.starts_at,
            on=row.starts_at.astimezone(ZoneInfo(row.timezone)).date(),
            all_day=row.all_day,
            venue=row.venue,
            latitude=row.latitude,
            longitude=row.longitude,
            in_person=row.attendance is not Attendance.ONLINE,
            online=row.attendance is not Attendance.IN_PERSON,
            online_url=row.online_url,
            group=row.name,
        ),
    )


def among(event_ids: Iterable[int]) -> Sequence[Double]:
    """All pairs that one of these meetups is in; one query."""
    ids = list(event_ids)
    query = select(Double).where(or_(Double.kept_id.in_(ids), Double.gone_id.in_(ids)))
    return session().scalars(query).all()


def merged_of(group_id: int) -> Sequence[Double]:
    """The merged pairs of a group that are not over, with both entries; one query."""
    return _of_group(group_id, Double.state == DoubleState.MERGED)


def known(pair_id: int) -> Double:
    """A pair with both entries and their groups; one query. Raises NotFoundError."""
    query = select(Double).where(Double.id == pair_id).options(*_BOTH)
    found = session().scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFoundError("there is no such pair")
    return found


def at_desk(group: Group) -> dict[str, list[Double]]:
    """The coming pairs of a group by what they need; one query.

    `open`: suggested, or merged and to be looked at again; `merged` and `apart`: decided.
    """
    found: dict[str, list[Double]] = {"open": [], "merged": [], "apart": []}
    for pair in _of_group(group.id, or_(Double.state != DoubleState.SUGGESTED, _waits())):
        is_open = pair.state is DoubleState.SUGGESTED or pair.differs
        found["open" if is_open else pair.state.value].append(pair)
    return found


def _waits() -> ColumnElement[bool]:
    """A suggestion counts while both are announced: one may stand aside for a third by now."""
    kept, gone = aliased(Event), aliased(Event)
    return and_(
        Double.state == DoubleState.SUGGESTED,
        Double.kept_id.in_(select(kept.id).where(kept.status.in_(_ON))),
        Double.gone_id.in_(select(gone.id).where(gone.status.in_(_ON))),
    )


def waiting_for(group_id: int) -> ColumnElement[bool]:
    """The condition that a pair waits for the organizers of a group: for the desk's figures."""
    coming = select(Event.id).where(Event.group_id == group_id, Event.ends_at > clock.now())
    is_open = or_(_waits(), and_(Double.state == DoubleState.MERGED, Double.differs))
    return and_(is_open, or_(Double.kept_id.in_(coming), Double.gone_id.in_(coming)))


_BOTH = (
    joinedload(Double.kept).options(joinedload(Event.group), joinedload(Event.source)),
    joinedload(Double.gone).options(joinedload(Event.group), joinedload(Event.source)),
)


def _of_group(group_id: int, condition: ColumnElement[bool]) -> Sequence[Double]:
    coming = select(Event.id).where(Event.group_id == group_id, Event.ends_at > clock.now())
    query = (
        select(Double)
        .join(Event, Event.id == Double.kept_id)
        .where(condition, or_(Double.kept_id.in_(coming), Double.gone_id.in_(coming)))
        .options(*_BOTH)
        .order_by(Event.starts_at, Double.id)
    )
    return session().scalars(query).all()


def lost(group_id: int) -> Sequence[Event]:
    """Meetups of a group that stand aside for one that is there no longer; one query."""
    merged = select(Double.gone_id).where(Double.state == DoubleState.MERGED)
    query = select(Event).where(Event.group_id == group_id, Event.status == EventStatus.MERGED)
    return session().scalars(query.where(Event.id.not_in(merged))).all()


def bereft(group_id: int) -> Sequence[Double]:
    """Merged pairs of a group whose kept entry nobody sees any more, with both; one query."""
    seen = select(Event.id).where(Event.status.in_((*PUBLISHED, EventStatus.MERGED)))
    own = select(Event.id).where(Event.group_id == group_id)
    query = (
        select(Double)
        .where(Double.state == DoubleState.MERGED, Double.kept_id.not_in(seen))
        .where(Double.kept_id.in_(own) | Double.gone_id.in_(own))
        .options(*_BOTH)
    )
    return session().scalars(query).all()


def telling(group_id: int) -> Sequence[Event]:
    """Meetups of a group that say where else they are announced, with it; one query."""
    query = select(Event).where(Event.group_id == group_id, Event.elsewhere != "")
    return session().scalars(query.options(joinedload(Event.group))).all()


def remaining(public_id: str) -> str | None:
    """The id of the meetup that this one stands aside for; None where it does not.

    A query for each of the chain.
    """
    kept, gone = aliased(Event), aliased(Event)
    query = (
        select(kept.public_id, kept.status)
        .join(Double, Double.kept_id == kept.id)
        .join(gone, gone.id == Double.gone_id)
        .where(Double.state == DoubleState.MERGED)
    )
    for _ in range(_DEEPEST):
        row = session().execute(query.where(gone.public_id == public_id)).first()
        if row is None or row.status is not EventStatus.MERGED:
            return row and str(row.public_id)
        public_id = row.public_id
    return None


def above(event_id: int) -> Double | None:
    """The merged pair in which a meetup stands aside itself, with both entries; one query."""
    query = select(Double).where(Double.gone_id == event_id, Double.state == DoubleState.MERGED)
    return session().scalar(query.options(*_BOTH))


def named(elsewhere: str) -> list[Elsewhere]:
    """The places that a meetup names, in words; none for none, and no query."""
    return [Elsewhere(url, platform(url)) for url in elsewhere.splitlines()]


def also_on(event_id: int) -> list[str]:
    """Where else a meetup is announced, the first to be found first; one query.

    Of each that stands aside for it, or for one of those, unless it was called off there.
    """
    top = select(_D.gone_id, _D.id, _D.link).where(
        _D.state == DoubleState.MERGED, _D.kept_id == event_id
    )
    tree = top.cte("aside", recursive=True)
    below = select(_D.gone_id, _D.id, _D.link).join(tree, tree.c.gone_id == _D.kept_id)
    tree = tree.union(below.where(_D.state == DoubleState.MERGED))
    query = select(tree.c.link).where(tree.c.link != "").order_by(tree.c.id)
    return list(dict.fromkeys(link for (link,) in rows(query)))
