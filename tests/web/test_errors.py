import logging

import pytest

from tests.factories import make_event, make_group
from usergroups import db
from usergroups.jobs import timetable
from usergroups.models import EventStatus, GroupStatus


def test_an_address_that_leads_nowhere(client, database):
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert "There is nothing here" in answer.text
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(
    "path", ["/groups/%00", "/events/%00/x", "/groups/%ff%fe", "/countries/%00"]
)
def test_strange_addresses_lead_nowhere(client, database, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/groups", "/events", "/map", "/places.json", "/map.svg"])
def test_strange_parameters_are_no_defect(client, database, path):
    query = "q=%00&near=%00&topic=%00%ff&country=%00&region=%00&at=%00&from=%00&online=%00"
    assert client.get(f"{path}?{query}").status_code in {200, 422}


def test_a_defect_shows_a_page_and_no_secret(app, database, caplog):
    app.testing = False
    part = lambda: 1 / 0  # noqa: E731  shorter than a function
    part.access = "public"
    app.add_url_rule("/broken", "broken", part)
    with caplog.at_level(logging.CRITICAL):
        answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_without_a_database_there_is_still_a_page(app, database, tmp_path):
    app.testing = False
    db.connect(f"sqlite:///{tmp_path}/empty.sqlite")
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text


def test_an_address_that_leads_nowhere_names_what_may_be_meant(client, database):
    with db.transaction():
        group = make_group(name="Budapest Users", slug="budapest", city="Budapest")
        make_event(group, title="Autumn lanterns")
        make_event(group, title="Autumn secret", status=EventStatus.DRAFT)
        make_group(name="Larkspindle Berlin", slug="berlin", city="Berlin")
        make_group(name="Secret autumn", slug="gone", status=GroupStatus.ARCHIVED)
    timetable.refresh_search()
    assert 'href="/groups/budapest"' in client.get("/groups/budapset").text
    assert 'href="/groups/berlin"' in client.get("/groups/berln").text
    assert 'href="/groups/berlin"' in client.get("/search?q=berln").text
    lost = client.get("/events/2026/autumn-lanterns")
    assert lost.status_code == 404
    assert "/autumn-lanterns" in lost.text
    assert 'value="autumn lanterns"' in lost.text
    assert "Autumn secret" not in client.get("/autumn-secret").text
    assert "Secret autumn" not in client.get("/autumn-secret").text


@pytest.mark.parametrize(
    "path", ["/", "/groups/%FF", "/" + "x" * 5_000, "/%22%27*()", "/groups/" + "a-" * 900]
)
def test_no_address_breaks_the_page_that_helps(client, database, path):
    assert client.get(f"/nowhere{path}").status_code == 404


def test_programs_get_problems_as_json(client, database):
    answer = client.get("/groups/nope", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json == {
        "title": "There is nothing here", "status": 404,
        "detail": "The address may be misspelt, or the page has moved.",
    }  # fmt: skip
    assert client.get("/nothing.json").mimetype == "application/problem+json"
    assert client.get("/groups/nope", headers={"Accept": "*/*"}).mimetype == "text/html"
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    assert client.get("/groups/nope", headers=browser).mimetype == "text/html"
