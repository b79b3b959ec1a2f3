"""Which calendar of many groups is wanted: of a country, a topic, around a place, or chosen ones.

What is asked for in other words but means the same is the same calendar, so that few are kept.
"""

import math
import re
from collections.abc import Iterable
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from pydantic import AfterValidator, BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from usergroups.errors import InvalidInputError, Refusal
from usergroups.inputs.fields import Country, Input, read
from usergroups.inputs.search import Chosen

MOST_GROUPS = 50
# Places are rounded to a tenth of a degree, eleven kilometres at most; distances go up these steps.
GRID = 10
STEPS = (10, 25, 50, 100, 150, 200, 300, 500)
USUAL_KM = 100
_SLUG = re.compile(r"[a-z0-9-]{1,100}")
_MOST_LATITUDE, _MOST_LONGITUDE = 90, 180


def _place(given: object) -> object:
    """Latitude and longitude in degrees, on the grid."""
    if given in {None, ""}:
        return None
    try:
        latitude, longitude = (float(part) for part in str(given).split(","))
    except ValueError:
        raise _refused("position_form", "expected near=48.86,2.35", given) from None
    is_there = abs(latitude) <= _MOST_LATITUDE and abs(longitude) <= _MOST_LONGITUDE
    if not is_there:  # nor is what is no number
        raise _refused("position_range", "no such place: expected degrees", given)
    # Adding zero makes nothing of what is less than nothing.
    return tuple(round(degrees * GRID) / GRID + 0.0 for degrees in (latitude, longitude))


def _step(given: object) -> object:
    """The next greater of the distances that there are calendars for."""
    if given in {None, ""}:
        return None
    try:
        km = float(str(given))
    except ValueError:
        km = math.nan
    if not 0 < km <= STEPS[-1]:
        raise _refused("distance_range", f"expected kilometres, {STEPS[-1]} at most", given)
    return next(step for step in STEPS if step >= km)


def _slugs(given: object) -> object:
    """Each once, in order."""
    if not isinstance(given, str):
        return given
    slugs = sorted({part.strip().lower() for part in given.split(",") if part.strip()})
    if len(slugs) > MOST_GROUPS:
        counted = {"most": MOST_GROUPS, "given": len(slugs)}
        raise PydanticCustomError("groups_many", "expected at most {most} groups", counted)
    for slug in slugs:
        if not _SLUG.fullmatch(slug):
            raise _refused("slug_form", "expected addresses of groups", slug)
    return tuple(slugs)


def _topic(given: str) -> str:
    if given and not _SLUG.fullmatch(given):
        raise _refused("slug_form", "expected the address of a topic", given)
    return given


def _refused(code: str, sentence: str, given: object) -> PydanticCustomError:
    return PydanticCustomError(code, sentence + ", not {given}", {"given": repr(given)[:80]})


class WantedCalendar(Input):
    """A calendar of many groups; of all of them unless something is wanted."""

    country: Annotated[Country | None, Chosen] = None
    topic: Annotated[str, AfterValidator(_topic)] = ""
    near: Annotated[tuple[float, float] | None, BeforeValidator(_place)] = None
    within: Annotated[int | None, BeforeValidator(_step)] = None
    groups: Annotated[tuple[str, ...], BeforeValidator(_slugs)] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> "WantedCalendar":
        if self.within is not None and self.near is None:
            raise PydanticCustomError("within_of_nothing", "expected near= beside within=")
        if self.groups and (self.country or self.topic or self.near):
            raise PydanticCustomError("groups_alone", "expected groups= alone")
        return self

    @property
    def km(self) -> int:
        """How far from the place."""
        return self.within or USUAL_KM

    @property
    def query(self) -> dict[str, str]:
        """What to ask for to get this calendar, in the one way in which it is kept."""
        asked = {
            "country": self.country or "",
            "topic": self.topic,
            "near": "{:g},{:g}".format(*self.near) if self.near else "",
            "within": str(self.km) if self.near else "",
            "groups": ",".join(self.groups),
        }
        return {name: value for name, value in asked.items() if value}

    @property
    def subject(self) -> str:
        """The same as one word, the key that the calendar is kept under."""
        return urlencode(self.query, safe=",")


def wanted_calendar(query: str) -> WantedCalendar:
    """What a query string asks for; other parameters mean nothing here.

    Raises InvalidInputError.
    """
    pairs = parse_qsl(query, keep_blank_values=False)
    return _of(pairs)


def _of(pairs: Iterable[tuple[str, str]]) -> WantedCalendar:
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in WantedCalendar.model_fields:
            continue
        if name in given and name != "groups":
            raise InvalidInputError({name: Refusal("given_twice", "expected this once")})
        given[name] = f"{given[name]},{value}" if name in given else value
    if "country" in given:
        given["country"] = given["country"].upper()
    return read(WantedCalendar, given)
