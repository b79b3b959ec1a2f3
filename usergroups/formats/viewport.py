"""The groups of a map's view: clusters and pins, from arrays in memory.

Pure numbers: Web Mercator cells of 64 pixels, each merged into a greater neighbour less than 44
pixels away. Whether cells merge depends on nothing but their surroundings, so a cluster stays the
same while the map is moved.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from usergroups.formats.mercator import MOST_LATITUDE
from usergroups.formats.view import (
    DATE_LINE,
    EARTH_RADIUS_KM,
    EVERYTHING,
    POLE,
    Box,
    Filters,
    GroupPlace,
    Pin,
    Row,
    ViewError,
)
from usergroups.gazetteer.earth import geodesic_km

CELL = 64
NEAR = 44
MOST_ROWS = 400
# The ellipsoid's distance differs from the sphere's by less than this share (0.56 %, both ways).
SPHERE_ERROR = 1.012
# Points that are one on Earth, as at a pole, may differ by less than this in what is computed.
ROUNDING_KM = 1e-3
# Up to this zoom the world's cells are few: they are laid out once for all views.
WHOLE = 6
# A view of more cells than this is no screen's; it is answered as if from farther away.
MOST_CELLS = 1 << 14
# A cluster with a cell in the view has cells two away, whose merging hangs on cells two farther.
MARGIN = 4

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
_NOBODY: Ints = np.array([], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Occupied cells of one zoom, in the order of their numbers (column first)."""

    number: Ints
    count: Ints
    x: Floats  # mean place of the cell's groups, in pixels
    y: Floats
    of_group: Ints  # for each group taken, the position of its cell here


@dataclass(frozen=True, slots=True)
class _Layout:
    """Groups in the order of their heads: for each cell its head, for each group as well."""

    cells: _Cells
    head: Ints
    groups: Ints
    head_of_group: Ints


class GroupIndex:
    """All published groups, for map views and for "near me". Built once per version of the data."""

    def __init__(self, places: Iterable[GroupPlace]) -> None:
        """Hold the places. Raises ViewError for one that is nowhere on Earth."""
        self.places: Sequence[GroupPlace] = tuple(places)
        self.latitude: Floats = np.array([p.latitude for p in self.places], dtype=np.float64)
        self.longitude: Floats = np.array([p.longitude for p in self.places], dtype=np.float64)
        good = (np.abs(self.latitude) <= POLE) & (np.abs(self.longitude) <= DATE_LINE)
        if not good.all():
            raise ViewError(f"{self.places[int(np.argmin(good))].slug} is nowhere on Earth")
        self._x, self._y = _mercator(self.latitude, self.longitude)
        self.country = np.array([p.country for p in self.places], dtype="U2")
        self.languages = sorted({spoken for p in self.places for spoken in p.languages})
        self._having = _having(self.places)
        # The positions of the groups that pass some filters.
        self.wanted = lru_cache(maxsize=64)(self._select)
        self._whole = lru_cache(maxsize=24)(
            lambda zoom, filters: self._lay_out(self.wanted(filters), zoom)
        )

    def __len__(self) -> int:
        return len(self.places)

    def _select(self, filters: Filters) -> Ints:
        """The positions of the groups that pass the filters."""
        taken = np.arange(len(self.places))
        for field in fields(filters):
            if value := getattr(filters, field.name):
                having = self._having.get((field.name, value), _NOBODY)
                taken = np.intersect1d(taken, having, assume_unique=True)
        return taken

    def viewport(self, box: Box, zoom: int, filters: Filters = EVERYTHING) -> list[Row]:
        """Clusters and pins of a view, at most 400: `[lat, lng, n, key]` or a pin's seven values.

        The view is widened to whole cells, and a cluster belongs to it that has a cell in it, so
        every group of the view is in exactly one row. A view with more than 400 rows is answered
        as if from farther away.
        """
        while zoom > 0 and math.prod(_cell_box(box, zoom)[2:]) > MOST_CELLS:
            zoom -= 1
        while (rows := self._rows(box, zoom, filters)) is None:
            zoom -= 1
        return rows

    def _rows(self, box: Box, zoom: int, filters: Filters) -> list[Row] | None:
        if zoom <= WHOLE:
            laid = self._whole(zoom, filters)
        else:
            laid = self._lay_out(self._within(box, zoom, self.wanted(filters)), zoom)
        seen = np.unique(laid.head[_in_view(laid.cells, box, zoom)])
        if len(seen) > MOST_ROWS and zoom > 0:
            return None
        starts = np.searchsorted(laid.head_of_group, seen)
        ends = np.searchsorted(laid.head_of_group, seen, side="right")
        members = [laid.groups[start:end] for start, end in zip(starts, ends, strict=True)]
        keys = _keys(laid.cells, laid.head, seen, zoom)
        return [self._row(group, key) for group, key in zip(members, keys, strict=True)]

    def _lay_out(self, taken: Ints, zoom: int) -> _Layout:
        cells = self._cells(taken, zoom)
        head = _heads(cells, zoom)
        head_of_group = head[cells.of_group]
        order = np.argsort(head_of_group, kind="stable")
        return _Layout(cells, head, taken[order], head_of_group[order])

    def _within(self, box: Box, zoom: int, wanted: Ints) -> Ints:
        """The wanted groups in the view and in the cells around it that decide about merging."""
        across = 4 << zoom
        west, north, wide, high = _cell_box(box, zoom)
        columns = (self._x[wanted] * across).astype(np.int64)
        rows = (self._y[wanted] * across).astype(np.int64)
        inside = (rows >= north - MARGIN) & (rows < north + high + MARGIN)
        if wide + 2 * MARGIN < across:
            inside &= (columns - west + MARGIN) % across < wide + 2 * MARGIN
        return wanted[inside]

    def _cells(self, taken: Ints, zoom: int) -> _Cells:
        across = 4 << zoom
        x, y = self._x[taken] * across, self._y[taken] * across
        numbers = x.astype(np.int64) * across + y.astype(np.int64)
        number, of_group, count = np.unique(numbers, return_inverse=True, return_counts=True)
        size = len(number)
        return _Cells(
            number,
            count.astype(np.int64),
            np.bincount(of_group, x, size) / count * CELL,
            np.bincount(of_group, y, size) / count * CELL,
            of_group.astype(np.int64),
        )

    def _row(self, members: Ints, key: str) -> Row:
        if len(members) == 1:
            return self._pin(int(members[0]))
        # Means of pixels, so that a cluster stands amid its pins on the screen; across 180 degrees
        # cells never merge, so plain means are right.
        x, y = float(self._x[members].mean()), float(self._y[members].mean())
        latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
        return (round(latitude, 5), round(x * 360 - 180, 5), len(members), key)

    def _pin(self, position: int) -> Pin:
        place = self.places[position]
        at = (round(place.latitude, 5), round(place.longitude, 5))
        return (*at, 1, place.slug, place.name, place.status, place.next_on)

    def members(self, key: str, filters: Filters = EVERYTHING) -> list[Pin]:
        """The pins of a cluster by its key, by name, at most 400. Raises ViewError on a bad key."""
        zoom, numbers = _read_key(key)
        wanted = self.wanted(filters)
        across = 4 << zoom
        columns = (self._x[wanted] * across).astype(np.int64)
        rows = (self._y[wanted] * across).astype(np.int64)
        found = wanted[np.isin(columns * across + rows, numbers)]
        ranked = sorted(found, key=lambda position: self.places[position].name.casefold())
        return [self._pin(int(position)) for position in ranked[:MOST_ROWS]]

    def nearest(
        self,
        latitude: float,
        longitude: float,
        count: int,
        *,
        within_km: float = math.inf,
        filters: Filters = EVERYTHING,
    ) -> list[tuple[float, GroupPlace]]:
        """The nearest groups with their distances in kilometres, nearest first.

        Distances are geodesics on WGS 84 (Karney 2013); the sphere only chooses whom to
        measure, widened by its greatest error, so the answer is exact at the antimeridian and the
        poles too. Raises ViewError where the point is nowhere on Earth.
        """
        if not (abs(latitude) <= POLE and abs(longitude) <= DATE_LINE):
            raise ViewError(
                "a point has a latitude from -90 to 90 and a longitude from -180 to 180"
            )
        wanted = self.wanted(filters)
        if count < 1 or not len(wanted):
            return []
        rough = _haversine(latitude, longitude, self.latitude[wanted], self.longitude[wanted])
        last = np.partition(rough, min(count, len(rough)) - 1)[min(count, len(rough)) - 1]
        reach = min(last, within_km) * SPHERE_ERROR + ROUNDING_KM
        measure = lru_cache(maxsize=None)(
            lambda lat, lng: geodesic_km((latitude, longitude), (lat, lng))
        )
        near = [self.places[position] for position in wanted[rough <= reach]]
        ranked = sorted(
            ((measure(place.latitude, place.longitude), place) for place in near),
            key=lambda pair: (pair[0], pair[1].slug),
        )
        return [pair for pair in ranked[:count] if pair[0] <= within_km]


def _having(places: Sequence[GroupPlace]) -> dict[tuple[str, object], Ints]:
    """The positions of the groups for each field of a filter and each value it may have."""
    found: dict[tuple[str, object], list[int]] = {}
    for position, place in enumerate(places):
        for topic in place.topics:
            found.setdefault(("topic", topic), []).append(position)
        for spoken in place.languages:
            found.setdefault(("language", spoken), []).append(position)
        found.setdefault(("status", place.status), []).append(position)
        found.setdefault(("country", place.country), []).append(position)
        if place.next_on is not None:
            found.setdefault(("coming", True), []).append(position)
    return {asked: np.array(positions) for asked, positions in found.items()}


def _cell_box(box: Box, zoom: int) -> tuple[int, int, int, int]:
    """The view in cells: westernmost column, northernmost row, columns, rows."""
    across = 4 << zoom
    (top, bottom) = _mercator(np.array([box.north, box.south]), np.zeros(2))[1] * across
    west = math.floor((box.west + 180) / 360 * across)
    east = math.floor((box.east + 180) / 360 * across)
    return west, int(top), min(east - west + 1, across), int(bottom) - int(top) + 1


def _in_view(cells: _Cells, box: Box, zoom: int) -> Flags:
    across = 4 << zoom
    west, north, wide, high = _cell_box(box, zoom)
    rows = cells.number % across
    columns = cells.number // across
    shown: Flags = (rows >= north) & (rows < north + high) & ((columns - west) % across < wide)
    return shown


def _heads(cells: _Cells, zoom: int) -> Ints:
    """For each cell the position of the cell it merges into: itself, or a head next to it.

    A head has no greater cell within 44 pixels. Greater means more groups, then the lower number.
    """
    size = len(cells.number)
    own = np.arange(size)
    neighbours = list(_neighbours(cells, zoom))
    best = own.copy()
    for other, near in neighbours:
        best = np.where(near & _greater(cells, other, best), other, best)
    is_head = best == own
    # Among heads only: one whose greatest neighbour merges elsewhere may still join another head.
    chosen = own.copy()
    for other, near in neighbours:
        joins = near & is_head[other] & ~is_head
        first = chosen == own
        chosen = np.where(joins & (first | _greater(cells, other, chosen)), other, chosen)
    return chosen


def _greater(cells: _Cells, a: Ints, b: Ints) -> Flags:
    more: Flags = (cells.count[a] > cells.count[b]) | ((cells.count[a] == cells.count[b]) & (a < b))
    return more


def _neighbours(cells: _Cells, zoom: int) -> Iterator[tuple[Ints, Flags]]:
    """In each of eight directions, the neighbour's position and whether it is there and near."""
    across = 4 << zoom
    size = len(cells.number)
    rows, columns = cells.number % across, cells.number // across
    for right in (-1, 0, 1):
        for down in (-1, 0, 1):
            if right == down == 0:
                continue
            on_map = (rows + down >= 0) & (rows + down < across)
            on_map &= (columns + right >= 0) & (columns + right < across)
            target = cells.number + right * across + down
            found = np.minimum(np.searchsorted(cells.number, target), max(size - 1, 0))
            there = on_map & (cells.number[found] == target)
            apart = np.hypot(cells.x - cells.x[found], cells.y - cells.y[found])
            yield found, there & (apart < NEAR)


def _keys(cells: _Cells, head: Ints, seen: Ints, zoom: int) -> list[str]:
    """What `members` finds each cluster's groups by: the zoom and the numbers of its cells."""
    numbers: dict[int, list[int]] = {int(one): [] for one in seen}
    for position in np.flatnonzero(np.isin(head, seen)):
        numbers[int(head[position])].append(int(cells.number[position]))
    return [
        "-".join([format(zoom, "x"), *(format(number, "x") for number in cells_of)])
        for cells_of in numbers.values()
    ]


def _read_key(key: str) -> tuple[int, list[int]]:
    if not re.fullmatch(r"[0-9a-e](-[0-9a-f]{1,9}){1,9}", key):
        raise ViewError("at must be the key of a cluster as /map/groups.json gave it")
    zoom, *numbers = (int(part, 16) for part in key.split("-"))
    return zoom, numbers


def _haversine(latitude: float, longitude: float, latitudes: Floats, longitudes: Floats) -> Floats:
    """Great-circle distances in kilometres on a sphere of the Earth's mean radius."""
    here, there = math.radians(latitude), np.radians(latitudes)
    apart = np.radians(longitudes - longitude)
    square = np.sin((there - here) / 2) ** 2
    square += math.cos(here) * np.cos(there) * np.sin(apart / 2) ** 2
    distances: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(square, 1)))
    return distances


def _mercator(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """What `mercator_point` gives, for many points at once."""
    x = ((longitude + 180) % 360) / 360
    sine = np.sin(np.radians(np.clip(latitude, -MOST_LATITUDE, MOST_LATITUDE)))
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return x, np.clip(y, 0, np.nextafter(1, 0))
