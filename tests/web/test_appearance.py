"""What the federation is called and looks like: its stewards decide, its pages follow."""

import re

import pytest
from sqlalchemy import select

from tests.browsing import post, signed_in, upload
from tests.factories import make_user
from tests.formats.test_logo import picture
from tests.web.test_team import entered
from usergroups import db
from usergroups.models import AuditEntry, Federation

PATH = "/steward/appearance"


@pytest.fixture
def steward(app, database, frozen_clock):
    with db.transaction():
        somebody = make_user(email="steward@example.org", is_steward=True)
    return entered(app, somebody)


def sheet(client) -> str:
    address = re.search(r"/style/[0-9a-f]{12}\.css", client.get("/").text)[0]
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def test_a_colour_of_ones_own_reaches_every_page(app, client, steward):
    before = sheet(client)
    old = re.search(r"/style/[0-9a-f]{12}\.css", client.get("/").text)[0]
    given = {"name": "Loom", "tagline": "We <b>weave</b>", "colour": "#8A1F6B"}
    assert steward.post(PATH, data=given).status_code == 303
    assert "--accent:#8a1f6b" in sheet(client)
    assert "--accent:#" not in before
    assert client.get(old).status_code == 200  # our own colour is there for whom it is cached
    home = client.get("/").text
    assert "Loom" in home
    assert "<b>weave" not in home
    assert client.get("/site.webmanifest").json["theme_color"] == "#8a1f6b"
    page = steward.get(PATH).text
    assert 'value="#8a1f6b"' in page
    assert "By night: #" in page
    with db.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry.act == "federation.appearance_changed"
        assert entry.details["colour"] == ["", "#8a1f6b"]
        version = session.get_one(Federation, 1).version
    steward.post(PATH, data=given)
    with db.reading() as session:
        assert session.get_one(Federation, 1).version == version  # the same again


def test_a_page_from_before_is_led_to_the_present_sheet(client, steward):
    steward.post(PATH, data={"name": "Loom", "colour": "#8a1f6b"})
    answer = client.get("/style/000000000000.css", follow_redirects=True)
    assert "--accent:#8a1f6b" in answer.text


def test_our_own_colour_is_as_good_as_none(client, steward):
    steward.post(PATH, data={"name": "Loom", "colour": "#0f6b4f"})
    assert "--accent:#" not in sheet(client)


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "#fff;}p{top:0", "#１２３４５６"])
def test_what_is_no_colour_comes_back_with_what_was_written(steward, colour):
    answer = steward.post(PATH, data={"name": "Loom & Co", "colour": colour})
    assert answer.status_code == 422
    assert "Write a colour as #" in answer.text
    assert 'value="Loom &amp; Co"' in answer.text


def test_a_name_is_needed(steward):
    assert steward.post(PATH, data={"name": " ", "colour": ""}).status_code == 422


def test_a_logo_in_the_place_of_our_mark(app, client, database):
    steward, sent = signed_in(app, is_steward=True), ("a.png", picture())
    assert upload(steward, f"{PATH}/logo", form_at=PATH, picture=sent).status_code == 303
    home = client.get("/").text
    address = re.search(r"/logos/[0-9a-f]{64}\.png", home)[0]
    assert client.get(address).mimetype == "image/png"
    assert "brand-mark" not in home
    wrong = upload(steward, f"{PATH}/logo", form_at=PATH, picture=("a.png", b"no"))
    assert wrong.status_code == 422
    assert "This is no picture" in wrong.text
    assert post(steward, f"{PATH}/logo/remove", PATH).status_code == 303
    assert "brand-mark" in client.get("/").text
    assert client.get(address).status_code == 404
