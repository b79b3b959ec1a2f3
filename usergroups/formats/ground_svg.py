"""The ground of a drawn map: land, water and lines of one frame of the world, as SVG paths.

Drawn from the files of static/basemap, which are TopoJSON in shares of the Mercator square.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from usergroups import paths
from usergroups.errors import SetupError
from usergroups.formats.mercator import mercator_point
from usergroups.formats.view import Box

Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = list[Point]

WORLD_UNITS = 1 << 20
BLOCKS = 8
# In the order of drawing, with their classes in the style sheet.
LAYERS = (
    ("land", "l"),
    ("rivers", "r"),
    ("lakes", "w"),
    ("coast", "c"),
    ("borders", "b"),
    ("disputed", "d"),
)
FILLED = {"land", "lakes"}
_KEPT = 32


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the world's square, in shares of it, the picture's width, the level of detail."""

    west: float
    north: float
    wide: float
    high: float
    width: int
    level: str

    @property
    def height(self) -> int:
        """The picture's height, in its own units as the width is."""
        return round(self.width * self.high / self.wide)

    def place(self, x: float, y: float) -> Point:
        """Where a point of the world's square is in the picture."""
        scale = self.width / self.wide
        return (x - self.west) * scale, (y - self.north) * scale


def frame_of(box: Box, width: int, level: str) -> Frame:
    """The frame that shows a box of degrees."""
    west, north = mercator_point(box.north, box.west)
    east, south = mercator_point(box.south, box.east)
    # The eastern edge of the world is its western one, a whole turn on.
    return Frame(west, north, (east - west) % 1 or 1, south - north, width, level)


@lru_cache(maxsize=_KEPT)
def ground(frame: Frame) -> str:
    """The paths of land, water and lines; about 0.2 s once, then kept.

    Raises SetupError where static/basemap is not built.
    """
    drawn: dict[str, list[str]] = {name: [] for name, _ in LAYERS}
    for topology, turns in _files(frame):
        shapes: dict[str, list[str]] = {name: [] for name, _ in LAYERS}
        for name, points in _lines(topology):
            shapes[name] += [
                _path(one, frame.width, frame.height, closed=name in FILLED)
                for one in _cut(frame, name, points, turns)
            ]
        for name, data in shapes.items():
            drawn[name].append("".join(data))
    # Files overlap a little: one path for each, or the even-odd rule would empty the overlap.
    return "".join(
        f'<path class="{css}" fill-rule="evenodd" d="{data}"/>'
        for name, css in LAYERS
        for data in drawn[name]
        if data
    )


def pieces(frame: Frame) -> Iterator[tuple[str, Ring]]:
    """Each ring or line with the name of its layer, cut to the frame, in the order of drawing."""
    found: dict[str, list[Ring]] = {name: [] for name, _ in LAYERS}
    for topology, turns in _files(frame):
        for name, points in _lines(topology):
            found[name] += _cut(frame, name, points, turns)
    for name, rings in found.items():
        yield from ((name, ring) for ring in rings)


def _cut(frame: Frame, name: str, points: Ring, turns: int) -> list[Ring]:
    """A ring or line of the world's square in the picture, without what is far outside it."""
    placed = [frame.place(x / WORLD_UNITS + turns, y / WORLD_UNITS) for x, y in points]
    if name in FILLED:
        return [_clip(placed, frame.width, frame.height)]
    return _stretches(placed, frame.width, frame.height)


def _files(frame: Frame) -> Iterator[tuple[dict[str, Any], int]]:
    """The files that the frame needs, each with the turns of the world by which it is moved."""
    names = [(frame.level, 0)]
    if frame.level != "w110":
        columns = range(int(frame.west * BLOCKS // 1), int((frame.west + frame.wide) * BLOCKS) + 1)
        first, last = int(frame.north * BLOCKS), int((frame.north + frame.high) * BLOCKS)
        rows = range(max(0, first), min(BLOCKS - 1, last) + 1)
        names = [
            (f"{frame.level}-{column % BLOCKS}-{row}", column // BLOCKS)
            for column in columns
            for row in rows
        ]
    for name, turns in names:
        yield _read(paths.STATIC / "basemap" / f"{name}.json"), turns


def _read(path: Path) -> dict[str, Any]:
    try:
        topology: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        raise SetupError(f"{path.name} has not been built: run `make setup`") from None
    return topology


def _lines(topology: dict[str, Any]) -> Iterator[tuple[str, Ring]]:
    """Each ring or line of a TopoJSON file (TopoJSON 1.0, section 2.1.4: arcs are deltas)."""
    if not topology["objects"]:
        return
    (scale_x, scale_y) = topology["transform"]["scale"]
    arcs: list[Ring] = []
    for arc in topology["arcs"]:
        x = y = 0
        points: Ring = []
        for right, down in arc:
            x, y = x + right, y + down
            points.append((x * scale_x, y * scale_y))
        arcs.append(points)
    for name, thing in topology["objects"].items():
        for indices in _chains(thing):
            yield name, _join(arcs, indices)


def _chains(thing: dict[str, Any]) -> Iterator[list[int]]:
    match thing["type"]:
        case "GeometryCollection":
            for part in thing["geometries"]:
                yield from _chains(part)
        case "LineString":
            yield thing["arcs"]
        case "MultiPolygon":
            for polygon in thing["arcs"]:
                yield from polygon
        case "Polygon" | "MultiLineString":
            yield from thing["arcs"]


def _join(arcs: list[Ring], indices: list[int]) -> Ring:
    points: Ring = []
    for index in indices:
        arc = arcs[~index][::-1] if index < 0 else arcs[index]
        points.extend(arc[1:] if points else arc)
    return points


def _clip(ring: Ring, width: float, height: float) -> Ring:
    """The part of a ring near the picture (Sutherland and Hodgman 1974, one edge after another)."""
    over = 4.0
    edges = ((0, -over, 1), (0, -(width + over), -1), (1, -over, 1), (1, -(height + over), -1))
    for axis, edge, sign in edges:
        kept: Ring = []
        for before, after in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
            a, b = ((point[axis] * sign) - edge for point in (before, after))
            if (a >= 0) != (b >= 0):
                share = a / (a - b)
                kept.append(
                    (
                        before[0] + share * (after[0] - before[0]),
                        before[1] + share * (after[1] - before[1]),
                    )
                )
            if b >= 0:
                kept.append(after)
        ring = kept
    return ring


def _stretches(line: Ring, width: float, height: float) -> list[Ring]:
    """The stretches of a line whose pieces may touch the picture."""
    found: list[Ring] = []
    is_open = False
    for before, after in pairwise(line):
        near = (
            min(before[0], after[0]) <= width
            and max(before[0], after[0]) >= 0
            and min(before[1], after[1]) <= height
            and max(before[1], after[1]) >= 0
        )
        if near and is_open:
            found[-1].append(after)
        elif near:
            found.append([before, after])
        is_open = near
    return found


def _path(points: Ring, width: float, height: float, *, closed: bool) -> str:
    """SVG path data in tenths of a pixel, without what is too small or too far away to be seen."""
    near = [(round(x, 1), round(y, 1)) for x, y in points]
    xs, ys = [x for x, _ in near], [y for _, y in near]
    if not near or max(xs) < 0 or min(xs) > width or max(ys) < 0 or min(ys) > height:
        return ""
    if closed and max(xs) - min(xs) < 1 and max(ys) - min(ys) < 1:
        return ""
    steps = [f"M{near[0][0]:g} {near[0][1]:g}"]
    last = near[0]
    for point in near[1:]:
        if point != last:
            steps.append(f"l{point[0] - last[0]:.1f} {point[1] - last[1]:.1f}".replace(".0", ""))
            last = point
    return "".join(steps) + ("z" if closed else "")
