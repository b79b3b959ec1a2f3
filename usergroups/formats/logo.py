"""A group's picture: whatever raster somebody sends, drawn anew. Nothing of the file is kept.

Pixels alone go from the file sent to the file made: no EXIF with the place a photograph was taken,
no colour profile, no comment, no bytes behind the end of the picture.
"""

import re

from usergroups.errors import InvalidInputError, Refusal

# Of the square that comes out, in pixels: twice what pages show, for screens with small ones.
SIDE = 256
MOST_BYTES = 1 << 20
# Looked at before a pixel is decoded: a small file may hold a picture of gigabytes.
MOST_PIXELS, LEAST_PIXELS = 2_500, 16
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
    from usergroups.formats import pixels  # 9 MB of Pillow, for the few who send a picture

    try:
        return pixels.square(sent, SIDE, fits=_see_that_it_fits)
    except pixels.NO_PICTURE as broken:
        raise _refused("picture_kind") from broken
    except pixels.BOMB as bomb:
        raise _refused("picture_pixels", most=MOST_PIXELS) from bomb


def _see_that_it_fits(size: tuple[int, int]) -> None:
    if max(size) > MOST_PIXELS:
        raise _refused("picture_pixels", most=MOST_PIXELS)
    if min(size) < LEAST_PIXELS:
        raise _refused("picture_small", least=LEAST_PIXELS)


def _refused(code: str, **values: object) -> InvalidInputError:
    return InvalidInputError({"picture": Refusal(code, f"refused: {code}", values)})
