import pytest

from tests.factories import make_group
from usergroups import db


@pytest.fixture
def world(database, frozen_clock):
    with db.transaction():
        make_group(slug="paris")


def test_anybody_may_frame_it_and_nothing_on_it_acts(client, world):
    answer = client.get("/map/embed?topic=maps&near=48.85,2.35")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "form-action 'none'" in policy
    assert "script-src 'self';" in policy
    assert "<form" not in answer.text
    assert 'data-query="topic=maps"' in answer.text
    assert 'data-at="48.85,2.35"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_no_other_page_with_a_map_may_be_framed(client, world):
    for path in ("/", "/map", "/countries/FR", "/groups/paris"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]


def test_what_makes_no_sense_is_left_out(client, world):
    answer = client.get("/map/embed?status=nope&region=mars")
    assert answer.status_code == 422
    assert "data-query" not in answer.text
