"""A sync is killed while it asks, reads and writes; nothing is lost, nothing doubled."""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import func, select, update

from tests.factories import make_group
from usergroups import db
from usergroups.config import Config
from usergroups.models import Event, Source
from usergroups.services import sources

CALENDARS, MEETUPS = 4, 60
_ENTRY = (
    "BEGIN:VEVENT\r\nUID:{number}@c{calendar}\r\nDTSTAMP:20260101T000000Z\r\n"
    "DTSTART:{year}0{month}{day:02}T170000Z\r\nDTEND:{year}0{month}{day:02}T190000Z\r\n"
    "SUMMARY:Evening {number}\r\nEND:VEVENT\r\n"
)


class Calendars(BaseHTTPRequestHandler):
    """Serves calendars, not all at once."""

    def do_GET(self):
        calendar = self.path.strip("/").removesuffix(".ics")
        year = datetime.now(UTC).year + 1  # the processes go by the clock on the wall
        entries = "".join(
            _ENTRY.format(number=n, calendar=calendar, year=year, month=1 + n // 28, day=1 + n % 28)
            for n in range(MEETUPS)
        )
        body = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{entries}END:VCALENDAR\r\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for first in range(0, len(body), 4096):
            try:
                self.wfile.write(body[first : first + 4096])
            except OSError:  # whoever asked is dead
                return
            time.sleep(0.02)

    def log_message(self, *_):
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Calendars) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


def there() -> Counter[int]:
    """How many meetups each calendar has given."""
    with db.reading() as session:
        counted = session.execute(select(Event.source_id, func.count()).group_by(Event.source_id))
        return Counter(dict(counted.all()))


def test_killed_wherever_it_is_it_leaves_whole_calendars(config: Config, address: str) -> None:
    with db.transaction():
        group = make_group()
        ids = [sources.attach(group, f"{address}/{n}.ics").id for n in range(CALENDARS)]
    environ = os.environ | {
        "USERGROUPS_INSTANCE_DIR": str(config.instance_dir),
        "USERGROUPS_DATABASE_URL": config.database_url,
        "USERGROUPS_SECRET_KEY": config.secret_key,
        "USERGROUPS_BASE_URL": config.base_url,
        "USERGROUPS_SOURCE_HOSTS": "127.0.0.1",
    }
    command = [sys.executable, "-m", "usergroups.cli", "sources", "sync", "--all"]
    moments = random.Random(7)
    for _ in range(4):
        process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
        # Wherever it has come by then; that it may be done already proves nothing, and harms not.
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=moments.uniform(1.0, 2.5))
        process.kill()
        process.wait()
        assert set(there().values()) <= {MEETUPS}
        with db.transaction() as session:  # as if the lease of the dead had run out
            session.execute(update(Source).values(leased_until=None))
    done = subprocess.run(command, env=environ, check=True, capture_output=True, text=True)
    assert f"{CALENDARS} calendars, 0 failed" in done.stdout
    assert there() == Counter(dict.fromkeys(ids, MEETUPS))
    with db.reading() as session:
        uids = session.scalars(select(Event.uid)).all()
    assert len(set(uids)) == len(uids)
