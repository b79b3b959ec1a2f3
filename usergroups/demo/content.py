"""What the demo says, read from the files in content/."""

import tomllib
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field

from usergroups.inputs.fields import FilledLine, Input, Latitude, Line, Longitude, Prose, read
from usergroups.inputs.group import GroupInput
from usergroups.models import Role

_CONTENT = files("usergroups.demo") / "content"

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Names(Input):
    """What the federation calls itself."""

    name: FilledLine
    tagline: Line


class Venue(Input):
    """A place to meet, its address in its name."""

    name: FilledLine
    latitude: Latitude
    longitude: Longitude


class Rhythm(Input):
    """When a group meets, by the clock on its own wall.

    `nth` counts the weekday within the month, -1 is the last; `every` counts months. `remote` is
    the share of meetups that one can join from afar.
    """

    nth: Literal[1, 2, 3, 4, -1]
    weekday: Weekday
    at: time
    minutes: int = Field(gt=0, le=720)
    every: int = Field(default=1, ge=1, le=12)
    until: date | None = None
    style: Literal["plain", "pair", "numbered", "named"] = "plain"
    remote: float = Field(default=0.0, ge=0, le=1)


class Day(Input):
    """A conference day, once a year; `show` says whether the last one or the next."""

    group: str
    show: Literal["last", "next"]
    title: FilledLine
    text: Prose
    month: int = Field(ge=1, le=12)
    nth: Literal[1, 2, 3, 4]
    weekday: Weekday
    at: time
    minutes: int = Field(gt=0, le=720)
    venue: Venue
    url: Line


class Talk(Input):
    """A talk, or an evening without one."""

    title: FilledLine
    text: Prose


class Language(Input):
    """What meetups are announced with in one language."""

    meetup: FilledLine
    openings: tuple[Line, ...]
    closings: tuple[Line, ...]
    pencilled: Line
    speakers: tuple[FilledLine, ...]
    evenings: tuple[Talk, ...]
    talks: tuple[Talk, ...]


class Person(Input):
    """Somebody with an account, and what they are in which group."""

    email: str
    name: FilledLine
    employer: Line = ""
    steward: bool = False
    roles: dict[str, Role] = Field(default_factory=dict)


class Unserved(Input):
    """A place without a group: how many wait there, and which of them would help to start one."""

    place: FilledLine
    country: FilledLine
    latitude: Latitude
    longitude: Longitude
    people: int = Field(gt=0)
    helpers: tuple[FilledLine, ...]


@dataclass(frozen=True, slots=True)
class LocalGroup:
    """A group, where it meets and when."""

    group: GroupInput
    rhythm: Rhythm
    venues: tuple[Venue, ...]


@lru_cache(maxsize=1)
def groups() -> tuple[LocalGroup, ...]:
    """Every group of the demo, region by region."""
    regions = sorted((_CONTENT / "groups").iterdir(), key=lambda file: file.name)
    return tuple(
        _local_group(table)
        for region in regions
        for table in tomllib.loads(region.read_text("utf-8"))["groups"]
    )


@lru_cache(maxsize=1)
def languages() -> dict[str, Language]:
    """What there is to say, by ISO 639-1 code; "en" is always there."""
    return {
        file.name.removesuffix(".toml"): read(Language, tomllib.loads(file.read_text("utf-8")))
        for file in (_CONTENT / "languages").iterdir()
    }


@lru_cache(maxsize=1)
def federation() -> Names:
    """The federation's own name."""
    return read(Names, _federation()["federation"])


@lru_cache(maxsize=1)
def days() -> tuple[Day, ...]:
    """The conference days."""
    return tuple(read(Day, table) for table in _federation()["days"])


@lru_cache(maxsize=1)
def people() -> tuple[Person, ...]:
    """The people with an account."""
    return tuple(read(Person, table) for table in _federation()["people"])


@lru_cache(maxsize=1)
def waiting() -> tuple[Unserved, ...]:
    """The places where people wait for a group."""
    return tuple(read(Unserved, table) for table in _federation()["waiting"])


def _federation() -> dict[str, Any]:
    return tomllib.loads((_CONTENT / "federation.toml").read_text("utf-8"))


def _local_group(table: dict[str, Any]) -> LocalGroup:
    rhythm = read(Rhythm, table.pop("rhythm"))
    venues = tuple(read(Venue, venue) for venue in table.pop("venues"))
    return LocalGroup(read(GroupInput, table), rhythm, venues)
