"""Examining a calendar that a server gives, and one that was sent; what is kept of it."""

import gzip
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.formats.ical.test_lint import EVENT, EVENTS, GOOD, changed, lines
from usergroups.clients.http import Fetcher
from usergroups.federation.calendar_check import check_address, check_file, kept

DAYS = "DTSTART;VALUE=DATE:20260620\nDTEND;VALUE=DATE:20260621\n"
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
ANSWERS = {
    "/good.ics": lines(GOOD),
    "/stamped.ics": lines(GOOD.replace("20260102T0", "20260610T1").replace("0101T0", "0610T1"))
    .replace(b"20260610T100000Z", b"20260610T120000Z"),
    "/bomb.ics": gzip.compress(b"BEGIN:VCALENDAR\r\n" + b" " * 20_000_000),
}  # fmt: skip


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = ANSWERS.get(self.path, b"")
        self.send_response(200 if body else 404)
        if self.path == "/bomb.ics":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def client() -> Iterator[Fetcher]:
    fetcher = Fetcher(allowed_hosts=["127.0.0.1"])
    yield fetcher
    fetcher.close()


def test_a_good_answer(site, client):
    checked = check_address(f"{site}/good.ics", client, timezone="UTC", now=NOW)
    assert (checked.is_well, checked.findings, checked.trouble) == (True, [], "")
    assert checked.told["verdict"] == "accepted"
    assert len(checked.told["events"]) == 7


def test_stamps_of_the_moment_of_the_answer(site, client):
    checked = check_address(f"{site}/stamped.ics", client, timezone="UTC", now=NOW)
    assert [each.code for each in checked.findings] == ["dtstamp_now"]
    later = check_address(
        f"{site}/stamped.ics", client, timezone="UTC", now=NOW + timedelta(hours=1)
    )
    assert later.findings == []


@pytest.mark.parametrize(
    ("path", "error", "trouble"),
    [
        ("/gone.ics", "unreachable", "the server answered 404"),
        ("/bomb.ics", "too_large", "the answer is larger than 10 MB"),
    ],
)
def test_what_cannot_be_looked_at(site, client, path, error, trouble):
    checked = check_address(site + path, client, timezone="UTC", now=NOW)
    assert not checked.is_well
    assert checked.trouble == trouble
    found = [each.code for each in checked.findings]
    assert found == (["too_large"] if error == "too_large" else [])
    assert checked.told == {
        "verdict": "refused",
        "error": error,
        "events": [],
        "skipped": [],
        "warnings": [],
    }


def test_a_packed_file():
    packed = gzip.compress(lines(GOOD))
    assert check_file(packed, timezone="UTC", now=NOW, gzipped=True).is_well
    assert check_file(packed[:-9], timezone="UTC", now=NOW, gzipped=True).trouble == (
        "the file ends in the middle"
    )


def test_a_page_keeps_a_part_of_it():
    many = ""
    for number in range(-20, 20):
        start, end = (NOW + timedelta(days=10 + number + length) for length in (0, 1))
        days = f"DTSTART;VALUE=DATE:{start:%Y%m%d}\nDTEND;VALUE=DATE:{end:%Y%m%d}\n"
        many += EVENT.replace("two@", f"{number}@").replace(DAYS, days)
    data = changed(EVENT, many)
    result = kept(check_file(data, timezone="UTC", now=NOW), NOW)
    assert (result["verdict"], result["error"], result["trouble"]) == ("accepted", None, "")
    assert (result["found"], len(result["events"])) == (46, 10)
    assert result["events"][0]["start"] == "2026-06-10"
    assert result["findings"] == []
    [finding] = kept(check_file(EVENTS["uid_missing"], timezone="UTC", now=NOW), NOW)["findings"]
    assert finding == {"code": "uid_missing", "line": 38, "column": 1, "times": 1, "values": {}}
