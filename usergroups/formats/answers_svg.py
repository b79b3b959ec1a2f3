"""A drawn chart of how answers to a meetup came in, beside those to earlier ones.

Days before the meetup run from left to right, heads upwards. The picture stands within a page,
whose style sheet (static/css/components/chart.css) gives its classes colours, light and dark.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 400, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 10, 12, 38
_WIDE, _HIGH = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
_FEWEST_DAYS, _MOST_DAYS = 7, 90
_MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Curve:
    """How answers came in: new heads by the whole days that were left."""

    heads: Mapping[int, int]
    # How many days are left now: the line ends there.
    today: int = 0

    def by(self, days: int) -> int:
        """How many there were, so many days before."""
        return sum(heads for left, heads in self.heads.items() if left >= days)


def horizon(curves: Sequence[Curve]) -> int:
    """How many days the chart goes back: as far as answers do, within limits."""
    first = max((day for one in curves for day in one.heads), default=0)
    return min(max(first + 1, _FEWEST_DAYS), _MOST_DAYS)


def marks(curves: Sequence[Curve]) -> list[int]:
    """The days before that the axis, and a table beside the chart, name; the longest ago first."""
    back = horizon(curves)
    return [day for day in (90, 60, 42, 28, 21, 14, 7, 3, 1, 0) if day <= back]


def render_answers(
    curves: Sequence[Curve],
    *,
    seats: int | None,
    title: str,
    days: str,
    number: Callable[[int], str] = str,
) -> str:
    """The first line, of the meetup itself, over those of earlier ones; and its seats, unless None.

    `days` is the word below the axis; `number` writes a number as the reader's language does.
    """
    this, *earlier = curves
    most = max(*(one.by(0) for one in curves), seats or 0, 1)
    step = nice_step(most)
    levels = range(0, most + step, step)
    scale = _Scale(horizon(curves), levels[-1])
    drawn = [
        *(_level(scale, heads, number) for heads in levels),
        *(_day(scale, day, number) for day in _apart(marks(curves), scale)),
        f'<text class="chart-word" x="{_LEFT + _WIDE // 2}" y="{HEIGHT - 4}">{escape(days)}</text>',
        *(f'<path class="chart-earlier" d="{_line(one, scale)}"/>' for one in earlier),
    ]
    if seats:
        drawn.append(f'<path class="chart-seats" d="M{_LEFT} {scale.y(seats):.1f}h{_WIDE}"/>')
    drawn.append(f'<path class="chart-this" d="{_line(this, scale)}"/>')
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">{"".join(drawn)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    back: int
    most: int

    def x(self, days: int) -> float:
        return _LEFT + _WIDE * (1 - min(days, self.back) / self.back)

    def y(self, heads: int) -> float:
        return _TOP + _HIGH * (1 - heads / self.most)


def nice_step(most: int) -> int:
    """The distance of two lines: 1, 2 or 5 times a power of ten, so that they are few."""
    power = 1
    while True:
        for times in (1, 2, 5):
            if power * times * _MOST_LINES >= most:
                return power * times
        power *= 10


def _line(one: Curve, scale: _Scale) -> str:
    """Up where somebody answered, level where nobody did, until today."""
    before = one.by(scale.back + 1)
    path = f"M{scale.x(scale.back):.1f} {scale.y(before):.1f}"
    for day in sorted({min(day, scale.back) for day in one.heads}, reverse=True):
        path += f"H{scale.x(day):.1f}V{scale.y(one.by(day)):.1f}"
    return f"{path}H{scale.x(min(one.today, scale.back)):.1f}"


def _level(scale: _Scale, heads: int, number: Callable[[int], str]) -> str:
    y = scale.y(heads)
    return (
        f'<path class="chart-level" d="M{_LEFT} {y:.1f}h{_WIDE}"/>'
        f'<text class="chart-heads" x="{_LEFT - 6}" y="{y + 4:.1f}">{escape(number(heads))}</text>'
    )


def _day(scale: _Scale, day: int, number: Callable[[int], str]) -> str:
    return (
        f'<text class="chart-day" x="{scale.x(day):.1f}" y="{_TOP + _HIGH + 16}">'
        f"{escape(number(day))}</text>"
    )


def _apart(days: Sequence[int], scale: _Scale) -> list[int]:
    """Those of the days that do not stand in one another's way, from the meetup backwards."""
    kept: list[int] = []
    for day in reversed(days):
        if not kept or scale.x(kept[-1]) - scale.x(day) >= 24:  # noqa: PLR2004  two digits' room
            kept.append(day)
    return kept
