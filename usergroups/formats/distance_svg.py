"""A drawn map of one place and its neighbours, numbered as in the list that stands beside it.

The circle is the distance that somebody asks for. Whoever serves it sends map_svg's
CONTENT_SECURITY_POLICY, whose one style sheet this picture shares.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from usergroups.formats.ground_svg import Frame, ground
from usergroups.formats.map_svg import STYLE
from usergroups.formats.mercator import MOST_LATITUDE, mercator_point
from usergroups.formats.view import EARTH_RADIUS_KM

WIDTH, HEIGHT = 400, 300
_LEAST_KM, _MOST_KM = 40.0, 1_500.0
# Beyond this reach the finest ground is more than anybody sees.
_FINE_KM, _MIDDLE_KM = 250.0, 900.0
_MARGIN = 1.25
# Dots and the mark keep this far from the edge, in units of the picture.
_EDGE = 14


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A group as the picture shows it: where it is, its state, how far it is."""

    latitude: float
    longitude: float
    status: str
    km: float


def render_distances(
    middle: tuple[float, float],
    neighbours: Sequence[Neighbour],
    *,
    ring_km: float,
    title: str,
    description: str,
) -> str:
    """The middle (latitude, longitude), its neighbours with their numbers, a circle unless 0 km.

    Raises SetupError where static/basemap is not built.
    """
    latitude, longitude = middle
    frame = _frame(latitude, longitude, _reach(neighbours, ring_km))
    x, y = WIDTH / 2, HEIGHT / 2
    ring = _units(ring_km, latitude, frame) if ring_km else 0
    # Far ones first, so that near ones lie on top; numbers stay those of the list.
    numbered = sorted(enumerate(neighbours, 1), key=lambda pair: -pair[1].km)
    dots = "".join(_dot(number, one, frame) for number, one in numbered)
    circle = f'<circle class="k" cx="{x:g}" cy="{y:g}" r="{ring:.1f}"/>' if ring else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-labelledby="t d"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(description)}</desc><style>{STYLE}</style>'
        f'<path class="s" d="M0 0H{WIDTH}V{HEIGHT}H0Z"/>{ground(frame)}{circle}{dots}'
        f'<path class="h" d="M{x:g} {y - 11:g}l11 11l-11 11l-11-11z"/></svg>'
    )


def _reach(neighbours: Sequence[Neighbour], ring_km: float) -> float:
    """Kilometres from the middle to the upper edge: the nearest few and the circle are seen."""
    near = [one.km for one in neighbours[:4]]
    wanted = max([ring_km, *near[:1], *(km for km in near if km <= _MIDDLE_KM)], default=0)
    return min(max(wanted * _MARGIN, _LEAST_KM), _MOST_KM)


def _frame(latitude: float, longitude: float, reach: float) -> Frame:
    x, y = mercator_point(max(-MOST_LATITUDE, min(MOST_LATITUDE, latitude)), longitude)
    high = min(1.0, 2 * reach / _km_around(latitude))
    wide = high * WIDTH / HEIGHT
    level = "w10" if reach <= _FINE_KM else "w50" if reach <= _MIDDLE_KM else "w110"
    return Frame(x - wide / 2, y - high / 2, wide, high, WIDTH, level)


def _km_around(latitude: float) -> float:
    """The length of the parallel: what the world's square is wide there."""
    return 2 * math.pi * EARTH_RADIUS_KM * max(0.05, math.cos(math.radians(latitude)))


def _units(km: float, latitude: float, frame: Frame) -> float:
    return km / _km_around(latitude) / frame.wide * frame.width


def _dot(number: int, one: Neighbour, frame: Frame) -> str:
    """A dot with its number; nothing where it lies beyond the picture."""
    shared_x, shared_y = mercator_point(one.latitude, one.longitude)
    # By the shorter way around the world.
    middle = frame.west + frame.wide / 2
    x, y = frame.place(middle + (shared_x - middle + 0.5) % 1 - 0.5, shared_y)
    if not (_EDGE <= x <= WIDTH - _EDGE and _EDGE <= y <= HEIGHT - _EDGE):
        return ""
    return (
        f'<circle class="g {escape(one.status)}" cx="{x:.1f}" cy="{y:.1f}" r="11"/>'
        f'<text class="n" x="{x:.1f}" y="{y + 4:.1f}">{number}</text>'
    )
