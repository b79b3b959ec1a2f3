"""All entries of one UID, and a hash by which an unchanged unit is recognised without being read.

What programs move at every fetch for nothing (DTSTAMP; SEQUENCE at Luma) is no part of the hash.
What else decides how a unit is read is: the group's zone and the calendar's, zones that only the
calendar explains, and for rules the month, since their window moves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from usergroups.formats.ical.blocks import Block, Blocks
from usergroups.formats.ical.zones import exactly

# Moves when entries come to be read in another way than before.
READER = "1"
_STAMPS = ("DTSTAMP", "CREATED")
_CHURN = (*_STAMPS, "LAST-MODIFIED", "SEQUENCE")
_UID = re.compile(r"^[ \t]*UID[^:\n]*:([^\n]*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Unit:
    """The blocks of one UID as written (empty where they have none), and their hash."""

    uid: str
    blocks: list[Block]
    hash: str


def units_of(blocks: Blocks, timezone: str, window: tuple[datetime, datetime]) -> Iterator[Unit]:
    """The units of a calendar. Entries without UID are one each."""
    context = _context(blocks, timezone)
    month = f"{window[0]:%Y%m}{window[1]:%Y%m}".encode()
    together: dict[str, list[tuple[Block, str]]] = {}
    for block in blocks.events:
        text = block.text
        match = _UID.search(text)
        uid = match[1].strip() if match else ""
        key = uid or f"\n{len(together)}"  # a name that no UID can be
        together.setdefault(key, []).append((block, text))
    for key, members in together.items():
        digest = blake2b(context, digest_size=16)
        # Which of several versions counts depends on their numbers.
        churn = _CHURN if len(members) == 1 else _STAMPS
        for meaning in sorted(_meaning(block, text, churn) for block, text in members):
            digest.update(meaning)
            if b"RRULE" in meaning or b"RDATE" in meaning:
                digest.update(month)
        uid = "" if key.startswith("\n") else key
        yield Unit(uid, [block for block, _ in members], digest.hexdigest())


def _meaning(block: Block, text: str, churn: tuple[str, ...]) -> bytes:
    lines = [line for line in text.split("\n") if line and not line.startswith(churn)]
    return "\n".join((block.fault, *lines, "")).encode()


def _context(blocks: Blocks, timezone: str) -> bytes:
    digest = blake2b(digest_size=16)
    explained = (text for name, text in blocks.timezones.items() if exactly(name) is None)
    for part in (READER, timezone, blocks.timezone, blocks.method, *sorted(explained)):
        digest.update(f"{part}\n".encode())
    return digest.digest()
