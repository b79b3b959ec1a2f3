"""A small map round one place: its pin among the groups near it, with the towns' names.

For pages of one thing, where a map that moves would cost more than it tells.
"""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape

from usergroups import paths
from usergroups.formats.ground_svg import BLOCKS, WORLD_UNITS, Frame, ground
from usergroups.formats.map_svg import STYLE, credit, dot
from usergroups.formats.mercator import mercator_point
from usergroups.formats.view import Box, Row

WIDTH, HEIGHT = 420, 280
ZOOM = 7
_LEVEL = "w10"
_TILE = 256
_LETTER, _LINE = 6.6, 16
_MOST_NAMES = 8
_CREDIT = (WIDTH - 190.0, HEIGHT - 16.0, float(WIDTH), float(HEIGHT))
Taken = list[tuple[float, float, float, float]]


def frame_round(latitude: float, longitude: float) -> Frame:
    """The frame with a place in its middle; near the poles as far as the map reaches."""
    x, y = mercator_point(latitude, longitude)
    across = _TILE << ZOOM
    wide, high = WIDTH / across, HEIGHT / across
    north = min(max(y - high / 2, 0), 1 - high)
    return Frame((x - wide / 2) % 1, north, wide, high, WIDTH, _LEVEL)


def box_round(latitude: float, longitude: float) -> Box:
    """About what the frame shows, in degrees, to ask GroupIndex.viewport for."""
    half = WIDTH / (_TILE << ZOOM) * 180
    return Box(
        longitude - half, max(latitude - half, -90), longitude + half, min(latitude + half, 90)
    )


def render_place(
    latitude: float, longitude: float, others: Iterable[Row], *, title: str, description: str
) -> str:
    """The map as an SVG document, served as map_svg.CONTENT_SECURITY_POLICY says.

    `others` are the rows of the groups about. Raises SetupError where static/basemap is missing.
    """
    frame = frame_round(latitude, longitude)
    x, y = WIDTH / 2, frame.place(0, mercator_point(latitude, longitude)[1])[1]
    dots = "".join(dot(row, frame) for row in others)
    pin = (
        f'<path class="h" d="M{x:.1f} {y:.1f}l-10 -16a12 12 0 1 1 20 0z"/>'
        f'<circle cx="{x:.1f}" cy="{y - 22:.1f}" r="4" fill="#fff"/>'
    )
    names = "".join(_names(frame, [(x - 16, y - 38, x + 16, y + 4), _CREDIT]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-labelledby="t d"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(description)}</desc><style>{STYLE}</style>'
        f'<path class="s" d="M0 0H{WIDTH}V{HEIGHT}H0Z"/>{ground(frame)}{names}{dots}{pin}'
        f"{credit(WIDTH, HEIGHT)}</svg>"
    )


def _names(frame: Frame, taken: Taken) -> Iterator[str]:
    """The towns' names, the most important first, none over another."""
    written = 0
    for x, y, name in _towns(frame):
        width = len(name) * _LETTER
        for start in (x + 6, x - 6 - width):
            box = (start - 2, y - _LINE / 2, start + width + 2, y + _LINE / 2)
            inside = box[0] > 0 and box[2] < WIDTH and box[1] > 0 and box[3] < HEIGHT
            if not inside or any(_overlap(box, other) for other in taken):
                continue
            taken.append((min(x - 4, box[0]), box[1], max(x + 4, box[2]), box[3]))
            yield f'<circle class="v" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>'
            yield f'<text class="t" x="{start:.1f}" y="{y + 4:.1f}">{escape(name)}</text>'
            written += 1
            break
        if written == _MOST_NAMES:
            return


def _towns(frame: Frame) -> list[tuple[float, float, str]]:
    found = []
    for column in range(int(frame.west * BLOCKS), int((frame.west + frame.wide) * BLOCKS) + 1):
        for row in range(int(frame.north * BLOCKS), int((frame.north + frame.high) * BLOCKS) + 1):
            for x, y, name, zoom in _cities(column % BLOCKS, min(row, BLOCKS - 1)):
                if zoom <= ZOOM:
                    turned = x / WORLD_UNITS + column // BLOCKS
                    found.append((zoom, *frame.place(turned, y / WORLD_UNITS), name))
    found.sort(key=lambda town: town[0])
    return [(x, y, name) for _, x, y, name in found if 0 <= x <= WIDTH and 0 <= y <= HEIGHT]


@lru_cache(maxsize=8)
def _cities(column: int, row: int) -> list[tuple[int, int, str, int]]:
    """The towns of one block: place, name, and the zoom from which on they are named."""
    folder = paths.STATIC / "basemap"
    block = json.loads((folder / f"{_LEVEL}-{column}-{row}.json").read_text())
    size = WORLD_UNITS // BLOCKS
    everywhere = [city for city in _labels() if (city[0] // size, city[1] // size) == (column, row)]
    return [(x, y, name, zoom) for x, y, name, zoom, *_ in [*everywhere, *block.get("cities", [])]]


@lru_cache(maxsize=1)
def _labels() -> list[tuple[int, int, str, int, int]]:
    """The cities that are named on maps of the world."""
    said = json.loads((paths.STATIC / "basemap" / "labels.json").read_text())
    return [tuple(city) for city in said["cities"]]


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]
