import pytest

from tests.factories import make_event, make_group
from usergroups import db


def test_an_empty_federation_teaches(client, database):
    answer = client.get("/")
    assert answer.status_code == 200
    assert "No meetup is announced yet." in answer.text
    assert "No group fits all of that." in client.get("/groups").text
    assert "No meetup fits all of that." in client.get("/events").text


def test_the_front_page(client, database, frozen_clock):
    with db.transaction():
        make_event(make_group(slug="paris", name="UG Paris"), title="Clouds")
    page = client.get("/").text
    for said in ("UG Paris", "Clouds", "17 Jun 2026", "/countries/FR", "France"):
        assert said in page


def test_a_country(client, database, frozen_clock):
    with db.transaction():
        make_event(make_group(slug="paris", name="UG Paris"), title="Clouds")
    page = client.get("/countries/FR").text
    assert "UG Paris" in page
    assert "Clouds" in page
    assert client.get("/countries/fr").headers["Location"] == "/countries/FR"
    assert client.get("/countries/DE").status_code == 200
    assert client.get("/countries/XX").status_code == 404


@pytest.mark.parametrize(
    ("query", "names"), [("q=budape", ["Budapest"]), ("q=", []), ("q=%20", [])]
)
def test_places(client, database, query, names):
    answer = client.get(f"/places.json?{query}&limit=1")
    assert [place["name"] for place in answer.json] == names


def test_a_place_says_what_forms_need(client, database):
    (place,) = client.get("/places.json?q=Budapest&limit=1").json
    assert place.pop("population") > 1_000_000
    assert place == {
        "id": 3054643, "label": "Budapest, Hungary", "name": "Budapest", "region": "Budapest",
        "country": "HU", "lat": 47.49835, "lng": 19.04045, "timezone": "Europe/Budapest",
    }  # fmt: skip


@pytest.mark.parametrize("limit", ["x", "-1", "999"])
def test_a_strange_limit_is_no_defect(client, database, limit):
    assert client.get(f"/places.json?q=a&limit={limit}").status_code == 200


def test_health(client, database):
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ok\n"
    with database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM federation")
    assert client.get("/readyz").status_code == 503


def test_only_reading_is_allowed(client, database):
    answer = client.post("/groups")
    assert answer.status_code in {400, 405}
