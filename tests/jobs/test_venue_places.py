"""A venue's address found in the background, from the form to the page, by a real server."""

import json
import threading
from dataclasses import replace
from http.server import ThreadingHTTPServer

import pytest

from tests.clients.test_geocoder import Server
from tests.factories import make_group
from tests.services.test_venues import PARIS, given
from usergroups import db
from usergroups.clients.http import FetchError
from usergroups.jobs import handlers
from usergroups.models import Venue
from usergroups.services import venues

CITY = {"latitude": PARIS.lat, "longitude": PARIS.lng}


@pytest.fixture
def settings(config, database):
    Server.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{httpd.server_port}"
        yield replace(config, geocoder="nominatim", geocoder_url=address)
        httpd.shutdown()


def add() -> int:
    with db.transaction():
        venue = venues.add(make_group(), given(address="18 rue des Cordiers"), PARIS, by=None)
        return venue.id


def stands(venue_id: int) -> tuple[float | None, float | None]:
    with db.reading() as session:
        venue = session.get_one(Venue, venue_id)
        return venue.latitude, venue.longitude


def test_an_address_is_asked_for_once(settings, frozen_clock):
    Server.said = json.dumps([{"lat": "48.8721", "lon": "2.3669", "display_name": "x"}]).encode()
    first = add()
    handlers.locate_venue(settings, venue_id=first, **CITY)
    handlers.locate_venue(settings, venue_id=add(), **CITY)
    assert stands(first) == (48.8721, 2.3669)
    assert [query["q"] for _, query, _ in Server.asked] == [["18 rue des Cordiers, Paris, FR"]]
    handlers.locate_venue(settings, venue_id=first, **CITY)  # it has moved: nothing is asked
    assert len(Server.asked) == 1


def test_without_a_geocoder_or_an_answer_it_stands_where_its_city_is(settings, frozen_clock):
    venue_id = add()
    handlers.locate_venue(replace(settings, geocoder="embedded"), venue_id=venue_id, **CITY)
    assert Server.asked == []
    Server.said = b"busy"
    with pytest.raises(FetchError):  # the job is tried again later
        handlers.locate_venue(settings, venue_id=venue_id, **CITY)
    assert stands(venue_id) == (PARIS.lat, PARIS.lng)
