"""The names of towns on drawn maps: the most important first, none over another or over a pin."""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape

from usergroups import paths
from usergroups.formats.ground_svg import BLOCKS, WORLD_UNITS, Frame
from usergroups.formats.mercator import mercator_point
from usergroups.formats.view import CLUSTER_FIELDS, Row, cluster_radius

_LEVEL = "w10"
_LETTER, _LINE = 7.1, 16
# Half the width of a pin, and how far from the middle of a town its name begins, and of a pin.
_PIN, _BESIDE, _BESIDE_PIN = 7, 6, 12
# By how many steps a town with a pin is named before others of its size.
_CLOSER = 3
_CREDIT_WIDE, _CREDIT_HIGH = 190, 16
# The zoom from which on towns are named that stand in no list of the whole world.
_SMALL_FROM = 7
# Where on the basemap, what it is called, and the zoom from which on it is named.
_Town = tuple[int, int, str, int]
# An area of the picture in which no name may stand: left, top, right, bottom.
Area = tuple[float, float, float, float]


def town_names(
    frame: Frame, zoom: int, pins: Iterable[Row] = (), *, kept_free: Iterable[Area] = (), most: int
) -> str:
    """At most so many names as pieces of SVG: of towns with a pin, then as a map has at this zoom.

    The name of one with a pin stands beside the pin. `kept_free` is in units of the picture.
    """
    width, height = frame.width, frame.height
    credit = (width - _CREDIT_WIDE, height - _CREDIT_HIGH, width, height)
    dots: list[Area] = []
    taken = [credit, *kept_free]
    for row in pins:
        # A cluster stands for several towns, and names none.
        (taken if len(row) == CLUSTER_FIELDS else dots).append(_area(frame, row))
    return "".join(_written(frame, zoom, dots, taken, most))


def _area(frame: Frame, row: Row) -> Area:
    across, down = mercator_point(row[0], row[1])
    x, y = frame.place(across + (across < frame.west), down)
    half = cluster_radius(row[2]) if len(row) == CLUSTER_FIELDS else _PIN
    return x - half, y - half, x + half, y + half


def _written(
    frame: Frame, zoom: int, dots: list[Area], taken: list[Area], most: int
) -> Iterator[str]:
    written = 0
    for x, y, name, pin in _towns(frame, zoom, dots):
        others = [*taken, *(dot for dot in dots if dot is not pin)]
        area = _room(frame, (x, y), name, others, _BESIDE_PIN if pin else _BESIDE)
        if area is None:
            continue
        taken.append((min(x - 4, area[0]), area[1], max(x + 4, area[2]), area[3]))
        if pin is None:
            yield f'<circle class="v" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>'
        yield f'<text class="t" x="{area[0] + 2:.1f}" y="{y + 4:.1f}">{escape(name)}</text>'
        written += 1
        if written == most:
            return


def _room(
    frame: Frame, at: tuple[float, float], name: str, others: list[Area], beside: int
) -> Area | None:
    """Where the name fits, to the right of its town or to the left; None where it does not."""
    x, y = at
    wide = len(name) * _LETTER
    for start in (x + beside, x - beside - wide):
        area = (start - 2, y - _LINE / 2, start + wide + 2, y + _LINE / 2)
        is_inside = area[0] > 0 and area[2] < frame.width and area[1] > 0 and area[3] < frame.height
        if is_inside and not any(_overlap(area, other) for other in others):
            return area
    return None


def _towns(
    frame: Frame, zoom: int, dots: list[Area]
) -> Iterator[tuple[float, float, str, Area | None]]:
    """Place, name and pin in the order in which they are named: one for each pin, then others."""
    found: list[tuple[bool, int, float, float, str, Area | None]] = []
    for since, x, y, name in _in(frame, zoom + _CLOSER):
        pin = next((dot for dot in dots if dot[0] < x < dot[2] and dot[1] < y < dot[3]), None)
        if pin or since <= zoom:
            found.append((pin is None, since, x, y, name, pin))
    named = set()
    for _is_bare, _since, x, y, name, pin in sorted(found, key=lambda town: town[:2]):
        if pin not in named:
            yield x, y, name, pin
        if pin:
            named.add(pin)


def _in(frame: Frame, zoom: int) -> Iterator[tuple[int, float, float, str]]:
    """The towns of a frame that are named at this zoom: since which, where, and how."""
    is_near = zoom >= _SMALL_FROM
    for column in range(int(frame.west * BLOCKS), int((frame.west + frame.wide) * BLOCKS) + 1):
        for row in range(int(frame.north * BLOCKS), int((frame.north + frame.high) * BLOCKS) + 1):
            block = column % BLOCKS, min(row, BLOCKS - 1)
            for x, y, name, named_from in _cities(*block) if is_near else _large(*block):
                turned = x / WORLD_UNITS + column // BLOCKS
                across, down = frame.place(turned, y / WORLD_UNITS)
                if named_from <= zoom and 0 <= across <= frame.width and 0 <= down <= frame.height:
                    yield named_from, across, down, name


@lru_cache(maxsize=8)
def _cities(column: int, row: int) -> list[_Town]:
    """The towns of one block, with those that only a near view names."""
    block = json.loads((paths.STATIC / "basemap" / f"{_LEVEL}-{column}-{row}.json").read_text())
    small = [(x, y, name, zoom) for x, y, name, zoom, *_ in block.get("cities", [])]
    return _large(column, row) + small


@lru_cache(maxsize=BLOCKS * BLOCKS)
def _large(column: int, row: int) -> list[_Town]:
    """Those of one block that are named on maps of the world."""
    size = WORLD_UNITS // BLOCKS
    return [
        (x, y, name, zoom)
        for x, y, name, zoom, *_ in _labels()
        if (x // size, y // size) == (column, row)
    ]


@lru_cache(maxsize=1)
def _labels() -> list[tuple[int, int, str, int, int]]:
    """The cities that are named on maps of the world."""
    said = json.loads((paths.STATIC / "basemap" / "labels.json").read_text())
    return [tuple(city) for city in said["cities"]]


def _overlap(a: Area, b: Area) -> bool:
    return a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]
