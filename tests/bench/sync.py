"""Reading one large calendar again and again: new, with one meetup in a hundred changed, the same.

The same is measured twice: with new stamps and numbers on every entry, as many platforms serve it,
so that the bytes differ and nothing else does; and byte for byte.
"""

import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.factories import make_group
from usergroups import clock, db
from usergroups.cli import schema
from usergroups.clients.http import Fetcher
from usergroups.federation import ics_import
from usergroups.federation.ics_import import AHEAD, EARLIEST, Fetched
from usergroups.formats.ical.read import read_calendar
from usergroups.queries import sources as queries
from usergroups.services import source_sync, sources

MEETUPS = 10_000
_ENTRY = (
    "BEGIN:VEVENT\r\nUID:{number}@bench\r\nDTSTAMP:{stamp:%Y%m%dT%H%M%SZ}\r\nSEQUENCE:{round}\r\n"
    "DTSTART;TZID=Europe/Paris:{day:%Y%m%d}T190000\r\nDTEND;TZID=Europe/Paris:{day:%Y%m%d}T210000\r\n"
    "SUMMARY:{title} {number}\r\nLOCATION:Rue {number}\\, Paris\r\n"
    "DESCRIPTION:An evening of talks\\, number {number}. {filler}\r\nEND:VEVENT\r\n"
)


@dataclass(frozen=True, slots=True)
class Synced:
    """Seconds of CPU for reading and taking in, and the process's largest size in MB."""

    new: float
    changed: float
    stamped: float
    unchanged: float
    megabytes: float


def measure() -> Synced:
    """In a database of its own; reading is done in this process, not in a child."""
    with tempfile.TemporaryDirectory(prefix="usergroups-bench-") as folder:
        engine = db.connect(f"sqlite:///{folder}/usergroups.sqlite")
        schema.upgrade(engine)
        done = _measured()
        engine.dispose()
    return done


def _measured() -> Synced:
    with db.transaction():
        source_id = sources.attach(make_group(), "https://bench.test/a.ics").id
    return Synced(
        new=_cpu(lambda: _sync(source_id, 0, 0)),
        changed=_cpu(lambda: _sync(source_id, 1, MEETUPS // 100)),
        stamped=_cpu(lambda: _sync(source_id, 2, MEETUPS // 100)),
        unchanged=_cpu(lambda: _same(source_id, 2, MEETUPS // 100)),
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def calendar(turn: int, changed: int) -> bytes:
    """The calendar as it is served the nth time; the first so many meetups have another title."""
    today = datetime.now(UTC)
    entries = "".join(
        _ENTRY.format(
            number=number,
            stamp=today + timedelta(seconds=turn),
            round=turn,
            day=today + timedelta(days=number % 600 - 300),
            title="Moved evening" if number < changed else "Evening",
            filler="word " * 60,
        )
        for number in range(MEETUPS)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{entries}END:VCALENDAR\r\n".encode()


def _sync(source_id: int, turn: int, changed: int) -> Callable[[], None]:
    body = calendar(turn, changed)

    def run() -> None:
        with db.reading():
            known = source_sync.units(source_id)
        window = (EARLIEST, clock.now() + AHEAD)
        reading = read_calendar(
            body, timezone="Europe/Paris", window=window, known=known, most_events=MEETUPS
        )
        with db.transaction():
            ics_import.settle(queries.with_group(source_id), Fetched(reading))

    return run


def _same(source_id: int, turn: int, changed: int) -> Callable[[], None]:
    body, client = calendar(turn, changed), Fetcher(contact="bench")

    def run() -> None:
        with db.reading():
            fetched = ics_import.fetch(queries.with_group(source_id), client, content=body)
        with db.transaction():
            ics_import.settle(queries.with_group(source_id), fetched)

    run()  # in a child, and by the way: from then on these bytes are known
    return run


def _cpu(made: Callable[[], Callable[[], None]]) -> float:
    run = made()
    began = time.process_time()
    run()
    return time.process_time() - began
