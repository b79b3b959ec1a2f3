from dataclasses import replace

import pytest

from usergroups import queue
from usergroups.app import create_app
from usergroups.web.headers import content_security_policy

OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)


def test_a_page_may_load_our_own_files_alone(client):
    answer = client.get("/groups")
    assert answer.headers["Content-Security-Policy"] == OURS
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


@pytest.mark.parametrize(
    ("url", "images"),
    [
        ("", "img-src 'self' data:;"),
        ("https://tiles.example.org/{z}/{x}/{y}.png", "data: https://tiles.example.org;"),
        ("https://{s}.tiles.example.org/{z}/{x}/{y}.png", "data: https://*.tiles.example.org;"),
    ],
)
def test_tiles_add_their_host_to_the_pictures(url, images):
    assert images in content_security_policy(url)


def test_the_operators_tiles_reach_the_pages(config, gazetteer_file):
    config.gazetteer.symlink_to(gazetteer_file)
    app = create_app(replace(config, map_tile_url="https://tiles.example.org/{z}/{x}/{y}.png"))
    policy = app.test_client().get("/groups").headers["Content-Security-Policy"]
    queue.announce_with(None)
    assert "img-src 'self' data: https://tiles.example.org;" in policy
