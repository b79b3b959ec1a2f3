"""Rasters, by Pillow: decoded and drawn anew."""

import io
from collections.abc import Callable

from PIL import Image, ImageOps, UnidentifiedImageError

_KINDS = ("PNG", "JPEG", "WEBP", "GIF")
# What decoding raises for bytes that are no picture, and for those that are too much of one.
NO_PICTURE = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError)
BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def square(sent: bytes, side: int, *, fits: Callable[[tuple[int, int]], None]) -> bytes:
    """A PNG of side × side pixels with the picture in its middle, the rest of it transparent.

    `fits` sees width and height before a pixel is decoded, and raises what it likes. Raises one of
    NO_PICTURE or BOMB for what cannot be drawn.
    """
    with Image.open(io.BytesIO(sent), formats=_KINDS) as opened:
        fits(opened.size)
        picture = ImageOps.exif_transpose(opened).convert("RGBA")
    fitted = ImageOps.contain(picture, (side, side), Image.Resampling.LANCZOS)
    canvas = Image.new("RGBA", (side, side))
    canvas.paste(fitted, ((side - fitted.width) // 2, (side - fitted.height) // 2))
    out = io.BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()
