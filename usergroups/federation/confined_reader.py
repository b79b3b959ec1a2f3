"""The process that reads calendars for `confined`: forks a child for each, and never reads itself.

Run as `python -m usergroups.federation.confined_reader`, its line to whoever asks as file 0.
"""

import contextlib
import gc
import os
import pickle
import resource
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from usergroups.formats.ical.octets import NotACalendarError
from usergroups.formats.ical.read import read_calendar
from usergroups.inputs.imported_event import Reading

# An answer that is ready is sent, also by somebody who has used up the time to make it.
_TO_SEND = 5
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
    """Answer requests until nobody is there to ask any more."""
    read_calendar(_FIRST, timezone="Europe/London", window=_WINDOW)  # what it looks up once
    gc.freeze()  # what is loaded stays in memory that all children share
    while True:
        try:
            request = line.recv_bytes()
        except EOFError:
            return
        child = os.fork()
        if child == 0:
            answer_and_end(line, request)
        _, status = os.waitpid(child, 0)
        if status != 0:
            line.send_bytes(pickle.dumps(None))


def answer_and_end(line: Connection, request: bytes) -> None:
    """Read, answer, and end, in a child; killed by the kernel where it takes too long."""
    gc.disable()  # it does not live long enough to be tidied up
    status = 1
    try:
        data, asked, work, memory = pickle.loads(request)  # noqa: S301  `confined` wrote it
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (work, work + _TO_SEND))
        memory += _held()
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        answer = pickle.dumps(_read(data, asked))
        resource.setrlimit(resource.RLIMIT_CPU, (work + _TO_SEND, work + _TO_SEND))
        line.send_bytes(answer)
        status = 0
    finally:
        os._exit(status)


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
