from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.factories import make_event, make_group
from usergroups import clock, db
from usergroups.models import Federation, Group
from usergroups.services.revisions import mark_changed

PAGES = [
    "/", "/groups", "/groups/paris", "/events", "/events/bcdfghjkmn/clouds", "/map",
    "/countries/FR", "/map.svg",
]  # fmt: skip


@pytest.fixture
def paris(database, frozen_clock):
    with db.transaction():
        group = make_group(slug="paris")
        make_event(group, public_id="bcdfghjkmn", title="Clouds")
    return group


@pytest.mark.parametrize("path", PAGES)
def test_whoever_has_a_page_is_sent_nothing(client, paris, path, count_queries):
    first = client.get(path)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
    # The map's page leaves compressed.
    assert first.headers["Vary"].removesuffix(", Accept-Encoding") == "Accept-Language, Cookie"
    assert "Set-Cookie" not in first.headers
    with count_queries() as queries:
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert len(queries) <= 2


@pytest.mark.parametrize("path", PAGES)
def test_head_is_get_without_the_body(client, paris, path):
    got, asked = client.get(path), client.head(path)
    assert (asked.status_code, asked.data) == (200, b"")
    assert dict(asked.headers) == dict(got.headers)


@pytest.mark.parametrize("path", PAGES)
def test_a_change_an_hour_a_language_or_a_parameter_makes_another_page(client, paris, path):
    etag = client.get(path).headers["ETag"]
    american = client.get(path, headers={"Accept-Language": "en-US"}).headers["ETag"]
    asked = client.get(f"{path}?x=1").headers["ETag"]
    with clock.frozen_at(clock.now() + timedelta(hours=1)):
        later = client.get(path).headers["ETag"]
    with db.transaction():
        mark_changed(db.session().get_one(Group, paris.id), on_map=True)
    changed = client.get(path).headers["ETag"]
    assert len({etag, american, asked, later, changed}) == 5


def test_the_name_of_the_federation_stands_on_every_page(client, paris):
    etags = [client.get(path).headers["ETag"] for path in PAGES[2:3]]
    with db.transaction():
        db.session().execute(update(Federation).values(name="Others"))
    assert client.get("/groups/paris").headers["ETag"] not in etags


def test_pages_say_what_browsers_may_do(client, paris):
    headers = client.get("/").headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; manifest-src 'self'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "geolocation=(self)" in headers["Permissions-Policy"]
