"""Reading a stranger's calendar in a process of its own, whose end harms nobody.

A process that has loaded the reader stands by; its child, which has limits on time and memory,
reads a few calendars and is gone, or one that was large or slow. Reading keeps nothing of what it
read, and the worst that a calendar can do is not to be read.
"""

import atexit
import contextlib
import os
import pickle
import signal
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from usergroups.federation.confined_reader import serve
from usergroups.formats.ical.blocks import MOST_EVENTS
from usergroups.formats.ical.octets import NotACalendarError
from usergroups.inputs.imported_event import Reading

_READER = [sys.executable, "-m", "usergroups.federation.confined_reader"]
_INHERITED = ("PATH", "LD_LIBRARY_PATH")

# Reading is work, not waiting: more at once than there are processors would only need more memory.
AT_ONCE = os.cpu_count() or 1
_turns = threading.BoundedSemaphore(AT_ONCE)


class UnreadableCalendarError(NotACalendarError):
    """Reading it took more time or memory than any calendar is worth: reason "too_costly"."""

    def __init__(self) -> None:
        super().__init__("too_costly", "reading it takes too much time or memory")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of work, bytes besides those of the program, seconds that anybody waits."""

    work: int = 5
    memory: int = 512_000_000
    patience: float = 30


LIMITS = Limits()


def read(  # noqa: PLR0913  what `read_calendar` wants, and limits
    data: bytes,
    *,
    timezone: str,
    window: tuple[datetime, datetime],
    known: frozenset[str] = frozenset(),
    most_events: int = MOST_EVENTS,
    limits: Limits = LIMITS,
) -> Reading:
    """What `read_calendar` gives and raises, within limits on time and memory.

    Raises UnreadableCalendarError where they are reached. May be called by several threads.
    """
    asked = {"timezone": timezone, "window": window, "known": known, "most_events": most_events}
    with _turns:
        answer = _ask(pickle.dumps((data, asked, limits.work, limits.memory)), limits.patience)
    if isinstance(answer, Reading):
        return answer
    if answer is None:
        raise UnreadableCalendarError
    raise NotACalendarError(*answer)


def stand_by() -> None:
    """Have as many processes ready as can work at once.

    For a command that is about to read many calendars by threads: while it has none, a process is
    a fork of what is loaded; later each would load it again, which takes longer than most readings.
    """
    while len(_idle) < AT_ONCE:
        _idle.append(_Process())


class _Process:
    """One process that stands by, and the line to it."""

    def __init__(self) -> None:
        self.line, theirs = Pipe()
        # Other threads may hold locks that a fork would keep for ever.
        start = _forked if threading.active_count() == 1 else _spawned
        self.number = start(theirs, self.line)
        theirs.close()

    def ask(self, request: bytes, patience: float) -> Any:
        """The answer to a request. Raises TimeoutError, EOFError or OSError."""
        if self.line.poll():
            raise EOFError  # its child was killed while nobody asked, and it has said so
        self.line.send_bytes(request)
        if not self.line.poll(patience):
            raise TimeoutError
        return pickle.loads(self.line.recv_bytes())  # noqa: S301  our own process wrote it

    def end(self) -> None:
        """Kill it, whatever it does."""
        self.line.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.number, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.number, 0)


def _forked(line: Connection, ours: Connection) -> int:
    child = os.fork()
    if child == 0:
        ours.close()  # else it would never hear that its parent is gone
        # A session of its own: Ctrl-C is not for it, and it goes with all its children.
        os.setsid()
        try:
            serve(line)
        finally:
            os._exit(0)
    return child


def _spawned(line: Connection, _ours: Connection) -> int:
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    line_is_file_0 = [(os.POSIX_SPAWN_DUP2, line.fileno(), 0)]
    return os.posix_spawn(
        sys.executable, _READER, environment, file_actions=line_is_file_0, setsid=True
    )


# Those that have nothing to do; each reading takes one, or starts one where all are busy.
_idle: list[_Process] = []


def _ask(request: bytes, patience: float) -> Reading | tuple[str, str] | None:
    """A reading, why there is none, or None where the process did not come back with an answer."""
    while True:
        process, is_new = (_idle.pop(), False) if _idle else (_Process(), True)
        try:
            answer: Reading | tuple[str, str] | None = process.ask(request, patience)
        except TimeoutError:
            process.end()
            return None
        except (EOFError, OSError):
            process.end()
            if is_new:
                return None
            continue  # it was killed while it had nothing to do
        except BaseException:
            process.end()
            raise
        _idle.append(process)
        return answer


def _end_all() -> None:
    while _idle:
        _idle.pop().end()


atexit.register(_end_all)
# The processes of a parent are the parent's: two that speak on one line understand nothing.
os.register_at_fork(after_in_child=_idle.clear)
