"""What is asked of the map and what its answers are made of: words and numbers, no arrays."""

import math
import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from usergroups.errors import DomainError

MOST_ZOOM = 14
POLE, DATE_LINE, TURN = 90, 180, 360
MOST_TURNS = 3
EARTH_RADIUS_KM = 6371.0088

Pin: TypeAlias = tuple[float, float, int, str, str, str, str | None]
Cluster: TypeAlias = tuple[float, float, int, str]
Row: TypeAlias = Pin | Cluster
CLUSTER_FIELDS: Final = 4


class ViewError(DomainError):
    """What was asked of the map makes no sense; the message says which part."""

    status = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlace:
    """What the map needs to know of a group."""

    latitude: float
    longitude: float
    slug: str
    name: str
    status: str
    country: str
    next_on: str | None = None
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which groups are wanted; an empty field wants all."""

    topic: str = ""
    status: str = ""
    language: str = ""
    country: str = ""
    coming: bool = False


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Box:
    """A view in degrees, checked: from west eastwards to east, which may be beyond 180."""

    west: float
    south: float
    east: float
    north: float


def cluster_radius(groups: int) -> int:
    """How large so many groups are drawn as one, in units of a drawn map."""
    return 10 + min(8, groups // 8)


def read_box(text: str) -> Box:
    """The box written as `w,s,e,n`; longitudes may run past 180. Raises ViewError."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise ViewError("bbox must be four numbers: west,south,east,north") from None
    if not all(math.isfinite(edge) for edge in (west, south, east, north)):
        raise ViewError("bbox must be of finite numbers")
    if not -POLE <= south <= north <= POLE:
        raise ViewError("bbox must have its south below its north, both from -90 to 90")
    if max(abs(west), abs(east)) > MOST_TURNS * TURN:
        raise ViewError("bbox must have longitudes of at most three turns round the world")
    if east - west >= TURN:
        return Box(-DATE_LINE, south, DATE_LINE, north)
    # A box across the antimeridian may come as 170,…,190 or as 170,…,-170.
    start = (west + DATE_LINE) % TURN - DATE_LINE
    return Box(start, south, start + (east - west) % TURN, north)


def read_zoom(text: str) -> int:
    """The zoom as a whole number from 0 to 14. Raises ViewError."""
    if not re.fullmatch(r"[0-9]{1,2}", text) or int(text) > MOST_ZOOM:
        raise ViewError(f"z must be a whole number from 0 to {MOST_ZOOM}")
    return int(text)


def bounds(places: list[tuple[float, float]]) -> Box | None:
    """The least box round points (latitude, longitude), across the antimeridian where that is less.

    None for no points.
    """
    if not places:
        return None
    latitudes = [latitude for latitude, _ in places]
    east_of = sorted({longitude for _, longitude in places})
    # The widest gap between neighbours is what the box leaves out.
    gaps = [
        (after - before) % TURN or TURN
        for before, after in zip(east_of, [*east_of[1:], east_of[0]], strict=True)
    ]
    widest = max(range(len(gaps)), key=gaps.__getitem__)
    west = east_of[(widest + 1) % len(east_of)]
    return Box(west, min(latitudes), west + (TURN - gaps[widest]), max(latitudes))
