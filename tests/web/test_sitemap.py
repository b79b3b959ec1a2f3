"""What machines are told: pages in the sitemap, and what each page says of itself."""

import re
import struct
from xml.etree import ElementTree as ET

import pytest

from tests.factories import make_event, make_group
from usergroups import db
from usergroups.models import EventStatus, GroupStatus

pytestmark = pytest.mark.usefixtures("frozen_clock")
BASE = "http://usergroups.test"


@pytest.fixture
def world(database):
    with db.transaction():
        group = make_group(name="Users of Győr", slug="győr", city="Győr", country="HU")
        make_event(group, public_id="bcdfghjkmn", title="Autumn & fog")
        make_event(group, public_id="secretdraft", status=EventStatus.DRAFT)
        make_event(make_group(slug="secret", status=GroupStatus.ARCHIVED), public_id="secretgone")


def pages(client):
    """Paths of all pages that the sitemap names."""
    parts = locations(client.get("/sitemap.xml").data)
    return [path for part in parts for path in locations(client.get(part).data)]


def locations(xml):
    tree = ET.fromstring(xml)  # noqa: S314  our own
    found = [one.text or "" for one in tree.iter() if one.tag.endswith("}loc")]
    assert all(address.startswith(f"{BASE}/") for address in found)
    return [address.removeprefix(BASE) for address in found]


def test_it_names_what_everybody_may_see(client, world):
    assert pages(client) == [
        "/", "/groups", "/events", "/map", "/charter", "/privacy",
        "/calendar-doctor", "/countries/HU", "/groups/gy%C5%91r",
        "/events/bcdfghjkmn/autumn-fog",
    ]  # fmt: skip
    assert client.get("/sitemap/groups-2.xml").status_code == 404
    assert client.get("/sitemap/groups-0.xml").status_code == 404


def test_it_is_not_made_again_for_nothing(client, world, count_queries):
    etag = client.get("/sitemap.xml").headers["ETag"]
    with count_queries() as queries:
        again = client.get("/sitemap.xml", headers={"If-None-Match": etag})
    assert (again.status_code, len(queries)) == (304, 1)


def test_every_page_says_what_it_is(client, world):
    titles, wrong = set(), []
    for path in pages(client):
        page = client.get(path)
        assert page.status_code == 200, path
        title = re.findall(r"<title>(.*?)</title>", page.text)
        said = re.findall(r'<meta name="description" content="([^"]*)"', page.text)
        checks = {
            "one h1": page.text.count("<h1") == 1,
            "one title": len(title) == 1 and title[0] not in titles,
            "description": len(said) == 1 and 20 <= len(said[0]) <= 170,
            "canonical": re.findall(r'rel="canonical" href="([^"]*)"', page.text)
            == [f"{BASE}{path}"],
            "pictures": len(re.findall(r'property="og:image" content="http', page.text)) == 1,
        }
        titles.update(title)
        wrong += [(path, what, title, said) for what, is_well in checks.items() if not is_well]
    assert [str(one) for one in wrong] == []


@pytest.mark.parametrize("path", ["/preview.png", "/events/bcdfghjkmn/preview.png"])
def test_links_have_a_picture(client, world, path):
    answer = client.get(path)
    assert answer.mimetype == "image/png"
    assert struct.unpack(">II", answer.data[16:24]) == (1200, 630)
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/events/secretdraft/preview.png").status_code == 404


def test_robots_keep_out_of_peoples_own_pages(client, database):
    said = client.get("/robots.txt").text
    assert "Disallow: /me\n" in said
    assert f"Sitemap: {BASE}/sitemap.xml\n" in said


def test_the_manifest_names_icons_that_are_there(client, database):
    answer = client.get("/site.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    assert [icon["sizes"] for icon in answer.json["icons"]] == ["any", "192x192", "512x512"]
    for icon in answer.json["icons"]:
        with client.get(icon["src"]) as found:
            assert found.status_code == 200
            assert found.data
