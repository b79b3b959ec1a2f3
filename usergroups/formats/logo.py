"""A group's picture: whatever raster somebody sends, drawn anew. Nothing of the file is kept.

Pixels alone go from the file sent to the file made: no EXIF with the place a photograph was taken,
no colour profile, no comment, no bytes behind the end of the picture.
"""

import io
import re

from PIL import Image, ImageOps, UnidentifiedImageError

from usergroups.errors import InvalidInputError, Refusal

# Of the square that comes out, in pixels: twice what pages show, for screens with small ones.
SIDE = 256
MOST_BYTES = 1 << 20
# Looked at before a pixel is decoded: a small file may hold a picture of gigabytes.
MOST_PIXELS, LEAST_PIXELS = 2_500, 16
_KINDS = ("PNG", "JPEG", "WEBP", "GIF")
# Something that a browser might run if it were ever to take the file for a page. None of it comes
# out again; but whoever sends it meant something else than a picture.
_SCRIPT = re.compile(
    rb"<(?:script|svg|html|iframe|body|!doctype|\?php|\?xml-stylesheet)[\s>]", re.IGNORECASE
)


def draw(sent: bytes) -> bytes:
    """A square PNG of SIDE pixels with the picture in its middle, the rest of it transparent.

    The same picture gives the same bytes. Raises InvalidInputError, at the field `picture`, for
    what is too large, too small, no picture, or more than one.
    """
    if not sent:
        raise _refused("picture_missing")
    if len(sent) > MOST_BYTES:
        raise _refused("picture_large", most=f"{MOST_BYTES >> 20} MB")
    if _SCRIPT.search(sent):
        raise _refused("picture_script")
    try:
        with Image.open(io.BytesIO(sent), formats=_KINDS) as opened:
            _see_that_it_fits(opened.size)
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as broken:
        raise _refused("picture_kind") from broken
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _refused("picture_pixels", most=MOST_PIXELS) from bomb
    return _png(picture)


def _see_that_it_fits(size: tuple[int, int]) -> None:
    if max(size) > MOST_PIXELS:
        raise _refused("picture_pixels", most=MOST_PIXELS)
    if min(size) < LEAST_PIXELS:
        raise _refused("picture_small", least=LEAST_PIXELS)


def _png(picture: Image.Image) -> bytes:
    fitted = ImageOps.contain(picture, (SIDE, SIDE), Image.Resampling.LANCZOS)
    canvas = Image.new("RGBA", (SIDE, SIDE))
    canvas.paste(fitted, ((SIDE - fitted.width) // 2, (SIDE - fitted.height) // 2))
    out = io.BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()


def _refused(code: str, **values: object) -> InvalidInputError:
    return InvalidInputError({"picture": Refusal(code, f"refused: {code}", values)})
