import brotli
import pytest

from tests.factories import make_event, make_group
from usergroups import db
from usergroups.models import GroupStatus, Topic


@pytest.fixture
def world(database, frozen_clock):
    with db.transaction():
        group = make_group(slug="paris", name="UG Paris", topics=[Topic(slug="a", name="A")])
        make_event(group)
        make_group(slug="kyoto", city="Kyoto", country="JP", latitude=35.0, longitude=135.75,
                   status=GroupStatus.DORMANT, language="ja")  # fmt: skip


def test_the_list_follows_the_view(client, world):
    answer = client.get("/map/list.json?bbox=-12,35,40,65")
    assert answer.json == {
        "version": 1,
        "total": 1,
        "countries": [["FR", 1, [["paris", "UG Paris", "active", "2026-06-17"]]]],
    }
    again = client.get(
        "/map/list.json?bbox=-12,35,40,65", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("query", ["", "bbox=1,2", "bbox=0,0,inf,1", "bbox=0,0,1,1&status=x"])
def test_a_view_that_makes_no_sense_is_refused(client, world, query):
    answer = client.get(f"/map/list.json?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("", {"paris", "kyoto"}), ("&topic=a", {"paris"}), ("&status=dormant", {"kyoto"}),
        ("&coming=1", {"paris"}), ("&language=ja", {"kyoto"}), ("&status=dormant&coming=1", set()),
    ],
)  # fmt: skip
def test_filters_narrow_page_list_and_picture(client, world, query, there):
    page = client.get(f"/map?region=world{query}").text
    assert {slug for slug in ("paris", "kyoto") if f"/groups/{slug}" in page} == there
    listed = client.get(f"/map/list.json?bbox=-180,-90,180,90{query}").json
    assert listed["total"] == len(there)
    picture = client.get(f"/map.svg?region=world{query}").text
    assert picture.count('class="g ') == len(there)


def test_a_place_has_its_nearest_groups_with_rounded_distances(client, world):
    page = client.get("/map?near=48.80,2.13").text
    assert 'data-at="48.8,2.13"' in page
    assert "about 17 km" in page
    assert "/waiting?" not in page


def test_where_nobody_is_near_one_can_wait_or_start(client, world):
    page = client.get("/map?near=64.18,-51.72").text
    assert "There is no group within 100 km yet." in page
    assert "/waiting?place=" in page
    assert "/apply?place=" in page


def test_a_state_that_no_group_has_is_named_and_left_out(client, world):
    answer = client.get("/map?status=nope")
    assert answer.status_code == 422
    assert "Choose a state from the list." in answer.text
    assert "/groups/paris" in answer.text


def test_a_country_opens_on_its_groups(client, world):
    page = client.get("/countries/FR").text
    assert 'data-query="country=FR"' in page
    assert 'data-fit="2.3522,48.8566,2.3522,48.8566"' in page
    assert "data-fit" not in client.get("/countries/DE").text


def test_a_country_has_a_picture_without_scripts(client, world):
    assert 'src="/countries/FR/map.svg"' in client.get("/countries/FR").text
    answer = client.get("/countries/FR/map.svg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert '<title id="t">Map of the groups in France</title>' in answer.text
    assert ">One group<" in answer.text
    nowhere = [client.get(f"/countries/{code}/map.svg").status_code for code in ("DE", "fr", "XX")]
    assert nowhere == [404, 404, 404]


def test_a_group_has_a_small_map_without_scripts(client, world):
    assert 'src="/groups/paris/map.svg"' in client.get("/groups/paris").text
    answer = client.get("/groups/paris/map.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
    assert client.get("/groups/nope/map.svg").status_code == 404


def test_the_small_map_leads_to_the_place_on_the_map(client, database, frozen_clock):
    with db.transaction():
        event = make_event(make_group(slug="paris", latitude=48.8566, longitude=2.3522))
        pages = "/groups/paris", f"/events/{event.public_id}/{event.slug}"
    for page in pages:
        assert 'class="small-map" href="/map?near=48.8566%2C2.3522"' in client.get(page).text


def test_long_answers_are_compressed(client, world):
    takes = {"Accept-Encoding": "gzip, br"}
    page = client.get("/map", headers=takes)
    assert page.headers["Content-Encoding"] == "br"
    assert brotli.decompress(page.data).decode() == client.get("/map").text
    assert "Accept-Encoding" in page.headers["Vary"]
    short = client.get("/map/list.json?bbox=0,0,1,1", headers=takes)
    assert "Content-Encoding" not in short.headers


def test_a_link_to_a_group_has_a_picture_drawn_beside_the_workers(client, world):
    assert 'property="og:image"' in client.get("/groups/paris").text
    answer = client.get("/groups/paris/preview.png")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.data.startswith(b"\x89PNG")
    assert int.from_bytes(answer.data[16:20]) == 1200
    again = client.get(
        "/groups/paris/preview.png", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.get("/groups/nope/preview.png").status_code == 404
