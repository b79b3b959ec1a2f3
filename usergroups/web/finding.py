"""From what a reader typed to what is meant: filters read, a place or city found or offered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from flask import request

from usergroups.errors import InvalidInputError, Refusal
from usergroups.gazetteer.earth import sphere_km
from usergroups.gazetteer.place import Match, Place
from usergroups.inputs.fields import Input, read
from usergroups.queries.nearby import Point
from usergroups.web import site

_OTHERS = 4
_LAT, _LNG = 90, 180
_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_MOST_PLACES = 8
Wanted = TypeVar("Wanted", bound=Input)


class TypedCity(Protocol):
    """A city in a form: as typed, and which of those of that name (its id in the gazetteer)."""

    @property
    def place(self) -> str:
        """As typed."""

    @property
    def choice(self) -> str:
        """Which of those that were offered."""


class Placed(Protocol):
    """Something in a city."""

    city: str
    country: str

    @property
    def latitude(self) -> float | None:
        """Degrees; None where it is not known."""

    @property
    def longitude(self) -> float | None:
        """Degrees; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[Wanted]):
    """The filters that could be read, the text of all of them as typed, and which are wrong."""

    wanted: Wanted
    typed: Mapping[str, str]
    wrong: frozenset[str]

    @property
    def status(self) -> int:
        """The HTTP status of an answer to it."""
        return 422 if self.wrong else 200


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What the name of a place may mean: a point with its label, and other readings of it."""

    point: Point | None = None
    label: str = ""
    others: tuple[Place, ...] = ()

    @property
    def is_unknown(self) -> bool:
        """Whether nothing bears the name, though something may have been meant."""
        return self.point is None


def asked(kind: type[Wanted]) -> Asked[Wanted]:
    """The filters of this request; what cannot be read is left out and named."""
    names = {field.alias or name for name, field in kind.model_fields.items()}
    typed = {name: value for name, value in request.args.items() if name in names}
    try:
        return Asked(read(kind, dict(typed)), typed, frozenset())
    except InvalidInputError as refused:
        wrong = frozenset(name.split(".")[0] for name in refused.fields)
        good = {name: value for name, value in typed.items() if name not in wrong}
        return Asked(read(kind, good), typed, wrong)


def whereabouts(text: str) -> Whereabouts:
    """Where `lat,lng` or a place's name is; guesses are offered, never taken."""
    if exact := _POINT.fullmatch(text):
        latitude, longitude = float(exact[1]), float(exact[2])
        if abs(latitude) > _LAT or abs(longitude) > _LNG:
            return Whereabouts()
        nearest = site.gazetteer().nearest(latitude, longitude)
        return Whereabouts(Point(latitude, longitude), nearest.label)
    match = site.gazetteer().look_up(text)
    if match.best is None:
        return Whereabouts(others=match.guesses)
    return at(match.best, match.places[1 : _OTHERS + 1])


def at(place: Place, others: tuple[Place, ...] = ()) -> Whereabouts:
    """The whereabouts of a place of the gazetteer."""
    return Whereabouts(Point(place.lat, place.lng), place.label, others)


def city_of(given: TypedCity) -> Place:
    """The city that was typed or chosen; InvalidInputError where that is not clear."""
    match = _meant(given.place)
    offered = match.places + match.guesses
    chosen = [place for place in offered if str(place.id) == given.choice]
    exact = [place for place in match.places if place.label == given.place]
    found = chosen or exact or match.places
    if len(found) != 1:
        code = "place_ambiguous" if found else "place_guessed" if offered else "place_unknown"
        raise InvalidInputError({"place": Refusal(code, "expected one city")})
    return found[0]


def label_of(placed: Placed) -> str:
    """The city of a group or a venue as a form takes it back: told from its namesakes."""
    names = (placed.city, site.gazetteer().countries().get(placed.country, ""))
    whole = ", ".join(name for name in names if name)
    latitude, longitude = placed.latitude, placed.longitude
    alike = [one for one in _meant(whole).places if one.country == placed.country]
    named = [one for one in alike if one.name == placed.city] or alike
    if latitude is None or longitude is None or not named:
        return whole
    here = latitude, longitude
    return min(named, key=lambda one: sphere_km(here, (one.lat, one.lng))).label


def _meant(typed: str) -> Match:
    """What a typed place may mean."""
    return site.gazetteer().look_up(typed[:200])


def cities_offered() -> list[Place]:
    """The places to choose from, where what was sent is not clear."""
    typed = request.form.get("place", "")
    if not typed:
        return []
    match = _meant(typed)
    return list((match.places or match.guesses)[:_MOST_PLACES])
