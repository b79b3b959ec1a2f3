"""What a link to a group or meetup looks like where people share it: its name beside a map, a PNG.

Drawn by a process of its own, since Pillow weighs more than a worker should: `draw` starts it.
"""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from usergroups.errors import DomainError
from usergroups.formats.ground_svg import Frame, pieces
from usergroups.formats.mercator import mercator_point

WIDTH, HEIGHT = 1200, 630  # what the networks that show it ask for
_MAP = 700  # the map's part, at the right
_ZOOM, _TILE = 6, 256
_TWICE = 2  # drawn twice as large, then made smaller: Pillow's lines have no soft edges
_SEA, _LAND, _COAST, _BORDER, _RIVER = "#d3e4ec", "#f8f6f0", "#86abc0", "#aaa196", "#9dc0d3"
_PAPER, _INK, _SOFT, _PIN = "#fbf8f2", "#1c231f", "#525d57", "#a8431b"
_EDGE = "#dcd5c5"
_LINES = {"rivers": (_RIVER, 1), "coast": (_COAST, 2), "borders": (_BORDER, 2)}
_FONTS = ("NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf")
_MOST_LINES = 4
_PATIENCE = 2.0  # seconds that a thread of ours may wait for another
_drawing = Lock()


class BusyError(DomainError):
    """Now is no time for it; later will be."""

    status = 503


@dataclass(frozen=True, slots=True)
class Preview:
    """What stands on it."""

    name: str
    place: str
    federation: str
    latitude: float
    longitude: float
    # The day of a meetup as a leaf of a calendar, and in words; of groups there is none.
    month: str = ""
    day: str = ""
    when: str = ""
    has_pin: bool = True


@lru_cache(maxsize=32)
def draw(preview: Preview) -> bytes:
    """The PNG, made by a process that ends with what Pillow weighs; one at a time, then kept.

    Raises BusyError where another one is being drawn for long: whoever asks may come again.
    Raises CalledProcessError where it fails, TimeoutExpired where it takes half a minute.
    """
    child = [sys.executable, "-m", __name__]
    if not _drawing.acquire(timeout=_PATIENCE):
        raise BusyError("another picture is being drawn")
    try:
        done = subprocess.run(  # noqa: S603  ourselves
            child, check=True, stdout=subprocess.PIPE, timeout=30,
            input=json.dumps(asdict(preview)).encode(),
        )  # fmt: skip
    finally:
        _drawing.release()
    return done.stdout


def render(preview: Preview) -> bytes:
    """The PNG, made here. Raises SetupError where static/basemap is not built."""
    # Pillow: see above.
    from PIL import Image, ImageDraw

    canvas = Image.new("RGB", (WIDTH * _TWICE, HEIGHT * _TWICE), _PAPER)
    canvas.paste(_map(preview), ((WIDTH - _MAP) * _TWICE, 0))
    small = canvas.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    _write(ImageDraw.Draw(small), preview)
    out = io.BytesIO()
    small.quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()


def _map(preview: Preview) -> Any:
    # Pillow: see above.
    from PIL import Image, ImageDraw

    wide, high = _MAP * _TWICE, HEIGHT * _TWICE
    across = (_TILE << _ZOOM) * _TWICE
    x, y = mercator_point(preview.latitude, preview.longitude)
    north = min(max(y - high / across / 2, 0), 1 - high / across)
    frame = Frame((x - wide / across / 2) % 1, north, wide / across, high / across, wide, "w50")
    made = Image.new("RGB", (wide, high), _SEA)
    pen = ImageDraw.Draw(made)
    for name, points in pieces(frame):
        if name in {"land", "lakes"} and len(points) > _TWICE:
            pen.polygon(points, fill=_LAND if name == "land" else _SEA)
        elif name in _LINES:
            colour, width = _LINES[name]
            pen.line(points, fill=colour, width=width * _TWICE)
    if not preview.has_pin:
        return made
    at = (wide / 2, frame.place(0, y)[1])
    for radius, colour in ((26, "#ffffff"), (21, _PIN), (8, "#ffffff")):
        r = radius * _TWICE / 1.5
        pen.ellipse((at[0] - r, at[1] - r, at[0] + r, at[1] + r), fill=colour)
    return made


def _write(pen: Any, preview: Preview) -> None:
    margin, room = 56, WIDTH - _MAP - 96
    y = 120.0
    if preview.day:
        _leaf(pen, preview, (margin, 56))
        y = 212.0
    title = _font(44 if preview.day else 52)
    for line in _wrapped(preview.name, title, room):
        pen.text((margin, y), line, fill=_INK, font=title)
        y += 56 if preview.day else 66
    for said in (preview.when, preview.place):
        if said:
            pen.text((margin, y + 16), _cut(said, _font(28), room), fill=_SOFT, font=_font(28))
            y += 40
    said = _cut(preview.federation, _font(26), room)
    pen.text((margin, HEIGHT - 90), said, fill=_PIN, font=_font(26))
    credit = "Natural Earth"
    pen.text((WIDTH - 150, HEIGHT - 28), credit, fill=_SOFT, font=_font(16))


def _leaf(pen: Any, preview: Preview, at: tuple[int, int]) -> None:
    """The day as a leaf of a calendar: the month on a band, the number below it."""
    x, y = at
    pen.rounded_rectangle((x, y, x + 120, y + 128), 14, fill="#ffffff", outline=_EDGE, width=2)
    pen.rounded_rectangle((x, y, x + 120, y + 42), 14, fill=_PIN)
    pen.rectangle((x, y + 26, x + 120, y + 42), fill=_PIN)
    pen.text((x + 60, y + 21), preview.month, fill="#ffffff", font=_font(24), anchor="mm")
    pen.text((x + 60, y + 84), preview.day, fill=_INK, font=_font(60), anchor="mm")


@lru_cache(maxsize=8)
def _font(size: int) -> Any:
    # Pillow: see above.
    from PIL import ImageFont

    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def _wrapped(text: str, font: Any, room: float) -> Iterator[str]:
    """The words in lines that fit, the last one cut where there are too many."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    kept, rest = lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1 :]
    for line in [*kept, " ".join(rest)] if rest else kept:
        yield _cut(line, font, room)


def _cut(text: str, font: Any, room: float) -> str:
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"


if __name__ == "__main__":
    sys.stdout.buffer.write(render(Preview(**json.load(sys.stdin))))
