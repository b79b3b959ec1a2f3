"""A drawn map of where people wait and where the next groups should be.

Three shapes: a small dot for a group that lives, a broken ring for people who wait, the larger the
more they are, and a number for a place that is proposed, that of the list beside it. Whoever serves
it sends map_svg's CONTENT_SECURITY_POLICY, whose one style sheet this picture shares.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

from usergroups.formats.ground_svg import Frame, ground
from usergroups.formats.map_svg import FRAMES, STYLE, Region
from usergroups.formats.mercator import mercator_point

Degrees: TypeAlias = tuple[float, float]

_LEAST_RING, _PER_ROOT, _MOST_RING = 5.0, 1.2, 40.0


@dataclass(frozen=True, slots=True)
class Covered:
    """What is drawn: groups that live, places with the people who wait there, those proposed."""

    groups: Sequence[Degrees]
    waiting: Sequence[tuple[Degrees, int]]
    proposals: Sequence[Degrees]


def render_coverage(region: Region, covered: Covered, *, title: str, description: str) -> str:
    """The picture of a region as an SVG document; what lies beyond its edges is left out.

    Raises SetupError where static/basemap is not built.
    """
    frame = FRAMES[region]
    width, height = frame.width, frame.height
    drawn = [
        *(_circle(frame, at, _ring(people), "k") for at, people in covered.waiting),
        *(_circle(frame, at, 3, "active") for at in covered.groups),
        *(_numbered(frame, at, number) for number, at in enumerate(covered.proposals, 1)),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="t d"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(description)}</desc><style>{STYLE}</style>'
        f'<path class="s" d="M0 0H{width}V{height}H0Z"/>{ground(frame)}{"".join(drawn)}</svg>'
    )


def _ring(people: int) -> float:
    """Areas tell numbers, not radii."""
    return min(_LEAST_RING + _PER_ROOT * math.sqrt(people), _MOST_RING)


def _circle(frame: Frame, at: Degrees, radius: float, kind: str) -> str:
    x, y = frame.place(*mercator_point(*at))
    if not (0 <= x <= frame.width and 0 <= y <= frame.height):
        return ""
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.3g}"/>'


def _numbered(frame: Frame, at: Degrees, number: int) -> str:
    x, y = frame.place(*mercator_point(*at))
    dot = _circle(frame, at, 10, "g many")
    return dot and f'{dot}<text class="n" x="{x:.1f}" y="{y + 4:.1f}">{number}</text>'
