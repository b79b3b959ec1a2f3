"""The map without JavaScript: an SVG of the same ground, with a dot for each group or cluster.

Colours follow the reader's theme by media queries in the SVG's own style sheet; whoever serves it
sends CONTENT_SECURITY_POLICY, which allows that sheet and nothing else.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from usergroups import paths
from usergroups.errors import SetupError
from usergroups.formats.viewport import Box, Row, mercator_point

Region = Literal["europe", "world"]
Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = list[Point]

STYLE = (
    ".s{fill:#d3e4ec}.l{fill:#f8f6f0}.w{fill:#d3e4ec}.c,.b,.d,.r{fill:none}"
    ".c{stroke:#86abc0;stroke-width:.7}.b,.d{stroke:#aaa196;stroke-width:.6}"
    ".d{stroke-dasharray:3 2}.r{stroke:#9dc0d3;stroke-width:.5}"
    ".g{stroke:#fff;stroke-width:1.5}.active{fill:#0f6b4f}.quiet{fill:#2b6aa3}"
    ".forming{fill:#96500a}.dormant{fill:#6a6570}.vacant{fill:#a12a3a}.many{fill:#14532d}"
    ".n{fill:#fff;font:700 11px system-ui,sans-serif;text-anchor:middle}"
    "@media(prefers-color-scheme:dark){.s,.w{fill:#16212b}.l{fill:#2a2f35}"
    ".c{stroke:#456377}.b,.d{stroke:#6a6f76}.r{stroke:#2f4a5c}.g{stroke:#1b1f24}"
    ".active{fill:#5fd3a8}.quiet{fill:#86bdf0}.forming{fill:#f0b060}.dormant{fill:#b4aebb}"
    ".vacant{fill:#ff9aa5}.many{fill:#7fdcb5}.n{fill:#0c2019}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'"

WORLD_UNITS = 1 << 20
BLOCKS = 8
CLUSTER_FIELDS: Final = 4
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


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a region shows: its box, the picture's width, the zoom for clusters, the level."""

    box: Box
    width: int
    zoom: int
    level: str


FRAMES: dict[Region, _Frame] = {
    "europe": _Frame(Box(-25, 34, 45, 71), 800, 4, "w50"),
    "world": _Frame(Box(-180, -57, 180, 78), 1000, 2, "w110"),
}


def view_of(region: Region) -> tuple[Box, int]:
    """The box and the zoom to ask GroupIndex.viewport for."""
    return FRAMES[region].box, FRAMES[region].zoom


def render_svg(rows: Iterable[Row], region: Region, *, title: str, description: str) -> str:
    """The map of a region as an SVG document; title and description are read out in its place.

    Rows are those of GroupIndex.viewport. Raises SetupError where static/basemap is not built.
    """
    width, height = _size(region)
    dots = "".join(_dot(row, region) for row in rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="t d"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(description)}</desc><style>{STYLE}</style>'
        f'<path class="s" d="M0 0H{width}V{height}H0Z"/>{_ground(region)}{dots}</svg>'
    )


def _dot(row: Row, region: Region) -> str:
    x, y = _place(*mercator_point(row[0], row[1]), region)
    if len(row) != CLUSTER_FIELDS:
        return f'<circle class="g {escape(row[5])}" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
    radius = 10 + min(8, row[2] // 8)
    return (
        f'<circle class="g many" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'
        f'<text class="n" x="{x:.1f}" y="{y + 4:.1f}">{row[2]}</text>'
    )


@lru_cache(maxsize=len(FRAMES))
def _extent(region: Region) -> tuple[float, float, float, float]:
    """The frame in shares of the world's square: west, north, width, height."""
    box = FRAMES[region].box
    west, north = mercator_point(box.north, box.west)
    east, south = mercator_point(box.south, box.east)
    # The eastern edge of the world is its western one, a whole turn on.
    return west, north, (east - west) % 1 or 1, south - north


def _size(region: Region) -> tuple[int, int]:
    _, _, wide, high = _extent(region)
    return FRAMES[region].width, round(FRAMES[region].width * high / wide)


def _place(x: float, y: float, region: Region) -> Point:
    west, north, wide, _ = _extent(region)
    scale = FRAMES[region].width / wide
    return (x - west) * scale, (y - north) * scale


@lru_cache(maxsize=len(FRAMES))
def _ground(region: Region) -> str:
    """The paths of land, water and lines; about 0.2 s once, then kept."""
    width, height = _size(region)
    drawn: dict[str, list[str]] = {name: [] for name, _ in LAYERS}
    for topology in _files(region):
        shapes: dict[str, list[str]] = {name: [] for name, _ in LAYERS}
        for name, points in _lines(topology):
            placed = [_place(x / WORLD_UNITS, y / WORLD_UNITS, region) for x, y in points]
            cut = _clip(placed, width, height) if name in FILLED else placed
            shapes[name].append(_path(cut, width, height, closed=name in FILLED))
        for name, data in shapes.items():
            drawn[name].append("".join(data))
    # Files overlap a little: one path for each, or the even-odd rule would empty the overlap.
    return "".join(
        f'<path class="{css}" fill-rule="evenodd" d="{data}"/>'
        for name, css in LAYERS
        for data in drawn[name]
        if data
    )


def _files(region: Region) -> Iterator[dict[str, Any]]:
    west, north, wide, high = _extent(region)
    level = FRAMES[region].level
    names = [level]
    if level != "w110":
        columns = range(int(west * BLOCKS), int((west + wide) * BLOCKS) + 1)
        rows = range(int(north * BLOCKS), int((north + high) * BLOCKS) + 1)
        names = [f"{level}-{column}-{row}" for column in columns for row in rows]
    for name in names:
        yield _read(paths.STATIC / "basemap" / f"{name}.json")


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
