"""Addresses as pictures that phones read (QR codes, ISO/IEC 18004), without any style in them."""

import io

from markupsafe import Markup


def code(address: str) -> Markup:
    """The picture as a part of a page: black squares on white."""
    drawn = drawing(address, inline=True)
    return Markup(drawn.decode())  # noqa: S704  segno draws squares, and nothing that anybody wrote


def drawing(address: str, *, inline: bool = False) -> bytes:
    """The picture as an SVG file, or `inline` for a page."""
    # Few answers need it.
    import segno

    drawn = io.BytesIO()
    segno.make(address, micro=False).save(
        drawn, kind="svg", scale=4, border=4, light="#fff", omitsize=True, svgclass=None,
        lineclass=None, xmldecl=not inline, nl=False,
    )  # fmt: skip
    return drawn.getvalue()
