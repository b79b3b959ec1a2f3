"""The map without JavaScript: an SVG of the same ground, with a dot for each group or cluster.

Colours follow the reader's theme by media queries in the SVG's own style sheet; whoever serves it
sends CONTENT_SECURITY_POLICY, which allows that sheet and nothing else.
"""

import base64
import hashlib
import math
from collections.abc import Iterable
from html import escape
from typing import Literal

from usergroups.formats.ground_svg import Frame, frame_of, ground
from usergroups.formats.mercator import mercator_point
from usergroups.formats.view import CLUSTER_FIELDS, Box, Row, cluster_radius

Region = Literal["europe", "world"]

STYLE = (
    ".s{fill:#d3e4ec}.l{fill:#f8f6f0}.w{fill:#d3e4ec}.c,.b,.d,.r{fill:none}"
    ".c{stroke:#86abc0;stroke-width:.7}.b,.d{stroke:#aaa196;stroke-width:.6}"
    ".d{stroke-dasharray:3 2}.r{stroke:#9dc0d3;stroke-width:.5}"
    ".g{stroke:#fff;stroke-width:1.5}.active{fill:#0f6b4f}.quiet{fill:#2b6aa3}"
    ".forming{fill:#96500a}.dormant{fill:#6a6570}.vacant{fill:#a12a3a}.many{fill:#14532d}"
    ".n{fill:#fff;font:700 11px system-ui,sans-serif;text-anchor:middle}"
    ".k{fill:none;stroke:#1c231f;stroke-width:1.5;stroke-dasharray:6 4}"
    ".h{fill:#a8431b;stroke:#fff;stroke-width:2}"
    ".o{fill:#fff}.a{font-size:10px;text-anchor:end}"
    ".v{fill:#3e3b36}.t{fill:#3e3b36;font:12px system-ui,sans-serif;paint-order:stroke;"
    "stroke:#fdfcf9;stroke-width:3;stroke-linejoin:round}"
    "@media(prefers-color-scheme:dark){.s,.w{fill:#16212b}.l{fill:#2a2f35}"
    ".c{stroke:#456377}.b,.d{stroke:#6a6f76}.r{stroke:#2f4a5c}.g{stroke:#1b1f24}"
    ".active{fill:#5fd3a8}.quiet{fill:#86bdf0}.forming{fill:#f0b060}.dormant{fill:#b4aebb}"
    ".vacant{fill:#ff9aa5}.many{fill:#7fdcb5}.n{fill:#0c2019}"
    ".o{fill:#1b1f24}.v{fill:#cfd2d5}.t{fill:#cfd2d5;stroke:#1b1f24}"
    ".k{stroke:#edf1ec}.h{fill:#eb9a72;stroke:#1b1f24}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'"

# What a group of each state looks like, so that it can be told without its colour: as pins.js has
# it, a form and what is cut out of it.
_DISC = "M-6 0a6 6 0 1 1 12 0a6 6 0 1 1-12 0z"
SHAPES = {
    "active": (_DISC, "M-2 0a2 2 0 1 1 4 0a2 2 0 1 1-4 0z"),
    "quiet": (_DISC, "M-3-1h6v2h-6z"),
    "forming": (
        "M0-7 7 0 0 7-7 0z",
        "M-.7-2.500h1.400v1.800h1.800v1.400h-1.800v1.800h-1.400v-1.800h-1.800v-1.400h1.800z",
    ),
    "dormant": (_DISC, "M-3.500 0a3.500 3.500 0 1 1 7 0a3.500 3.500 0 1 1-7 0z"),
    "vacant": ("M-5.500-5.500h11v11h-11z", "M-3-3h6v6h-6z"),
}
CREDIT = "Natural Earth · GeoNames (CC BY 4.0)"

# What a region shows: its box and the zoom at which groups become clusters.
VIEWS: dict[Region, tuple[Box, int]] = {
    "europe": (Box(-25, 34, 45, 71), 4),
    "world": (Box(-180, -57, 180, 78), 2),
}
FRAMES: dict[Region, Frame] = {
    "europe": frame_of(VIEWS["europe"][0], 800, "w50"),
    "world": frame_of(VIEWS["world"][0], 1000, "w110"),
}


# The picture of a part of the world: its size, and how near the nearest view is.
_WIDTH, _HEIGHT, _NEAREST_ZOOM = 800, 480, 7
_TILE = 256
# The basemap's levels of detail by the zoom they begin at.
_LEVELS = ((6, "w10"), (3, "w50"), (0, "w110"))
# Pixels that two dots are apart, or they are one.
_SPOT = 4
# Room around what is shown, as a share of it on each side.
_ROOM = 0.15


def frame_round(box: Box) -> Frame:
    """The frame that shows a box, which may lie across the antimeridian, with room around it."""
    west, north = mercator_point(box.north, box.west)
    high = mercator_point(box.south, box.west)[1] - north
    wide = (box.east - box.west) / 360
    middle = west + wide / 2, north + high / 2
    least = _WIDTH / (_TILE << _NEAREST_ZOOM)
    # Never more than the whole world, which is a square.
    wide = min(max(wide, high * _WIDTH / _HEIGHT) * (1 + 2 * _ROOM) + least, 1.0)
    high = wide * _HEIGHT / _WIDTH
    top = min(max(middle[1] - high / 2, 0), 1 - high)
    level = next(name for least, name in _LEVELS if zoom_of(wide) >= least)
    return Frame((middle[0] - wide / 2) % 1, top, wide, high, _WIDTH, level)


def zoom_of(wide: float) -> int:
    """The zoom at which a map as wide as the picture shows this share of the world's width."""
    return max(int(math.log2(_WIDTH / _TILE / wide)), 0)


def view_of(region: Region) -> tuple[Box, int]:
    """The box and the zoom to ask GroupIndex.viewport for."""
    return VIEWS[region]


def render_svg(
    rows: Iterable[Row], frame: Frame, *, title: str, description: str, names: str = ""
) -> str:
    """The map of a frame as an SVG document; title and description are read out in its place.

    Rows are those of GroupIndex.viewport, names pieces that `town_names` has written. Raises
    SetupError where static/basemap is not built.
    """
    width, height = frame.width, frame.height
    dots = "".join(dot(row, frame) for row in rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="t d"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(description)}</desc><style>{STYLE}</style>'
        f'<path class="s" d="M0 0H{width}V{height}H0Z"/>{ground(frame)}{names}{dots}'
        f"{credit(width, height)}</svg>"
    )


def apart(places: Iterable[tuple[float, float, str]], frame: Frame) -> list[Row]:
    """Rows of groups by latitude, longitude and state, within the frame, one for each spot.

    Those of a state that would lie on one another are one dot: the picture grows no larger than
    its ground, however many groups there are.
    """
    spots: dict[tuple[int, int, str], Row] = {}
    for latitude, longitude, status in places:
        x, y = frame.place(*mercator_point(latitude, longitude))
        if 0 <= x <= frame.width and 0 <= y <= frame.height:
            spot = round(x / _SPOT), round(y / _SPOT), status
            spots.setdefault(spot, (latitude, longitude, 0, "", "", status, None))
    return list(spots.values())


def credit(width: int, height: int) -> str:
    """Whose data the picture shows, in its corner."""
    return f'<text class="t a" x="{width - 5}" y="{height - 5}">{CREDIT}</text>'


def dot(row: Row, frame: Frame) -> str:
    """A group, or several as one, where it stands in the frame."""
    across, down = mercator_point(row[0], row[1])
    x, y = frame.place(across + (across < frame.west), down)  # beyond the date line: a turn on
    if len(row) != CLUSTER_FIELDS:
        shape, more = SHAPES.get(row[5], SHAPES["dormant"])
        at = f'transform="translate({x:.1f} {y:.1f})"'
        return f'<path class="g {escape(row[5])}" {at} d="{shape}"/>' + (
            f'<path class="o" {at} d="{more}"/>' if more else ""
        )
    radius = cluster_radius(row[2])
    return (
        f'<circle class="g many" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"/>'
        f'<text class="n" x="{x:.1f}" y="{y + 4:.1f}">{row[2]}</text>'
    )
