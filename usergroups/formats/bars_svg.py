"""A drawn chart of bars, one or two for each step of time.

It stands within a page, whose style sheet (static/css/components/chart.css) gives its classes
colours, light and dark; a table beside it has the same numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from usergroups.formats.answers_svg import nice_step

WIDTH, HEIGHT = 480, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 36, 28, 10, 24
_WIDE, _HIGH = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
# What of its step a bar, or two, takes up.
_FILLED = 0.72
# So much room a word below the axis needs.
_WORD = 68
# The classes of the first bar of a step and the second.
_KINDS = ("chart-bar", "chart-bar-second")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of time: the word below it, and one or two numbers."""

    word: str
    numbers: Sequence[int]


def render_bars(steps: Sequence[Step], *, title: str, number: Callable[[int], str] = str) -> str:
    """The steps from left to right; `number` writes a number as the reader's language does.

    Raises ValueError where there is no step: nothing would be told by an empty picture.
    """
    if not steps:
        raise ValueError("a chart needs a step")
    most = max(1, *(max(step.numbers) for step in steps))
    distance = nice_step(most)
    top = -(-most // distance) * distance
    levels = [_level(heads, top, number) for heads in range(0, top + 1, distance)]
    wide = _WIDE / len(steps)
    every = max(1, round(_WORD / wide + 0.49))
    drawn = [
        _step(step, at, wide, top, is_named=(len(steps) - 1 - at) % every == 0)
        for at, step in enumerate(steps)
    ]
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">{"".join([*levels, *drawn])}</svg>'
    )


def _level(heads: int, top: int, number: Callable[[int], str]) -> str:
    y = _TOP + _HIGH * (1 - heads / top)
    return (
        f'<path class="chart-level" d="M{_LEFT} {y:.1f}h{_WIDE}"/>'
        f'<text class="chart-heads" x="{_LEFT - 6}" y="{y + 4:.1f}">{escape(number(heads))}</text>'
    )


def _step(step: Step, at: int, wide: float, top: int, *, is_named: bool) -> str:
    each = wide * _FILLED / len(step.numbers)
    left = _LEFT + wide * (at + (1 - _FILLED) / 2)
    bars = [
        _bar(left + each * place, each, _HIGH * heads / top, kind)
        for place, (heads, kind) in enumerate(zip(step.numbers, _KINDS, strict=False))
        if heads
    ]
    if is_named:
        bars.append(
            f'<text class="chart-day" x="{_LEFT + wide * (at + 0.5):.1f}" '
            f'y="{HEIGHT - 6}">{escape(step.word)}</text>'
        )
    return "".join(bars)


def _bar(x: float, wide: float, high: float, kind: str) -> str:
    y = _TOP + _HIGH - high
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'
