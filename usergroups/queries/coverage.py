"""Where people wait for a group, how far the nearest living one is, where the next should be.

Nobody is to be recognized: of a place where fewer than `HIDDEN_BELOW` wait nothing is told but
that they add to a sum (k-anonymity; Sweeney, 2002).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select, union_all

from usergroups.foresight import coverage
from usergroups.foresight.coverage import Spot
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.gazetteer.place import Place
from usergroups.models import LIVING, Event, Group, Rsvp, RsvpStatus, User, Waiting
from usergroups.queries import nearby
from usergroups.queries.nearby import Point
from usergroups.queries.rows import rows

HIDDEN_BELOW = 5
# Towns whose inhabitants count where nobody has asked, and cities that may be proposed for them.
TOWN, CITY = 50_000, 200_000

_U, _G, _W = User.__table__.c, Group.__table__.c, Waiting.__table__.c
_HAS_HOME = (_U.latitude.is_not(None), _U.place != "")
# Those who wait for a group and have said as much by mail; who has an account there counts once.
_WAITING = select(_W.place, _W.latitude, _W.longitude).where(
    _W.confirmed_at.is_not(None), _W.email.not_in(select(_U.email).where(*_HAS_HOME))
)
_PEOPLE = union_all(
    select(_U.place, _U.latitude, _U.longitude).where(*_HAS_HOME), _WAITING
).subquery()
_P = _PEOPLE.c
_HOMES = (
    select(_P.place, func.avg(_P.latitude), func.avg(_P.longitude), func.count())
    .group_by(_P.place)
    .order_by(func.count().desc(), _P.place)
)
_GROUPS = (
    select(_G.name, _G.slug, _G.latitude, _G.longitude, _G.country)
    .where(_G.status.in_(LIVING))
    .order_by(_G.id)
)

_R, _E = Rsvp.__table__.c, Event.__table__.c
# Who went, or goes, to a meetup in another country than they say they come from.
_TRAVELLERS = (
    select(_R.country, func.count(_R.user_id.distinct()))
    .select_from(
        Rsvp.__table__.join(Event.__table__, _E.id == _R.event_id).join(
            Group.__table__, _G.id == _E.group_id
        )
    )
    .where(_R.country != "", _R.country != _G.country, _R.status == RsvpStatus.GOING)
    .group_by(_R.country)
    .order_by(func.count(_R.user_id.distinct()).desc(), _R.country)
)
_HELPERS = (
    select(_W.name, _W.email, _W.latitude, _W.longitude)
    .where(_W.helps, _W.confirmed_at.is_not(None))
    .order_by(_W.asked_at, _W.id)
)


@dataclass(frozen=True, slots=True)
class Home:
    """A place and those who wait there, with the living group nearest to them, if there is any."""

    label: str
    latitude: float
    longitude: float
    people: int
    km: float
    group: str = ""
    slug: str = ""


class Origin(NamedTuple):
    """A country that people travel from to meetups elsewhere, and its living groups."""

    country: str
    people: int
    groups: int


class Helper(NamedTuple):
    """Who would help to start a group, and lets stewards know it."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A place for a group, and whom it brings within reach of one: people, and inhabitants.

    People are those who said where they live; None where they are fewer than may be told. Helpers
    live within reach of it.
    """

    label: str
    latitude: float
    longitude: float
    people: int | None
    inhabitants: int
    helpers: list[Helper]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How living groups reach those who said where they live.

    `beyond` of all `people` are out of reach; `hidden` of all live where too few do to be told.
    """

    people: int
    beyond: int
    hidden: int
    homes: list[Home]
    proposals: list[Proposed]
    groups: list[tuple[float, float]]
    origins: list[Origin]
    hidden_below: int = HIDDEN_BELOW


def look(gazetteer: Gazetteer, *, km: float, most: int, country: str = "") -> Coverage:
    """How things stand for a reach of `km`, with at most so many proposals; four queries.

    With a country (ISO 3166-1 alpha-2) only places there are proposed.
    """
    groups = rows(_GROUPS)
    positions = [(latitude, longitude) for _, _, latitude, longitude, _ in groups]
    homes = _homes(groups, positions)
    told = [home for home in homes if home.people >= HIDDEN_BELOW]
    people = sum(home.people for home in homes)
    towns = gazetteer.cities(TOWN)
    candidates = _candidates(told, towns, gazetteer.countries().get(country, ""))
    helpers = rows(_HELPERS)
    return Coverage(
        people=people,
        beyond=sum(home.people for home in homes if home.km > km),
        hidden=people - sum(home.people for home in told),
        homes=told,
        proposals=[
            Proposed(
                *candidates[one.candidate][:3],
                _told(one.asked),
                one.inhabitants,
                _near(Point(*candidates[one.candidate][1:3]), helpers, km),
            )
            for one in coverage.propose(
                [Spot(at[0], at[1], inhabitants=size) for _, *at, size in candidates],
                _spots(homes, towns),
                positions,
                km=km,
                most=most,
            )
        ],
        groups=positions,
        origins=_origins(Counter(country for *_, country in groups)),
    )


def _origins(living: Counter[str]) -> list[Origin]:
    """Where people travel from; a country of too few is not told."""
    found = [Origin(country, people, living[country]) for country, people in rows(_TRAVELLERS)]
    return [one for one in found if one.people >= HIDDEN_BELOW]


def _homes(
    groups: Sequence[tuple[str, str, float, float, str]], at: list[tuple[float, float]]
) -> list[Home]:
    found = rows(_HOMES)
    spots = [Spot(latitude, longitude) for _, latitude, longitude, _ in found]
    nearest = coverage.nearest(spots, at)
    names = [(name, slug) for name, slug, *_ in groups]
    return [
        Home(label, latitude, longitude, people, km, *("", "") if which is None else names[which])
        for (label, latitude, longitude, people), (km, which) in zip(found, nearest, strict=True)
    ]


def _candidates(
    homes: Sequence[Home], towns: Sequence[Place], country: str
) -> list[tuple[str, float, float, int]]:
    """Cities, and places where enough wait to be told, with their inhabitants; of one country."""
    sizes = {town.label: town.population for town in towns}
    found = [
        (town.label, town.lat, town.lng, town.population)
        for town in towns
        if town.population >= CITY
    ]
    found += [
        (home.label, home.latitude, home.longitude, sizes.get(home.label, 0)) for home in homes
    ]
    # A label ends in the country's name (`Place.label`): a home has no other sign of it.
    return [one for one in found if one[0].endswith(country)]


def _spots(homes: Sequence[Home], towns: Sequence[Place]) -> list[Spot]:
    """All who asked, and the inhabitants of towns where nobody did."""
    asked = {home.label for home in homes}
    return [Spot(home.latitude, home.longitude, asked=home.people) for home in homes] + [
        Spot(town.lat, town.lng, inhabitants=town.population)
        for town in towns
        if town.label not in asked
    ]


def _near(
    place: Point, helpers: Sequence[tuple[str, str, float, float]], km: float
) -> list[Helper]:
    return [
        Helper(name, email)
        for name, email, latitude, longitude in helpers
        if nearby.distance(place, latitude, longitude) <= km
    ]


def _told(people: int) -> int | None:
    return people if people == 0 or people >= HIDDEN_BELOW else None
