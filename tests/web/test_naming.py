"""A group that has another name and address: everything that led to it leads to it still."""

import pytest

from tests.browsing import post, signed_in, texts, token
from tests.factories import make_event, make_group
from usergroups import db
from usergroups.models import Role

NAME = "/organize/paris/name"


@pytest.fixture
def group(database, frozen_clock):
    with db.transaction():
        made = make_group(slug="paris", name="UG Paris")
        make_event(made, title="In spring")
    return made


def test_old_addresses_lead_to_the_new_ones(app, group):
    browser, visitor = signed_in(app, group), app.test_client()
    before = visitor.get("/groups/paris/calendar.ics")
    answer = post(browser, NAME, name="Grenoble Gang", slug="")
    assert (answer.status_code, answer.location) == (303, "/organize/grenoble-gang/name")
    assert "Old addresses lead here." in browser.get(answer.location).text
    for old, new in {
        "/groups/paris": "/groups/grenoble-gang",
        "/groups/paris?past=all": "/groups/grenoble-gang?past=all",
        "/groups/paris/calendar.ics": "/groups/grenoble-gang/calendar.ics",
        "/groups/paris/calendar.ics?past=all": "/groups/grenoble-gang/calendar.ics?past=all",
    }.items():
        moved = visitor.get(old)
        assert (moved.status_code, moved.location) == (301, new)
        assert moved.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in moved.headers
        assert visitor.head(old).status_code == 301
    for page in ("", "/edit", "/logo", "/members", "/members.csv", "/name", "/reports"):
        moved = browser.get(f"/organize/paris{page}")
        assert (moved.status_code, moved.location) == (301, f"/organize/grenoble-gang{page}")
    for page in ("join", "contact", "report", "claim"):
        assert browser.get(f"/{page}/paris").location == f"/{page}/grenoble-gang"
    feed = visitor.get(
        "/groups/paris/calendar.ics", headers={"If-None-Match": before.headers["ETag"]}
    )
    feed = visitor.get(feed.location, headers={"If-None-Match": before.headers["ETag"]})
    assert feed.status_code == 200
    assert "In spring" in feed.text
    assert visitor.get("/groups/nowhere").status_code == 404
    assert visitor.get("/groups/nowhere/calendar.ics").status_code == 404


def test_a_form_that_was_open_meanwhile_keeps_what_it_sends(app, group):
    browser, other = signed_in(app, group), signed_in(app, group, Role.ORGANIZER)
    page = other.get("/join/paris")
    post(browser, NAME, name="Grenoble Gang")
    answer = other.post(
        "/join/paris", data={"csrf_token": token(page), "mails": "no"}, follow_redirects=False
    )
    assert (answer.status_code, answer.location) == (308, "/join/grenoble-gang")
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_visitor_of_an_old_desk_is_asked_to_sign_in_first(app, group):
    post(signed_in(app, group), NAME, name="Grenoble Gang")
    assert app.test_client().get("/organize/paris").status_code == 401


@pytest.mark.parametrize(
    ("name", "slug", "told"),
    [
        ("UG Lyon", "", "UG Lyon is called so already"),
        ("UG Ly0n", "", "This cannot be told from UG Lyon"),
        ("UG Pаris", "", "One word mixes letters of several alphabets."),
        ("x" * 2_000_000, "", "At most 80 characters, please: this has 2000000."),
        ("a\u202eb", "", "This has characters that cannot be seen"),
        ("Fine", "Not fine", "Only lower-case letters, digits and single hyphens, please."),
        ("Fine", "lyon", "Another group has, or had, this address."),
        ("Lyon", "", "Another group has, or had, this address."),
    ],
)
def test_a_name_that_is_refused_comes_back(app, group, name, slug, told):
    with db.transaction():
        make_group(slug="lyon", name="UG Lyon", latitude=48.9, longitude=2.4)
    answer = post(signed_in(app, group), NAME, name=name, slug=slug)
    assert answer.status_code == 422
    assert told in " ".join(texts(answer, "p"))
    assert f'value="{name}"' in answer.text or "\u202e" in name


def test_a_group_is_ended_and_taken_up_again(app, group):
    browser, visitor = signed_in(app, group), app.test_client()
    end = "/organize/paris/archive"
    assert post(browser, end, name="Paris").status_code == 422
    assert post(browser, end, name="UG Paris").status_code == 303
    assert "The group has ended" in browser.get(end).text
    assert "UG Paris" not in visitor.get("/groups").text
    assert visitor.get("/groups/paris").status_code == 200
    assert visitor.get("/groups/paris/calendar.ics").status_code == 200
    assert post(browser, f"{end}/undo", end).location == "/organize/paris"
    assert "UG Paris" in visitor.get("/groups").text
    assert post(browser, f"{end}/undo", "/organize/paris").status_code == 409


def test_an_organizer_sees_no_way_to_rename(app, group):
    browser = signed_in(app, group, Role.ORGANIZER)
    assert "/organize/paris/name" not in browser.get("/organize/paris").text
    assert browser.get(NAME).status_code == 403
    assert browser.get("/organize/paris/archive").status_code == 403
