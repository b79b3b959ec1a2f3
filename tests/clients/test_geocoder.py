"""Outside geocoders by geopy, against servers on the loopback that answer as theirs do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from usergroups.clients.geocoder import AddressFinder, Position, address_finder
from usergroups.clients.http import FetchError
from usergroups.config import Config

HALL = Position(51.5167, -0.0722)
ADDRESS = "41 Tenter Lane, London, GB"


def _features(*coordinates: list[float]) -> dict[str, Any]:
    """GeoJSON as Photon and Pelias answer with."""
    return {
        "features": [
            {
                "geometry": {"type": "Point", "coordinates": place},
                "properties": {"name": "Hall", "label": "Hall, London", "country": "UK"},
            }
            for place in coordinates
        ]
    }


class Server(BaseHTTPRequestHandler):
    """What was asked, and what is said to it."""

    asked: list[tuple[str, dict[str, list[str]], str]] = []  # noqa: RUF012  emptied by the fixture
    said: bytes = b""

    def do_GET(self):
        parts = urlsplit(self.path)
        self.asked.append((parts.path, parse_qs(parts.query), self.headers["User-Agent"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.said)))
        self.end_headers()
        self.wfile.write(self.said)

    def log_message(self, *_):
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Server.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()


KINDS: dict[str, tuple[str, Any, Any, str]] = {
    "nominatim": (
        "q",
        [{"lat": "51.5167", "lon": "-0.0722", "display_name": "Hall, London"}],
        [],
        "/search",
    ),
    "photon": ("q", _features([-0.0722, 51.5167]), _features(), "/api"),
    "pelias": ("text", _features([-0.0722, 51.5167]), _features(), "/v1/search"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_asked_and_understood(server, kind):
    parameter, found, nothing, path = KINDS[kind]
    finder = AddressFinder(kind, server, key="secret", contact="ops@example.org")
    Server.said = json.dumps(found).encode()
    assert finder.find(ADDRESS) == HALL
    Server.said = json.dumps(nothing).encode()
    assert finder.find("Nowhere 1, Atlantis") is None
    finder.close()
    (asked, query, agent), _ = Server.asked
    assert asked == path
    assert query[parameter] == [ADDRESS]
    assert "ops@example.org" in agent
    assert query.get("api_key") == (["secret"] if kind == "pelias" else None)


@pytest.mark.parametrize("said", [b"<html>busy</html>", b"", b"[1", b'{"features": 3}', b"null"])
def test_nonsense_is_one_error(server, said):
    finder = AddressFinder("photon", server)
    Server.said = said
    with pytest.raises(FetchError):
        finder.find(ADDRESS)
    finder.close()


def test_nobody_is_there():
    finder = AddressFinder("nominatim", "http://127.0.0.1:9")
    with pytest.raises(FetchError):
        finder.find(ADDRESS)
    finder.close()


def test_without_a_setting_nobody_is_asked():
    assert address_finder(Config()) is None
