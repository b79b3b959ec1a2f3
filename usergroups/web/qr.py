"""Addresses as pictures that phones read (QR codes, ISO/IEC 18004)."""

from markupsafe import Markup


def code(address: str) -> Markup:
    """An SVG of black squares on white, without styles: our policy lets no page have any."""
    # Few pages need it.
    import segno

    drawn = segno.make(address, micro=False).svg_inline(
        scale=4, border=4, light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704  segno draws squares, and nothing that anybody wrote
