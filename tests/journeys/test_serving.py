"""The real processes: `usergroups serve --with-worker`, and what a subscriber's programs get."""

import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from tests.browser import until
from tests.factories import make_event, make_group, make_source
from usergroups import clock, db
from usergroups.models import Event, Source, SourceState

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:one@example.org
DTSTAMP:20260101T000000Z
DTSTART:20260305T173000Z
SUMMARY:One
END:VEVENT
END:VCALENDAR
"""


def test_it_serves_and_does_background_work_and_ends_whole(serve, config, tmp_path):
    file = tmp_path / "calendar.ics"
    file.write_text(CALENDAR, newline="\r\n")
    with db.transaction():
        make_source(make_group(slug="paris"), location=str(file))
    url, process = serve("--with-worker")

    def is_read() -> bool:
        with db.reading() as session:
            return session.scalars(select(Source.state)).one() is SourceState.HEALTHY

    until(is_read, "the worker to read the calendar")
    with db.reading() as session:
        assert session.scalar(select(func.count(Event.id))) == 1
    with urlopen(f"{url}/groups/paris/calendar.ics?past=all") as answer:
        assert b"SUMMARY:One" in answer.read()
    children = process.children(recursive=True)
    assert len(children) >= 2
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=25) in (0, -signal.SIGTERM)
    until(lambda: not any(child.is_running() for child in children), "the children to end")


def test_a_port_that_is_taken_is_refused(run):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"usergroups: cannot listen on 127.0.0.1:{port}: Address already in use; "
        "--port names another\n"
    )


def test_a_subscriber_sees_what_the_group_announced(serve, tmp_path):
    """vdirsyncer fetches the feed from the running server, khal shows it."""
    with db.transaction():
        group = make_group(slug="budapest", name="UG Budapest", timezone="Europe/Budapest")
        starts_at = (clock.now() + timedelta(days=10)).replace(hour=16, minute=30)
        make_event(group, title="Győri este, felhők; és több", starts_at=starts_at)
    url, _ = serve()
    (tmp_path / "calendars").mkdir()
    config = tmp_path / "vdirsyncer.ini"
    config.write_text(f"""[general]
status_path = "{tmp_path}/status/"
[pair feed]
a = "kept"
b = "web"
collections = null
[storage kept]
type = "filesystem"
path = "{tmp_path}/calendars"
fileext = ".ics"
[storage web]
type = "http"
url = "{url}/groups/budapest/calendar.ics"
""")
    khal = tmp_path / "khal.ini"
    khal.write_text(f"""[calendars]
[[feed]]
path = {tmp_path}/calendars
[locale]
local_timezone = Europe/Budapest
default_timezone = Europe/Budapest
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {tmp_path}/khal.db
""")
    tools = Path(sys.executable).parent
    environ = os.environ | {"HOME": str(tmp_path), "VDIRSYNCER_CONFIG": str(config)}
    for action in ("discover", "sync"):
        subprocess.run([tools / "vdirsyncer", action], env=environ, check=True, capture_output=True)
    listed = subprocess.run(
        [tools / "khal", "-c", khal, "list", "--format", "{start} {title}", "--day-format", "",
         "today", "30d"],
        env=environ, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    local = starts_at.astimezone(ZoneInfo("Europe/Budapest"))
    assert listed.strip() == f"{local:%Y-%m-%d %H:%M} Győri este, felhők; és több"
