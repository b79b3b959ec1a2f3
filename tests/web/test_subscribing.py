"""Subscribing: each page offers the calendar of what it shows, by every way, and asks nobody."""

import html
import re
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from tests.factories import make_event, make_group
from usergroups import db
from usergroups.models import FormerSlug, Group, Topic
from usergroups.web.subscribing import MOST_GROUPS

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

BASE = "http://usergroups.test"


@pytest.fixture
def paris(app):
    with db.transaction():
        topic = Topic(slug="python", name="Python")
        group = make_group(slug="paris", name="UG Paris", topics=[topic])
        make_group(slug="lyon", name="UG Lyon <b>", city="Lyon", search_key="ug lyon")
        make_event(group, title="Fog", public_id="fog")


def offered(answer) -> str:
    """The address that a page offers, which all the ways to subscribe lead to."""
    (address,) = re.findall(r'<input id="feed" type="text" readonly value="([^"]+)"', answer.text)
    address = html.unescape(address)
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', answer.text)]
    taken = "webcal" + address.removeprefix("http")
    assert taken in links
    ways = [unquote(link) for link in links if "calendar.google" in link or "outlook" in link]
    assert len(ways) == 3
    assert ways[0] == f"https://calendar.google.com/calendar/r?cid={taken}"
    assert all(f"addfromweb?url={address}&name=" in way for way in ways[1:])
    return address


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("/groups/paris", "/groups/paris/calendar.ics"),
        ("/countries/FR", "/countries/FR/calendar.ics"),
        ("/groups", "/calendar.ics"),
        ("/events", "/calendar.ics"),
        ("/groups?country=FR", "/countries/FR/calendar.ics"),
        ("/groups?topic=python&q=ug", "/calendar.ics?topic=python"),
        ("/events?country=FR&topic=python", "/calendar.ics?country=FR&topic=python"),
        ("/events?near=48.8567,2.3521&online=1", "/calendar.ics?near=48.86,2.35&within=100"),
        ("/groups?near=48.8567,2.3521&within=25", "/calendar.ics?near=48.86,2.35&within=25"),
        ("/groups?near=48.8567,2.3521&within=9000", "/calendar.ics?near=48.86,2.35&within=500"),
        ("/subscribe", "/calendar.ics"),
        ("/subscribe?group=paris", "/groups/paris/calendar.ics"),
        ("/subscribe?groups=paris,lyon", "/calendar.ics?groups=lyon,paris"),
        ("/subscribe?groups=lyon&groups=nobody&q=", "/calendar.ics?groups=lyon"),
    ],
)
def test_a_page_offers_the_calendar_of_what_it_shows(client, paris, page, address):
    assert offered(client.get(page)) == BASE + address
    feed = client.get(address)
    assert (feed.status_code, feed.mimetype) == (200, "text/calendar")
    if "lyon" not in address:
        assert "SUMMARY:Fog" in feed.text


def test_a_group_is_found_by_what_it_was_called(client, paris):
    with db.transaction() as session:
        group = session.scalars(select(Group).where(Group.slug == "paris")).one()
        session.add(FormerSlug(slug="lutetia", group_id=group.id))
    assert offered(client.get("/subscribe?group=lutetia")) == f"{BASE}/groups/paris/calendar.ics"
    chosen = offered(client.get("/subscribe?groups=lutetia,lyon"))
    assert chosen == f"{BASE}/calendar.ics?groups=lyon,paris"
    assert client.get("/subscribe?group=atlantis").status_code == 404


def test_what_it_is_called(client, paris):
    page = client.get("/events?country=FR&topic=python&near=48.8567,2.3521&within=50")
    (said,) = re.findall(r"<summary>Subscribe: ([^<]+)</summary>", page.text)
    assert said == "Meetups in France about Python within 50 km of Paris, Île-de-France, France"
    chosen = client.get("/subscribe?groups=lyon,paris").text
    assert "UG Lyon &lt;b&gt;, UG Paris" in chosen


def test_nothing_is_loaded_from_elsewhere(client, paris):
    page = client.get("/groups/paris")
    loaded = re.findall(r'<(?:img|script|iframe|source)[^>]* src="([^"]+)"', page.text)
    assert [one for one in loaded if not one.startswith("/")] == []
    assert '/subscribe/code.svg?group=paris" width="180" height="180" loading="lazy"' in page.text


def test_the_code_is_a_plain_picture_that_caches_keep(client, paris):
    answer = client.get("/subscribe/code.svg?group=paris")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == (
        "image/svg+xml", "public, max-age=86400",
    )  # fmt: skip
    assert answer.text.startswith("<?xml")
    assert "style" not in answer.text
    assert "<script" not in answer.text
    other = client.get("/subscribe/code.svg?near=48.86,2.35&within=25&topic=%3Cscript%3E")
    assert other.status_code == 200
    assert other.data != answer.data
    many = ",".join(f"group-number-{number}" for number in range(60))
    assert client.get(f"/subscribe/code.svg?groups={many}").status_code == 404
    assert client.get("/subscribe/code.svg?within=far").status_code == 404


def test_groups_are_chosen_without_scripts(client, paris):
    page = client.get("/subscribe/groups?q=lyon&groups=paris&groups=nobody")
    boxes = re.findall(r'name="groups" value="([^"]+)"( checked)?', page.text)
    assert boxes == [("paris", " checked"), ("lyon", "")]
    assert 'formaction="/subscribe"' in page.text
    with db.transaction():
        for number in range(MOST_GROUPS + 5):
            make_group(slug=f"many-{number}")
    many = "&".join(f"groups=many-{number}" for number in range(MOST_GROUPS + 5))
    address = offered(client.get(f"/subscribe?{many}"))
    assert len(address.partition("groups=")[2].split(",")) == MOST_GROUPS


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/subscribe?group=nobody", 404),
        ("/subscribe?groups=nobody", 404),
        ("/subscribe?country=XX", 422),
        ("/subscribe?within=-1", 422),
        ("/subscribe?near=Nowhereatall", 200),
    ],
)
def test_what_is_not_there(client, paris, path, status):
    assert client.get(path).status_code == status


def test_who_has_the_page_gets_no_body(client, paris):
    first = client.get("/subscribe?group=paris")
    again = client.get("/subscribe?group=paris", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "Set-Cookie" not in first.headers
