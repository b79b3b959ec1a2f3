"""Who is near a point: boxes for the database to choose by, then real distances.

The boxes are those of a sphere (Jan Philip Matuschek, "Finding points within a distance of a
latitude/longitude using bounding coordinates", 2010); distances are geodesics on WGS 84.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, or_

from usergroups.gazetteer.earth import geodesic_km

_EARTH_KM = 6371.0088
# The ellipsoid's distance differs from the sphere's by less than this share, both ways.
_ERROR = 0.006
# Rows of distances worked out at once: some megabytes of memory.
_BLOCK = 512
_HALF_TURN, _TURN, _RIGHT_ANGLE = 180.0, 360.0, 90.0


@dataclass(frozen=True, slots=True)
class Point:
    """A place on Earth in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees from west to east and south to north; never across the antimeridian."""

    west: float
    south: float
    east: float
    north: float


def boxes(point: Point, km: float) -> list[Box]:
    """One or two boxes that hold everything within the distance: whole turns at the poles."""
    angle = km / _EARTH_KM * (1 + _ERROR)
    reach = math.degrees(angle)
    south, north = point.latitude - reach, point.latitude + reach
    if south <= -_RIGHT_ANGLE or north >= _RIGHT_ANGLE:
        edges = max(south, -_RIGHT_ANGLE), min(north, _RIGHT_ANGLE)
        return [Box(-_HALF_TURN, edges[0], _HALF_TURN, edges[1])]
    wide = math.degrees(math.asin(math.sin(angle) / math.cos(math.radians(point.latitude))))
    west, east = point.longitude - wide, point.longitude + wide
    if west < -_HALF_TURN:
        return [
            Box(west + _TURN, south, _HALF_TURN, north),
            Box(-_HALF_TURN, south, east, north),
        ]
    if east > _HALF_TURN:
        return [
            Box(west, south, _HALF_TURN, north),
            Box(-_HALF_TURN, south, east - _TURN, north),
        ]
    return [Box(west, south, east, north)]


def inside(
    found: Iterable[Box],
    latitude: ColumnElement[float],
    longitude: ColumnElement[float],
) -> ColumnElement[bool]:
    """The condition that a row stands in one of the boxes."""
    return or_(
        *(
            and_(latitude.between(box.south, box.north), longitude.between(box.west, box.east))
            for box in found
        )
    )


def within(
    point: Point, candidates: Sequence[tuple[int, float, float]], km: float | None
) -> list[tuple[float, int]]:
    """Rough kilometres and id of the candidates (id, latitude, longitude) nearest first.

    Where the sphere cannot tell whether one is within `km`, the ellipsoid is asked.
    """
    rough = sorted((_on_sphere(point, lat, lng), key, lat, lng) for key, lat, lng in candidates)
    if km is None:
        return [(far, key) for far, key, _, _ in rough]
    return [
        (far, key)
        for far, key, lat, lng in rough
        if far <= km * (1 - _ERROR)
        or (far <= km * (1 + _ERROR) and distance(point, lat, lng) <= km)
    ]


def nearest_before(points: Sequence[tuple[float, float]]) -> list[int | None]:
    """For each point (latitude, longitude) the index of the nearest of those before it, or None.

    By the angle between their directions from the centre of the sphere, all pairs: ten thousand
    points take a second.
    """
    # It weighs 12 MB, and this is asked once a night.
    import numpy as np

    latitudes, longitudes = np.radians(np.array(points, dtype=float).reshape(-1, 2)).T
    directions = np.column_stack(
        (
            np.cos(latitudes) * np.cos(longitudes),
            np.cos(latitudes) * np.sin(longitudes),
            np.sin(latitudes),
        )
    )
    found: list[int | None] = []
    for first in range(0, len(points), _BLOCK):
        block = directions[first : first + _BLOCK]
        closeness = block @ directions[: first + len(block)].T
        rows, columns = np.ogrid[: len(block), : closeness.shape[1]]
        closeness[columns >= rows + first] = -np.inf
        found += [int(column) for column in closeness.argmax(axis=1)]
    return [None, *found[1:]] if found else []


@lru_cache(maxsize=4096)
def distance(point: Point, latitude: float, longitude: float) -> float:
    """Kilometres on the ellipsoid of WGS 84."""
    return geodesic_km((point.latitude, point.longitude), (latitude, longitude))


def _on_sphere(point: Point, latitude: float, longitude: float) -> float:
    here, there = math.radians(point.latitude), math.radians(latitude)
    apart = math.radians(longitude - point.longitude)
    square = math.sin((there - here) / 2) ** 2
    square += math.cos(here) * math.cos(there) * math.sin(apart / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(square, 1)))
