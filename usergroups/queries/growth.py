"""How the federation, or one group, grows month by month, and which groups fall silent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, extract, func, select

from usergroups import clock
from usergroups.models import LIVING, Event, EventStatus, GroupStatus
from usergroups.queries.rows import rows

# A group whose last meetup is so long ago, with none announced, is falling silent.
SILENCE = timedelta(days=90)

_T = Event.metadata.tables
_E, _G, _M = _T["event"].c, _T["group"].c, _T["membership"].c
_HELD = _E.status == EventStatus.CONFIRMED
_ANNOUNCED = _E.status.in_((EventStatus.CONFIRMED, EventStatus.TENTATIVE))

Countries = Collection[str] | None


@dataclass(frozen=True, slots=True)
class Growth:
    """What came in each month, the oldest first; the last one is not over yet.

    `groups` are all there were at the end of the month, `members` those who joined in it, `meetups`
    those that were held or, later in the last month, will be.
    """

    months: Sequence[date]
    groups: Sequence[int]
    members: Sequence[int]
    meetups: Sequence[int]

    @property
    def is_empty(self) -> bool:
        """Whether nothing ever came."""
        return not any((*self.groups, *self.members, *self.meetups))


@dataclass(frozen=True, slots=True)
class Silent:
    """A living group that has not met for a while, and has announced nothing."""

    slug: str
    name: str
    city: str
    country: str
    # The start of its last meetup; None where it never held one.
    last: datetime | None


def of_federation(months: int, countries: Countries = None) -> Growth:
    """So many months of all groups, or of those in the countries. Three queries."""
    there = _G.status != GroupStatus.ARCHIVED
    mine = [there] if countries is None else [there, _G.country.in_(sorted(countries))]
    founded = func.coalesce(_month(_G.founded_on), _month(_G.created_at))
    shown = _last(months)
    begun = _counted(select(founded, func.count()).where(*mine).group_by(founded))
    before = sum(number for month, number in begun.items() if month < _number(shown[0]))
    groups = []
    for month in shown:
        before += begun.get(_number(month), 0)
        groups.append(before)
    return Growth(shown, groups, _joined(shown, *mine), _met(shown, *mine))


def of_group(group_id: int, months: int) -> Growth:
    """So many months of one group. Two queries."""
    shown = _last(months)
    mine = _G.id == group_id
    return Growth(shown, [1] * len(shown), _joined(shown, mine), _met(shown, mine))


def states(countries: Countries = None) -> dict[GroupStatus, int]:
    """How many groups there are in each state, in their order; one query."""
    query = select(_G.status, func.count()).group_by(_G.status)
    if countries is not None:
        query = query.where(_G.country.in_(sorted(countries)))
    found = {GroupStatus(row[0]): row[1] for row in rows(query)}
    return {status: found.get(status, 0) for status in GroupStatus}


def places(countries: Countries = None) -> list[tuple[float, float, str]]:
    """Latitude, longitude and state of every group that has not ended; one query."""
    query = select(_G.latitude, _G.longitude, _G.status).where(_G.status != GroupStatus.ARCHIVED)
    if countries is not None:
        query = query.where(_G.country.in_(sorted(countries)))
    return [(row[0], row[1], GroupStatus(row[2]).value) for row in rows(query)]


def silent(most: int, countries: Countries = None) -> tuple[list[Silent], int]:
    """Those that fell silent last, and how many have in all. One query.

    The latest first: of them somebody is most likely still to be reached.
    """
    now = clock.now()
    of_it = _E.group_id == _G.id
    last = select(func.max(_E.starts_at)).where(of_it, _HELD, _E.starts_at <= now).scalar_subquery()
    coming = select(_E.id).where(of_it, _ANNOUNCED, _E.ends_at > now).exists()
    quiet = func.coalesce(last, _G.created_at) < now - SILENCE
    query = (
        select(_G.slug, _G.name, _G.city, _G.country, last.label("last"), func.count().over())
        .where(_G.status.in_(LIVING), ~coming, quiet)
        .order_by(last.is_(None), last.desc(), _G.id)
        .limit(most)
    )
    if countries is not None:
        query = query.where(_G.country.in_(sorted(countries)))
    found = rows(query)
    return [Silent(*row[:5]) for row in found], found[0][5] if found else 0


def _joined(months: Sequence[date], *mine: ColumnElement[bool]) -> list[int]:
    month = _month(_M.joined_at)
    found = _counted(
        select(month, func.count())
        .select_from(_T["membership"].join(_T["group"], _G.id == _M.group_id))
        .where(_M.joined_at >= _start(months[0]), *mine)
        .group_by(month)
    )
    return [found.get(_number(one), 0) for one in months]


def _met(months: Sequence[date], *mine: ColumnElement[bool]) -> list[int]:
    month = _month(_E.starts_at)
    end = _start(_next(months[-1]))
    found = _counted(
        select(month, func.count())
        .select_from(_T["event"].join(_T["group"], _G.id == _E.group_id))
        .where(_E.starts_at >= _start(months[0]), _E.starts_at < end, _HELD, *mine)
        .group_by(month)
    )
    return [found.get(_number(one), 0) for one in months]


def _counted(query: Any) -> dict[int, int]:
    return {int(row[0]): row[1] for row in rows(query)}


def _month(column: ColumnElement[Any]) -> ColumnElement[int]:
    """Months since the year 0 began."""
    year, month = cast(extract("year", column), Integer), cast(extract("month", column), Integer)
    return year * 12 + month - 1


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _last(months: int) -> list[date]:
    """The first days of so many months, up to this one."""
    this = _number(clock.today())
    return [date(one // 12, one % 12 + 1, 1) for one in range(this - months + 1, this + 1)]


def _next(month: date) -> date:
    number = _number(month) + 1
    return date(number // 12, number % 12 + 1, 1)


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, 1, tzinfo=clock.now().tzinfo)
