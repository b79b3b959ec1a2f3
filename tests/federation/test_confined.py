"""A stranger's calendar is read in a process whose end harms nobody."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from usergroups.federation import confined
from usergroups.federation.confined import Limits, UnreadableCalendarError
from usergroups.formats.ical.read import NotACalendarError, read_calendar
from usergroups.inputs.imported_event import Reading

WINDOW = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
# A rule that counts from long ago, as often as a calendar may hold one.
COSTLY = "DTSTART:19000101T100000Z\r\nRRULE:FREQ=DAILY;COUNT=46500"


def calendar(*events: str) -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN"]
    return "\r\n".join([*head, *events, "END:VCALENDAR"]).encode()


def talk(number: int = 1) -> str:
    lines = (f"UID:{number}@x", f"SUMMARY:Talk {number}", "DTSTART:20260701T170000Z")
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def read(data: bytes, **given: object) -> Reading:
    return confined.read(data, timezone="Europe/Paris", window=WINDOW, **given)


@pytest.fixture(params=["alone", "among threads"], autouse=True)
def company(request):
    """A command reads by a fork of its own, a worker with threads by one that stands by."""
    if request.param == "alone":
        yield
        return
    is_over = threading.Event()
    other = threading.Thread(target=is_over.wait)
    other.start()
    yield
    is_over.set()
    other.join()


def costly() -> bytes:
    events = (f"BEGIN:VEVENT\r\nUID:{number}\r\n{COSTLY}\r\nEND:VEVENT" for number in range(2_000))
    return calendar(*events)


def test_the_same_as_reading_here():
    data = calendar(talk(1), talk(2))
    here = read_calendar(data, timezone="Europe/Paris", window=WINDOW)
    assert read(data) == here
    known = frozenset(event.unit for event in here.events)
    assert read(data, known=known) == Reading(unchanged=known)


@pytest.mark.parametrize(
    ("data", "given", "reason"),
    [
        (b"<html>", {}, "not_calendar"),
        (b"BEGIN:VCALENDAR\r\n" + b"X" * 10_000_000, {}, "too_large"),
        (calendar(talk(1), talk(2)), {"most_events": 1}, "too_many_events"),
    ],
)
def test_refusals_come_over(data, given, reason):
    with pytest.raises(NotACalendarError) as refused:
        read(data, **given)
    assert refused.value.reason == reason
    assert str(refused.value)


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (costly(), Limits(work=1)),
        (costly(), Limits(patience=0.2)),
    ],
)
def test_what_costs_too_much_is_given_up_and_harms_nobody(data, limits):
    with pytest.raises(UnreadableCalendarError) as refused:
        read(data, limits=limits)
    assert refused.value.reason == "too_costly"
    assert len(read(calendar(talk())).events) == 1


@pytest.mark.parametrize("company", ["among threads"], indirect=True)
def test_what_needs_too_much_memory_is_given_up():
    with pytest.raises(UnreadableCalendarError):
        read(calendar("X:" + "é" * 4_000_000), limits=Limits(memory=1_000_000))
    assert len(read(calendar(talk())).events) == 1


def test_a_process_that_was_killed_is_replaced():
    read(calendar(talk()))
    for process in confined._idle:
        os.kill(process.number, signal.SIGKILL)
    assert len(read(calendar(talk())).events) == 1


def test_several_threads_at_once_get_each_their_own():
    with ThreadPoolExecutor(4) as threads:
        readings = list(threads.map(lambda number: read(calendar(talk(number))), range(12)))
    assert [reading.events[0].uid for reading in readings] == [f"{n}@x" for n in range(12)]


def test_a_forked_process_asks_on_no_line_of_its_parent():
    read(calendar(talk()))
    child = os.fork()
    if child == 0:
        os._exit(len(confined._idle))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
