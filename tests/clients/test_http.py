"""The guarded client, against real servers on the loopback."""

import contextlib
import gzip
import socket
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from usergroups.clients import http
from usergroups.clients.http import Answer, Fetcher, FetchError, is_public

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


class Site(BaseHTTPRequestHandler):
    """Answers by path; keeps what it was asked."""

    asked: list[dict[str, str]] = []  # noqa: RUF012  emptied by the fixture

    def do_GET(self):
        self.asked.append({name.lower(): value for name, value in self.headers.items()})
        getattr(self, f"answer_{self.path.strip('/').replace('-', '_')}")()

    def answer(self, status=200, body=CALENDAR, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_plain(self):
        self.answer(ETag='"1"', Last_Modified="Mon, 01 Jun 2026 00:00:00 GMT")

    def answer_known(self):
        self.answer(304 if self.headers["If-None-Match"] == '"1"' else 200, b"", ETag='"1"')

    def answer_zipped(self):
        self.answer(body=gzip.compress(CALENDAR), Content_Encoding="gzip")

    def answer_bomb(self):
        self.answer(body=gzip.compress(bytes(http.LARGEST * 3)), Content_Encoding="gzip")

    def answer_cut(self):
        self.answer(body=gzip.compress(CALENDAR)[:-9], Content_Encoding="gzip")

    def answer_lie(self):
        self.answer(body=CALENDAR, Content_Encoding="gzip")

    def answer_deflated(self):
        self.answer(body=zlib.compress(CALENDAR), Content_Encoding="deflate")

    def answer_large(self):
        self.answer(body=bytes(http.LARGEST + 1))

    def answer_moved(self):
        self.answer(302, b"", Location="/plain")

    def answer_round(self):
        self.answer(302, b"", Location="/round")

    def answer_inside(self):
        self.answer(302, b"", Location="http://127.0.0.2:9/secret")

    def answer_scheme(self):
        self.answer(302, b"", Location="file:///etc/passwd")

    def answer_missing(self):
        self.answer(404, b"no")

    def answer_slow(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(20):
            self.wfile.write(b"x")
            self.wfile.flush()
            self.server.pause.wait(0.1)

    def log_message(self, *_):
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.pause = threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.pause.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    made = Fetcher(contact="ops@example.org", allowed_hosts=["127.0.0.1"])
    yield made
    made.close()


def test_a_calendar_and_its_validators(site, fetcher):
    answer = fetcher.get(f"{site}/plain")
    stamp = "Mon, 01 Jun 2026 00:00:00 GMT"
    assert answer == Answer(CALENDAR, '"1"', stamp, f"{site}/plain")
    [asked] = Site.asked
    assert asked["user-agent"] == "Usergroups calendar reader (+ops@example.org)"
    assert "cookie" not in asked


def test_what_is_known_is_not_sent_again(site, fetcher):
    assert fetcher.get(f"{site}/known", etag='"1"').body is None
    assert Site.asked[0]["if-none-match"] == '"1"'


def test_gzip_is_inflated(site, fetcher):
    assert fetcher.get(f"{site}/zipped").body == CALENDAR


def test_a_redirect_is_followed(site, fetcher):
    answer = fetcher.get(f"{site}/moved")
    assert (answer.body, answer.url) == (CALENDAR, f"{site}/plain")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("bomb", "larger than 10 MB"),
        ("large", "larger than 10 MB"),
        ("cut", "ended in the middle"),
        ("lie", "not what its Content-Encoding says"),
        ("deflated", "encoded as deflate"),
        ("round", "more than 3 redirects"),
        ("inside", "127.0.0.2 has no public address"),
        ("scheme", "only http and https"),
        ("missing", "the server answered 404"),
    ],
)
def test_what_cannot_be_taken_is_told(site, fetcher, path, words):
    with pytest.raises(FetchError, match=words):
        fetcher.get(f"{site}/{path}")


def test_a_slow_drip_ends_at_the_deadline(site, fetcher, monkeypatch):
    monkeypatch.setattr(http, "SECONDS", 0.3)
    with pytest.raises(FetchError, match="no complete answer"):
        fetcher.get(f"{site}/slow")


def test_headers_that_drip_end_at_the_deadline_too(fetcher, monkeypatch):
    monkeypatch.setattr(http, "SECONDS", 0.5)
    ended = threading.Event()

    def drip(server):
        connection, _ = server.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(4_000)
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not ended.wait(0.1):
                connection.sendall(b"X-More: yes\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        with pytest.raises(FetchError, match="no complete answer"):
            fetcher.get(f"http://127.0.0.1:{server.getsockname()[1]}/")
        ended.set()
        thread.join(20)


def test_private_addresses_are_refused_at_the_connection(site):
    guarded = Fetcher()
    for url in (site, site.replace("127.0.0.1", "localhost"), "http://[::1]:1/", "http://0/"):
        with pytest.raises(FetchError, match="has no public address"):
            guarded.get(f"{url}/plain")
    guarded.close()
    assert Site.asked == []


@pytest.mark.parametrize(
    "url", ["ftp://example.org/x", "file:///etc/passwd", "x", "http://", "http://[", "http://\x00/"]
)
def test_what_is_no_web_address(url, fetcher):
    with pytest.raises(FetchError):
        fetcher.get(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", False),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public
