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
_STAMPS = re.compile(r"\n(?:DTSTAMP|CREATED)[:;][^\n]*", re.IGNORECASE)
_CHURN = re.compile(r"\n(?:DTSTAMP|CREATED|LAST-MODIFIED|SEQUENCE)[:;][^\n]*", re.IGNORECASE)
_UID = re.compile(r"\n[ \t]*UID[^:\n]*:([^\n]*)", re.IGNORECASE)
_RECURS = re.compile(rb"\n(?:RRULE|RDATE)", re.IGNORECASE)


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
    together: dict[str, list[Block]] = {}
    for block in blocks.events:
        match = _UID.search(block.text)
        uid = match[1].strip() if match else ""
        # A line feed stands in no UID: a name of its own for each entry that has none.
        together.setdefault(uid or f"\n{len(together)}", []).append(block)
    for name, members in together.items():
        digest = context.copy()
        # Which of several versions counts depends on their numbers.
        churn = _CHURN if len(members) == 1 else _STAMPS
        for meaning in sorted(_meaning(block, churn) for block in members):
            digest.update(meaning)
            if _RECURS.search(meaning):
                digest.update(month)
        yield Unit("" if name.startswith("\n") else name, members, digest.hexdigest())


def _meaning(block: Block, churn: re.Pattern[str]) -> bytes:
    return f"{block.fault}\n{churn.sub('', block.text)}\n\n".encode()


def _context(blocks: Blocks, timezone: str) -> blake2b:
    digest = blake2b(digest_size=16)
    explained = (text for name, text in blocks.timezones.items() if exactly(name) is None)
    for part in (READER, timezone, blocks.timezone, blocks.method, *sorted(explained)):
        digest.update(f"{part}\n".encode())
    return digest
