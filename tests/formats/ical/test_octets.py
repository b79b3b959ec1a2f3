"""Bytes of strangers: any size, any encoding, any damage."""

import gzip
import random
import time

import pytest

from tests.formats.ical import strange
from tests.formats.ical.strange import told
from tests.formats.ical.test_zones import calendar, event
from usergroups.formats.ical.octets import NotACalendarError, text_of

TALK = calendar(event(":20260701T170000Z", "LOCATION:Café"))
SAMPLES = [
    strange.bytes_of(name) for name, case in strange.cases().items() if case["bytes"] < 3_000
]


def venue(data: bytes) -> tuple[str, list[str]]:
    said = told(data)
    return said["events"][0]["location"], said["warnings"]


@pytest.mark.parametrize(
    ("data", "warnings"),
    [
        (TALK, []),
        (b"\xef\xbb\xbf" + TALK, []),
        (TALK.decode().encode("utf-16"), ["not_utf8"]),
        (TALK.decode().encode("utf-16-le"), ["not_utf8"]),
        (TALK.decode().encode("utf-16-be"), ["not_utf8"]),
        (TALK.decode().encode("cp1252"), ["not_utf8"]),
        (gzip.compress(TALK, mtime=0), []),
        (TALK.replace(b"\n", b"\r"), []),
        (TALK.replace(b"\n", b"\r\n\r\n"), []),
        (TALK.replace("é".encode(), b"\xc3\r\n\t\xa9"), []),
        (b" \r\n\r\n" + TALK, []),
        (b"Warning: in line 7\n" + TALK, ["stray_lines"]),
        (TALK + b"\n<html>", ["stray_lines"]),
        (TALK.replace(b"Caf", b"C\0a\x1bf"), ["control_chars"]),
        (TALK + b"\n" + TALK.replace(b"a@x", b"b@x"), []),
        (TALK.lower().replace("café".encode(), "Café".encode()), []),
    ],
)
def test_one_calendar_in_many_clothes(data, warnings):
    assert venue(data) == ("Café", warnings)


def test_one_line_of_an_old_program_spoils_no_other():
    odd = event(":20260702T170000Z", "LOCATION:Olé").replace("a@x", "b@x").encode("cp1252")
    said = told(TALK.replace(b"END:VCALENDAR", odd + b"\nEND:VCALENDAR"))
    assert [one["location"] for one in said["events"]] == ["Café", "Olé"]


def test_a_download_that_broke_off_inside_a_character():
    said = told(TALK[: TALK.index("é".encode()) + 1])
    assert said["warnings"] == ["truncated"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(b" " * 50_000_000, mtime=0), "too_large"),
        (gzip.compress(TALK, mtime=0)[:20] + b"damaged", "not_calendar"),
        (b"\x1f\x8b", "not_calendar"),
        (b"\xff\xfe", "not_calendar"),
        (b"<p>BEGIN:VCALENDAR</p>", "not_calendar"),
    ],
)
def test_refused(data, reason):
    with pytest.raises(NotACalendarError) as refused:
        text_of(data, {})
    assert refused.value.reason == reason


@pytest.mark.skipif(not SAMPLES, reason="the collection stands beside the checkout")
def test_no_damage_to_strange_calendars_does_harm():
    """Bytes changed, lost, doubled, and taken from another: a verdict, soon."""
    chance = random.Random(7)
    for _ in range(400):
        data = bytearray(chance.choice(SAMPLES))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data) + 1)
            piece = chance.choice(SAMPLES)[at : at + chance.randint(0, 40)]
            noise = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3)))
            data[at : at + chance.randint(0, 20)] = chance.choice([piece, noise, data[:at][-30:]])
        begun = time.process_time()
        assert told(bytes(data))["verdict"] in {"accepted", "partial", "refused"}
        assert time.process_time() - begun < 2
