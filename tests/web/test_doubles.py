"""One meetup announced in several places: the organizers' page, and what the public sees."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.browsing import post, signed_in, texts
from tests.factories import make_event, make_group, make_meetup, make_source
from usergroups import clock, db
from usergroups.models import Double, Event, Origin, Role
from usergroups.services import doubles

HOSTILE = "Rust <img src=x onerror=alert(1)>"
PAGE = "/organize/paris/meetups/doubles"


@pytest.fixture
def group(database, frozen_clock):
    with db.transaction():
        made = make_group(slug="paris", name="UG Paris")
        make_meetup(made, title=HOSTILE, public_id="native1234")
        for number, url in ((1, "https://www.meetup.com/p/events/1/"), (2, "https://lu.ma/rust")):
            source = make_source(made, location=f"{url}.ics")
            make_event(
                made, title=HOSTILE, url=url, source_id=source.id, origin=Origin.IMPORTED,
                public_id=f"twin{number}23456", starts_at=clock.now() + timedelta(days=7),
                uid=f"evt-{number}@elsewhere",
            )  # fmt: skip
        doubles.suggest(made.id)
    return made


def pair(kept, gone):
    with db.reading() as session:
        ids = {one.public_id: one.id for one in session.scalars(select(Event))}
        query = select(Double.id).where(Double.kept_id == ids[kept], Double.gone_id == ids[gone])
        return session.scalars(query).one()


def decide(browser, act, kept="native1234", gone="twin123456", slug="paris"):
    path = f"/organize/{slug}/meetups/doubles"
    return post(browser, f"{path}/{pair(kept, gone)}/{act}", path)


def test_the_desk_asks_and_shows_both_side_by_side(app, group):
    browser = signed_in(app, group)
    assert "3 meetups look as if they were announced twice." in texts(
        browser.get("/organize/paris"), "li"
    )
    page = browser.get(PAGE)
    assert HOSTILE not in page.text
    assert page.text.count("They are one</button>") == 3
    assert {"Planned here", "Meetup", "Luma"} <= set(texts(page, "p"))
    assert "differs" not in texts(page, "span")


def test_made_one_it_is_everywhere_once(app, client, group):
    browser = signed_in(app, group)
    assert decide(browser, "one").location == PAGE
    assert decide(browser, "one", gone="twin223456").status_code == 303
    page = browser.get(PAGE)
    assert page.text.count("Take apart</button>") == 2
    assert "They are one</button>" not in page.text
    shown = client.get("/events/native1234/rust-img-src-x-onerror-alert-1")
    links = re.findall(r'<a href="([^"]+)" rel="nofollow noopener ugc">(\w+)</a>', shown.text)
    assert links == [
        ("https://www.meetup.com/p/events/1/", "Meetup"),
        ("https://lu.ma/rust", "Luma"),
    ]
    for path in ("/groups/paris", "/events"):
        assert client.get(path).text.count("/events/native1234/") == 1
        assert "twin" not in client.get(path).text
    for path in (
        "/groups/paris/calendar.ics",
        "/calendar.ics",
        "/groups/paris/calendar.ics?past=all",
    ):
        text = client.get(path).text
        assert text.count("BEGIN:VEVENT") == 1
        assert "@elsewhere" not in text
        assert "Luma: https://lu.ma/rust" in text.replace("\r\n ", "")


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/events/twin123456", "/events/native1234"),
        ("/events/twin123456/rust", "/events/native1234/rust"),
        ("/events/twin123456.ics", "/events/native1234.ics"),
        ("/rsvp/twin123456", "/rsvp/native1234"),
        ("/organize/paris/meetups/twin123456", "/organize/paris/meetups/native1234"),
    ],
)
def test_its_addresses_lead_to_the_one_that_remains_until_that_is_undone(app, group, path, leads):
    browser = signed_in(app, group)
    decide(browser, "one")
    moved = browser.get(path)
    assert (moved.status_code, moved.location) == (301, leads)
    decide(browser, "undo")
    assert browser.get(path).location != leads


def test_kept_apart_nobody_is_asked_again(app, group):
    browser = signed_in(app, group)
    decide(browser, "apart")
    with db.transaction():
        assert doubles.suggest(group.id) == 0
    page = browser.get(PAGE)
    assert page.text.count("They are one</button>") == 2
    assert page.text.count("Ask again</button>") == 1


def test_what_is_surely_the_same_is_made_one_with_one_click(app, group):
    browser = signed_in(app, group)
    assert "Make the 3 one that are surely the same" in browser.get(PAGE).text
    assert post(browser, f"{PAGE}/all", PAGE).location == PAGE
    page = browser.get(PAGE)
    assert "They are one</button>" not in page.text
    assert "2 are made one now." in page.text
    with db.reading() as session:
        states = {one.public_id: one.status.value for one in session.scalars(select(Event))}
    assert states == {"native1234": "confirmed", "twin123456": "merged", "twin223456": "merged"}


def test_the_second_organizer_hears_what_the_first_did(app, group):
    first, second = signed_in(app, group), signed_in(app, group, Role.ORGANIZER)
    decide(first, "apart")
    decide(second, "one")
    assert "Somebody else said in the meantime that these are two meetups." in second.get(PAGE).text


def test_a_group_has_no_part_in_the_pairs_of_others(app, group):
    with db.transaction():
        other = make_group(slug="berlin", latitude=52.5, longitude=13.4)
    browser = signed_in(app, other)
    token_page = "/organize/berlin/meetups/doubles"
    number = pair("native1234", "twin123456")
    assert post(browser, f"{token_page}/{number}/one", token_page).status_code == 404
    assert browser.get(PAGE).status_code == 403
    with db.reading() as session:
        assert {one.state.value for one in session.scalars(select(Double))} == {"suggested"}


def test_search_engines_are_told_of_one(app, client, group):
    decide(signed_in(app, group), "one")
    page = client.get("/events/native1234/rust-img-src-x-onerror-alert-1")
    (said,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    assert json.loads(said)["sameAs"] == ["https://www.meetup.com/p/events/1/"]
