import re

import pytest

from tests.factories import make_event, make_group
from usergroups import db
from usergroups.models import Group, GroupStatus, Topic
from usergroups.services.revisions import mark_changed

EUROPE = "/map/groups.json?bbox=-12,35,40,65&z=4"


@pytest.fixture
def world(database, frozen_clock):
    with db.transaction():
        group = make_group(slug="paris", name="UG Paris", topics=[Topic(slug="a", name="A")])
        make_event(group)
        make_group(slug="gone", status=GroupStatus.ARCHIVED)
        make_group(slug="kyoto", city="Kyoto", country="JP", latitude=35.0, longitude=135.75)


def test_rows_of_a_view(client, world):
    answer = client.get(EUROPE)
    assert answer.json == {
        "version": 1,
        "rows": [[48.8566, 2.3522, 1, "paris", "UG Paris", "active", "2026-06-17"]],
    }
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in answer.headers
    again = client.get(EUROPE, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_filters_and_changes(client, world):
    assert client.get(f"{EUROPE}&topic=b").json["rows"] == []
    assert len(client.get(f"{EUROPE}&topic=a&coming=1").json["rows"]) == 1
    with db.transaction():
        group = make_group(slug="lyon", latitude=45.75, longitude=4.85)
        mark_changed(db.session().get_one(Group, group.id), on_map=True)
    answer = client.get(EUROPE).json
    assert sum(row[2] for row in answer["rows"]) == 2
    assert answer["version"] == 2


@pytest.mark.parametrize(
    "query", ["", "bbox=1", "bbox=a,b,c,d&z=4", "bbox=0,0,1,1", "bbox=0,0,1,1&z=x", "at=..",
              "bbox=0,0,nan,1&z=3", "bbox=0,0,1,1&z=3&status=nope"],
)  # fmt: skip
def test_a_view_that_makes_no_sense_is_refused(client, world, query):
    answer = client.get(f"/map/groups.json?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.json["status"] == 400


def test_the_script_has_the_name_of_its_bytes(client, world):
    page = client.get("/map")
    address = re.search(r"/map/[0-9a-f]{16}\.js", page.text)
    script = client.get(address.group())
    assert script.mimetype == "text/javascript"
    assert "L.groupLayer" in script.text
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/map/0123456789abcdef.js").status_code == 404


def test_the_picture(client, world):
    answer = client.get("/map.svg?region=world")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.count('class="g active"') == 2
    assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]


def test_the_list_below_holds_the_same_groups(client, world):
    europe, everywhere = client.get("/map").text, client.get("/map?region=world").text
    assert "/groups/paris" in europe
    assert "/groups/kyoto" not in europe
    assert "/groups/kyoto" in everywhere
    assert "/groups/gone" not in everywhere
    assert "/groups/paris" not in client.get("/map?topic=nothing").text
