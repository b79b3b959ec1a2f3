"""Programs that people use read our feed: the same instants, the same text, every one of them."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tests.conftest import CHECKOUT, missing
from tests.formats.calendar_samples import LINKS, feed, hard_cases, meetup
from usergroups.models import Attendance, Event
from usergroups.text import one_line, plain

SCRIPTS = Path(sys.executable).parent
Row = dict[str, str]
# What calendars and people write differently, long enough to be folded amid a character.
WORDS = st.text(
    st.sampled_from("\\nN;,:\"^='\r\n\t é日👩\u200d\u202e\u2028\x07aZ")
    | st.characters(exclude_categories=["Cs"]),
    max_size=120,
)


@pytest.fixture(scope="module")
def published() -> bytes:
    """A feed of hard cases."""
    return feed(hard_cases())


@pytest.fixture
def address(published: bytes) -> Iterator[str]:
    """Where the feed is served, on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(published)))
            self.end_headers()
            self.wfile.write(published)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/calendar.ics"
    server.shutdown()
    server.server_close()
    thread.join()


def _moment(at: date) -> str:
    """An instant in UTC to the minute, or a day."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}" if isinstance(at, datetime) else f"{at}"


def _expected(event: Event) -> Row:
    page = LINKS.event(event.public_id, event.slug)
    location = "Online" if event.attendance is Attendance.ONLINE else event.venue
    series = f"-{event.recurrence_id}" if event.recurrence_id else ""
    start, end = event.starts_at, event.ends_at
    return {
        "uid": event.uid + series,
        "start": _moment(event.local_start.date() if event.all_day else start),
        "end": _moment(event.local_end.date() if event.all_day else end),
        "title": ("Cancelled: " if event.is_cancelled else "") + " ".join(event.title.split()),
        "description": f"{event.description}\n\n{page}".strip(),
        "location": location,
        "status": event.status.value.upper(),
    }


def _by_uid(rows: list[Row]) -> dict[str, Row]:
    assert len({row["uid"] for row in rows}) == len(rows)
    return {row["uid"]: row for row in rows}


EXPECTED = _by_uid([_expected(event) for event in hard_cases()])


def _by_ical_js(calendar: bytes) -> list[Row]:
    node = shutil.which("node") or shutil.which("node", path=str(SCRIPTS))
    if node is None or not (CHECKOUT / "node_modules" / "ical.js").is_dir():
        missing("ical.js", "make setup")
    script = Path(__file__).parent / "ical_js.mjs"
    read = subprocess.run([str(node), str(script)], input=calendar, capture_output=True, check=True)
    rows: list[Row] = json.loads(read.stdout)
    return rows


def test_ical_js(published: bytes):
    """What Thunderbird is made of; it trusts the zones in the feed, not its own."""
    assert _by_uid(_by_ical_js(published)) == EXPECTED


@settings(max_examples=4)
@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=40, max_size=60))
def test_any_words(said: list[tuple[str, str, str]]):
    """Whatever people write: folded at 75 octets, escaped, and the same for two readers."""
    meetups = [
        meetup(number, title=title, description=description, venue=venue)
        for number, (title, description, venue) in enumerate(said)
    ]
    calendar = feed(meetups)
    assert max(map(len, calendar.split(b"\r\n"))) <= 75
    expected = [
        {
            "title": one_line(event.title),
            "description": "\n\n".join(filter(None, (plain(event.description).strip(), page))),
            "location": one_line(event.venue),
        }
        for event in meetups
        for page in [LINKS.event(event.public_id, event.slug)]
    ]
    names = ("title", "description", "location")
    assert [{name: row[name] for name in names} for row in _by_ical_js(calendar)] == expected
    assert [
        {
            "title": str(one["SUMMARY"]),
            "description": str(one["DESCRIPTION"]),
            "location": str(one.get("LOCATION", "")),
        }
        for one in Calendar.from_ical(calendar).walk("VEVENT")
    ] == expected


def test_vobject(published: bytes):
    """A reader that also works zones out from their rules."""
    calendar = vobject.readOne(published.decode())
    rows = [
        {
            "uid": event.uid.value,
            "start": _moment(event.dtstart.value),
            "end": _moment(event.dtend.value),
            "title": event.summary.value,
            "description": event.description.value,
            "location": event.location.value if hasattr(event, "location") else "",
            "status": event.status.value,
        }
        for event in calendar.vevent_list
    ]
    assert _by_uid(rows) == EXPECTED


def test_vdirsyncer_and_khal(address: str, tmp_path: Path):
    """A subscription on the command line: synced twice (nothing changes), then listed."""
    store, home = tmp_path / "events", {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    store.mkdir()
    (tmp_path / "vdirsyncer").write_text(VDIRSYNCER.format(folder=tmp_path, address=address))
    (tmp_path / "khal").write_text(KHAL.format(folder=tmp_path))

    def run(program: str, config: str, *arguments: str) -> str:
        command = [str(SCRIPTS / program), "--config", str(tmp_path / config), *arguments]
        ran = subprocess.run(command, env=home, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    run("vdirsyncer", "vdirsyncer", "discover")
    run("vdirsyncer", "vdirsyncer", "sync")
    before = {file.name: file.stat().st_mtime_ns for file in store.iterdir()}
    run("vdirsyncer", "vdirsyncer", "sync")
    assert {file.name: file.stat().st_mtime_ns for file in store.iterdir()} == before
    fields = ("start-long", "end-long", "title", "description", "location", "status")
    asked = [word for field in fields for word in ("--json", field)]
    printed = run("khal", "khal", "list", "--once", *asked, "2026-01-01 00:00", "400d")
    listed = [row for line in printed.splitlines() for row in json.loads(line)]
    # vdirsyncer gives what it reads from the web UIDs of its own.
    expected = [{name: row[name] for name in row if name != "uid"} for row in EXPECTED.values()]
    assert sorted(map(_of_khal, listed), key=_order) == sorted(expected, key=_order)


def _order(row: Row) -> tuple[str, str]:
    return row["start"], row["title"]


def _of_khal(row: Row) -> Row:
    start, end = row["start-long"], row["end-long"]
    if " " not in start:  # khal names the last day, not the one after it
        end = str(date.fromisoformat(end) + timedelta(days=1))
    return {
        "start": start.replace(" ", "T"),
        "end": end.replace(" ", "T"),
        "title": row["title"],
        "description": row["description"],
        "location": row["location"],
        "status": row["status"].strip(),
    }


VDIRSYNCER = """
[general]
status_path = "{folder}/status"
[pair feed]
a = "remote"
b = "local"
collections = null
[storage remote]
type = "http"
url = "{address}"
[storage local]
type = "filesystem"
path = "{folder}/events"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[feed]]
path = {folder}/events
readonly = True
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""
