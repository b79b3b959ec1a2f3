"""A small map round one place: its pin among the groups near it, with the towns' names.

For pages of one thing, where a map that moves would cost more than it tells.
"""

from collections.abc import Iterable
from html import escape

from usergroups.formats.ground_svg import Frame, ground
from usergroups.formats.map_svg import STYLE, credit, dot
from usergroups.formats.mercator import mercator_point
from usergroups.formats.town_names import town_names
from usergroups.formats.view import Box, Row

WIDTH, HEIGHT = 420, 280
ZOOM = 7
_LEVEL = "w10"
_TILE = 256
_MOST_NAMES = 8


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
    others = list(others)
    dots = "".join(dot(row, frame) for row in others)
    pin = (
        f'<path class="h" d="M{x:.1f} {y:.1f}l-10 -16a12 12 0 1 1 20 0z"/>'
        f'<circle cx="{x:.1f}" cy="{y - 22:.1f}" r="4" fill="#fff"/>'
    )
    pin_area = (x - 16, y - 38, x + 16, y + 4)
    names = town_names(frame, ZOOM, others, kept_free=[pin_area], most=_MOST_NAMES)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-labelledby="t d"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(description)}</desc><style>{STYLE}</style>'
        f'<path class="s" d="M0 0H{WIDTH}V{HEIGHT}H0Z"/>{ground(frame)}{names}{dots}{pin}'
        f"{credit(WIDTH, HEIGHT)}</svg>"
    )
