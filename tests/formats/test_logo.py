"""Pictures drawn anew: what comes out is ours, whatever went in."""

import io
import struct
import zlib

import pytest
from PIL import Image

from usergroups.errors import InvalidInputError
from usergroups.formats.logo import LEAST_PIXELS, MOST_BYTES, MOST_PIXELS, SIDE, draw

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(size=(100, 50), colour="red", kind="PNG", mode="RGB", **given) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **given)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that says it has so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * min(width * height, 10_000_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "mode", "colour"),
    [
        ("PNG", "RGB", "red"), ("PNG", "RGBA", (255, 0, 0, 255)), ("PNG", "P", 5), ("PNG", "L", 9),
        ("PNG", "1", 1), ("PNG", "I;16", 900), ("PNG", "LA", (9, 99)), ("JPEG", "RGB", "red"),
        ("JPEG", "L", 7), ("JPEG", "CMYK", (0, 255, 255, 0)), ("WEBP", "RGB", "red"),
        ("GIF", "P", 3),
    ],
)  # fmt: skip
def test_every_kind_becomes_a_square_png(kind, mode, colour):
    drawn = Image.open(io.BytesIO(draw(picture(kind=kind, mode=mode, colour=colour))))
    assert (drawn.format, drawn.size, drawn.mode) == ("PNG", (SIDE, SIDE), "RGBA")
    assert drawn.getpixel((SIDE // 2, SIDE // 2))[3] > 0
    assert drawn.getpixel((SIDE // 2, 2))[3] == 0  # twice as wide as high


def test_the_same_picture_gives_the_same_bytes():
    assert draw(picture()) == draw(picture()) != draw(picture(colour="blue"))


def test_nothing_but_pixels_comes_out():
    exif = Image.Exif()
    exif[0x010E] = "SECRET description"
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 24.0)}
    sent = picture(kind="JPEG", exif=exif, comment=b"SECRET comment", icc_profile=b"SECRET profile")
    assert b"SECRET" in sent
    drawn = draw(sent + b"SECRET tail")
    assert b"SECRET" not in drawn
    opened = Image.open(io.BytesIO(drawn))
    opened.load()
    assert not opened.getexif()
    assert opened.info == {}


def test_a_picture_lies_as_its_camera_was_held():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    drawn = Image.open(io.BytesIO(draw(picture((100, 50), kind="JPEG", exif=exif))))
    assert drawn.getpixel((SIDE // 2, 2))[3] == 255
    assert drawn.getpixel((2, SIDE // 2))[3] == 0


def test_of_what_moves_the_first_picture_stays():
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    drawn = Image.open(io.BytesIO(draw(out.getvalue())))
    assert getattr(drawn, "n_frames", 1) == 1
    assert drawn.getpixel((SIDE // 2, SIDE // 2))[:3] == (255, 0, 0)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "picture_missing"),
        (b"\0" * (MOST_BYTES + 1), "picture_large"),
        (SVG, "picture_script"),
        (b"<?xml version='1.0'?>\n" + SVG, "picture_script"),
        (b"<!DOCTYPE html><html><script src=x></script></html>", "picture_script"),
        (b"GIF89a=1;alert(1)//<ScRiPt >alert(1)</script>", "picture_script"),
        (picture() + b"<script>alert(1)</script>", "picture_script"),
        (picture(kind="JPEG", comment=b"<?php system('id') ?>"), "picture_script"),
        (picture(kind="GIF", mode="P", colour=1, comment=b"<html >"), "picture_script"),
        (b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)", "picture_kind"),
        (b"#!/bin/sh\nrm -rf /\n", "picture_kind"),
        (b"alert(1)", "picture_kind"),
        (b"%PDF-1.7\n", "picture_kind"),
        (b"PK\3\4" + b"\0" * 60, "picture_kind"),
        (picture(kind="BMP"), "picture_kind"),
        (picture(kind="TIFF"), "picture_kind"),
        (picture(kind="ICO", size=(32, 32)), "picture_kind"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "picture_kind"),
        (picture()[:60], "picture_kind"),
        (picture(kind="JPEG", size=(600, 600))[:700], "picture_kind"),
        (b"\x89PNG\r\n\x1a\n", "picture_kind"),
        (picture((LEAST_PIXELS - 1, 90)), "picture_small"),
        (picture((MOST_PIXELS + 1, 90)), "picture_pixels"),
        (bomb(60_000, 60_000), "picture_pixels"),
        (bomb(2_000_000_000, 2), "picture_pixels"),
        (bomb(10_000, 10_000), "picture_pixels"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused_with_a_word(sent, code):
    with pytest.raises(InvalidInputError) as refused:
        draw(sent)
    assert refused.value.refusals["picture"].code == code
