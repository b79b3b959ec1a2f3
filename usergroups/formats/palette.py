"""A federation's own colour, made into the colours of its pages, each of them legible.

Contrast is that of WCAG 2.2 (success criterion 1.4.3): 4.5 to 1 for text. A colour that is too
light for a page by day is mixed with black, one too dark for a page by night with white, no further
than it takes; so stewards may choose any.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Rgb: TypeAlias = tuple[float, float, float]

ENOUGH, PLENTY = 4.5, 7.0
_BLACK, _WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
# The grounds that text of the colour stands on: static/css/tokens.css.
_DAY = ("#fbf8f2", "#ffffff", "#f2ede2")
_NIGHT = ("#141917", "#1c2320", "#0f1311")
_STEPS = 100
_WASH = 0.88
# Up to here sRGB is a straight line.
_LINEAR = 0.04045


@dataclass(frozen=True, slots=True)
class Shades:
    """What a page by day, or by night, uses of the colour; each as #rrggbb."""

    accent: str
    strong: str
    ink: str
    wash: str


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    return _contrast(_read(one), _read(other))


def shades(colour: str) -> tuple[Shades, Shades]:
    """The shades by day and by night of a colour such as "#0f6b4f"."""
    return _shades(colour, _DAY, towards=_BLACK), _shades(colour, _NIGHT, towards=_WHITE)


def sheet(colour: str) -> str:
    """The rules of a style sheet that put the shades in the place of the usual ones."""
    day, night = shades(colour)
    return (
        f":root{{{_rules(day)}}}@media(prefers-color-scheme:dark){{:root{{{_rules(night)}}}}}"
        f"@media(prefers-contrast:more){{:root{{--accent:{day.strong}}}}}"
        "@media(prefers-contrast:more) and (prefers-color-scheme:dark){"
        f":root{{--accent:{night.strong}}}}}"
    )


def _rules(one: Shades) -> str:
    return (
        f"--accent:{one.accent};--accent-strong:{one.strong};"
        f"--accent-ink:{one.ink};--accent-wash:{one.wash}"
    )


def _shades(colour: str, grounds: Sequence[str], *, towards: Rgb) -> Shades:
    given, paper = _read(colour), _read(grounds[0])
    wash = _read(_written(_mixed(given, paper, _WASH)))
    all_grounds = [*map(_read, grounds), wash]
    accent = _legible(given, all_grounds, towards, ENOUGH)
    # What stands upon it: on a dark colour white, on a light one nearly black.
    ink = _legible(accent, [accent], _WHITE if towards == _BLACK else _BLACK, ENOUGH)
    return Shades(
        accent=_written(accent),
        strong=_written(_legible(accent, all_grounds, towards, PLENTY)),
        ink=_written(ink if towards == _WHITE else _WHITE),
        wash=_written(wash),
    )


def _legible(colour: Rgb, grounds: Sequence[Rgb], towards: Rgb, enough: float) -> Rgb:
    """The first mixture that keeps the contrast with every ground; else the end of the way."""
    for step in range(_STEPS):
        # What is written is rounded, and that is what is seen.
        mixed = _read(_written(_mixed(colour, towards, step / _STEPS)))
        if all(_contrast(mixed, ground) >= enough for ground in grounds):
            return mixed
    return towards


def _mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (
        mine * (1 - share) + theirs * share for mine, theirs in zip(one, other, strict=True)
    )
    return red, green, blue


def _contrast(one: Rgb, other: Rgb) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Rgb) -> float:
    """Relative luminance (WCAG 2.2, as defined for sRGB)."""
    red, green, blue = (
        part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _read(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _written(colour: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
