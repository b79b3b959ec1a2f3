"""The process that reads calendars for `confined`: its children do, one after the other.

Run as `python -m usergroups.federation.confined_reader`, its line to whoever asks as file 0.
"""

import contextlib
import gc
import math
import os
import pickle
import resource
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from usergroups.formats.ical.octets import NotACalendarError
from usergroups.formats.ical.read import read_calendar
from usergroups.inputs.imported_event import Reading

# An answer that is ready is sent, also by somebody who has used up the time to make it.
_TO_SEND = 5
# How many readings a child is good for: each by itself would cost twice as much as most readings.
_MOST_READINGS = 32
# Seconds of work and bytes, after which it is good for none.
_MOST_WORK, _MOST_GROWTH = 0.5, 16_000_000
# The status with which a child ends because its standby may end, too.
_NOBODY_ASKS = 3
# A calendar of our own, read before any stranger's: each child then finds that done.
_FIRST = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Usergroups//EN
BEGIN:VEVENT
UID:first
DTSTAMP:20260101T000000Z
SUMMARY:First
DESCRIPTION:Two talks
LOCATION:Here
URL:https://example.org/
STATUS:CONFIRMED
DTSTART;TZID=Europe/Paris:20260701T190000
DTEND;TZID=Europe/Paris:20260701T210000
RRULE:FREQ=MONTHLY;BYDAY=1WE;COUNT=2
END:VEVENT
END:VCALENDAR
"""
_WINDOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def serve(line: Connection) -> None:
    """Have a child answer requests, and another after it, until nobody is there to ask any more."""
    read_calendar(_FIRST, timezone="Europe/London", window=_WINDOW)  # what it looks up once
    gc.freeze()  # what is loaded stays in memory that all children share
    while True:
        child = os.fork()
        if child == 0:
            _answer_and_end(line)
        _, status = os.waitpid(child, 0)
        if status == _NOBODY_ASKS << 8:
            return
        if status != 0:
            line.send_bytes(pickle.dumps(None))


def _answer_and_end(line: Connection) -> None:
    """Answer some requests, and end, in a child; killed by the kernel where one takes too long.

    It ends early, and leaves nothing behind, once it has read what was large or slow.
    """
    gc.disable()  # it does not live long enough to be tidied up
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    held, status = _held(), 1
    try:
        for _ in range(_MOST_READINGS):
            try:
                request = line.recv_bytes()
            except EOFError:
                status = _NOBODY_ASKS
                return
            line.send_bytes(_answer(request, held))
            if _worked() > _MOST_WORK or _held() > held + _MOST_GROWTH:
                break
        status = 0
    finally:
        os._exit(status)


def _answer(request: bytes, held: int) -> bytes:
    data, asked, work, memory = pickle.loads(request)  # noqa: S301  `confined` wrote it
    worked = math.ceil(_worked())
    _limit(resource.RLIMIT_CPU, worked + work)
    _limit(resource.RLIMIT_AS, held + memory)
    answer = pickle.dumps(_read(data, asked))
    _limit(resource.RLIMIT_CPU, worked + work + _TO_SEND)
    return answer


def _limit(what: int, most: int) -> None:
    """So much and no more; what this process may have anyhow is not for us to raise."""
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _worked() -> float:
    """The seconds of work that this process has done."""
    return time.process_time()


def _held() -> int:
    """The bytes of addresses that the process has already."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return 0


def _read(data: bytes, asked: dict[str, object]) -> Reading | tuple[str, str] | None:
    try:
        return read_calendar(data, **asked)  # type: ignore[arg-type]  # as `confined.read` has them
    except NotACalendarError as refused:
        return refused.reason, str(refused)
    except (MemoryError, RecursionError):
        return None


if __name__ == "__main__":
    serve(Connection(0))
