"""The facts that the charter's rules judge: of one application, of one group, of all living groups.

Each kind of fact is one query, however many groups there are.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, literal, select, union_all

from usergroups import clock
from usergroups.charter import Facts, Meetups, Neighbour
from usergroups.models import (
    LIVING,
    ORGANIZING,
    Answer,
    Application,
    ApplicationStatus,
    CharterQuestion,
    CoOrganizer,
    Event,
    EventStatus,
    Group,
    Membership,
    RuleKind,
    User,
)
from usergroups.queries import charter, nearby
from usergroups.queries.nearby import Point
from usergroups.queries.rows import rows

# How far one looks first for the nearest group; only the empty parts of the world ask twice.
_AROUND_KM = 250.0
_EVERYTHING = frozenset(RuleKind)

_G = Group.metadata.tables["group"].c
_COLUMNS: tuple[ColumnElement[Any], ...] = (
    _G.id,
    _G.slug,
    _G.name,
    _G.city,
    _G.country,
    _G.latitude,
    _G.longitude,
    _G.timezone,
    _G.population,
    _G.founded_on,
    _G.created_at,
    _G.reconfirmed_at,
)
_LIVING = select(*_COLUMNS).where(_G.status.in_(LIVING))


@dataclass(frozen=True, slots=True)
class Looked:
    """A group (the columns that facts are made of) and its facts."""

    group: Any
    facts: Facts


@dataclass(frozen=True, slots=True)
class _Known:
    """What was asked about several groups at once, by the group's id."""

    conduct: CharterQuestion | None = None
    employers: Mapping[int, Sequence[str]] = field(default_factory=dict)
    meetups: Mapping[int, tuple[datetime | None, datetime | None]] = field(default_factory=dict)
    agreed: Mapping[int, date] = field(default_factory=dict)


def of_application(application: Application) -> Facts:
    """Of a request to run a group; four queries, five where no group is near."""
    conduct = charter.conduct()
    employers, asked = _applicants(application)
    has_place = application.latitude is not None and not application.is_takeover
    return Facts(
        today=clock.today(),
        employers=employers,
        asked=asked,
        has_place=has_place,
        inhabitants=application.population,
        nearest=_nearest_to(application) if has_place else None,
        has_conduct=conduct is not None,
        conduct_on=_agreed_on(application.agreements, conduct),
    )


def of_group(group: Group) -> Facts:
    """Of one group; five queries, six where no other group is near."""
    known = _ask(_EVERYTHING, [group.id])
    return _facts(group, _nearest_before(group), known)


def of_living(kinds: Collection[RuleKind] = _EVERYTHING) -> list[Looked]:
    """Of all living groups, those that were there first at the beginning; at most five queries.

    Only what rules of these kinds look at is asked; the rest is not to be relied upon.
    """
    groups = sorted(rows(_LIVING), key=_age)
    known = _ask(kinds)
    neighbours = _neighbours(groups) if RuleKind.DISTANCE in kinds else [None] * len(groups)
    return [
        Looked(group, _facts(group, nearest, known))
        for group, nearest in zip(groups, neighbours, strict=True)
    ]


def _facts(group: Any, nearest: Neighbour | None, known: _Known) -> Facts:
    last_at, next_at = known.meetups.get(group.id, (None, None))
    begun_on = group.created_at.date()
    return Facts(
        today=clock.today(),
        employers=tuple(known.employers.get(group.id, ())),
        inhabitants=group.population,
        nearest=nearest,
        has_conduct=known.conduct is not None,
        conduct_on=_last_agreed(group, known),
        meetups=Meetups(begun_on, _day(last_at, group), _day(next_at, group)),
        confirmed_on=group.reconfirmed_at.date() if group.reconfirmed_at else begun_on,
    )


def _ask(kinds: Collection[RuleKind], ids: Sequence[int] | None = None) -> _Known:
    asks_people = {RuleKind.ORGANIZERS, RuleKind.EMPLOYERS} & set(kinds)
    conduct = charter.conduct() if RuleKind.CONDUCT in kinds else None
    return _Known(
        conduct=conduct,
        employers=_employers(ids) if asks_people else {},
        meetups=_meetups(ids) if RuleKind.MEETUPS in kinds else {},
        agreed=_agreed(conduct, ids) if conduct else {},
    )


def _employers(ids: Sequence[int] | None) -> dict[int, list[str]]:
    query = (
        select(Membership.group_id, User.employer)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role.in_(ORGANIZING))
        .order_by(Membership.id)
    )
    found: dict[int, list[str]] = {}
    for group_id, employer in rows(_of(query, Membership.group_id, ids)):
        found.setdefault(group_id, []).append(employer)
    return found


def _meetups(ids: Sequence[int] | None) -> dict[int, tuple[datetime | None, datetime | None]]:
    now = clock.now()
    last = func.max(case((Event.starts_at <= now, Event.starts_at)))
    following = func.min(case((Event.starts_at > now, Event.starts_at)))
    query = (
        select(Event.group_id, last, following)
        .where(Event.status == EventStatus.CONFIRMED)
        .group_by(Event.group_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows(_of(query, Event.group_id, ids))}


def _agreed(conduct: CharterQuestion, ids: Sequence[int] | None) -> dict[int, date]:
    query = select(Application.group_id, Application.agreements).where(
        Application.status == ApplicationStatus.APPROVED, Application.group_id.is_not(None)
    )
    found: dict[int, date] = {}
    for group_id, agreements in rows(_of(query, Application.group_id, ids)):
        if agreed_on := _agreed_on(agreements, conduct):
            found[group_id] = max(agreed_on, found.get(group_id, agreed_on))
    return found


def _of(query: Any, group_id: Any, ids: Sequence[int] | None) -> Any:
    """A query of all groups, or of these."""
    return query if ids is None else query.where(group_id.in_(ids))


def _agreed_on(agreements: Mapping[str, Any], conduct: CharterQuestion | None) -> date | None:
    given = agreements.get(str(conduct.id)) if conduct else None
    return datetime.fromisoformat(given).date() if given else None


def _last_agreed(group: Any, known: _Known) -> date | None:
    """When they last agreed to today's code of conduct; going on, one agrees to it as well."""
    days = [known.agreed[group.id]] if group.id in known.agreed else []
    confirmed_at = group.reconfirmed_at
    # A group that began with an approval was confirmed in that moment: what counts stands above.
    is_said = confirmed_at is not None and confirmed_at != group.created_at
    if known.conduct and is_said and confirmed_at >= known.conduct.added_at:
        days.append(confirmed_at.date())
    return max(days, default=None)


def _applicants(application: Application) -> tuple[tuple[str, ...], int]:
    """The employers of those who have said yes, each person once, and how many were only asked."""
    accepted = case((CoOrganizer.answer == Answer.ACCEPTED, 1), else_=0)
    applicant = select(User.id, literal(1), User.employer).where(
        User.id == application.applicant_id
    )
    others = (
        select(CoOrganizer.user_id, accepted, func.coalesce(User.employer, ""))
        .outerjoin(User, User.id == CoOrganizer.user_id)
        .where(
            CoOrganizer.application_id == application.id,
            CoOrganizer.answer.in_((Answer.ACCEPTED, Answer.OPEN)),
        )
    )
    people: dict[object, str] = {}
    asked = 0
    for n, (user_id, has_accepted, employer) in enumerate(rows(union_all(applicant, others))):
        if has_accepted:
            people.setdefault(user_id or f"without an account {n}", employer)
        else:
            asked += 1
    return tuple(people.values()), asked


def _age(group: Any) -> tuple[date, int]:
    """Who was there before whom."""
    return group.founded_on or group.created_at.date(), group.id


def _neighbours(groups: Sequence[Any]) -> Iterator[Neighbour | None]:
    """The nearest of those before it, for each of these groups in order of age."""
    places = [(group.latitude, group.longitude) for group in groups]
    for group, index in zip(groups, nearby.nearest_before(places), strict=True):
        yield None if index is None else _neighbour(_point(group), groups[index])


def _nearest_to(application: Application) -> Neighbour | None:
    return _nearest(_point(application), lambda group: group.id != application.group_id)


def _nearest_before(group: Group) -> Neighbour | None:
    return _nearest(_point(group), lambda other: _age(other) < _age(group))


def _nearest(point: Point, counts: Any) -> Neighbour | None:
    for around in (_AROUND_KM, None):
        query = _LIVING
        if around is not None:
            boxes = nearby.boxes(point, around)
            query = query.where(nearby.inside(boxes, _G.latitude, _G.longitude))
        found = {group.id: group for group in rows(query) if counts(group)}
        places = [(key, group.latitude, group.longitude) for key, group in found.items()]
        ranked = nearby.within(point, places, around)
        if ranked:
            return _neighbour(point, found[ranked[0][1]])
    return None


def _neighbour(point: Point, group: Any) -> Neighbour:
    km = nearby.distance(point, group.latitude, group.longitude)
    return Neighbour(group.id, group.slug, group.name, km)


def _point(placed: Any) -> Point:
    return Point(placed.latitude, placed.longitude)


def _day(instant: datetime | None, group: Any) -> date | None:
    return instant.astimezone(ZoneInfo(group.timezone)).date() if instant else None
