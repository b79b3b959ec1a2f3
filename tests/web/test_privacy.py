from dataclasses import replace

from usergroups.app import create_app


def test_nobody_else_is_named_where_nobody_is_asked(client):
    page = client.get("/privacy").text
    assert "nobody else learns what you look at" in page
    assert "Set-Cookie" not in client.get("/privacy").headers
    assert 'href="/privacy"' in client.get("/").text


def test_whose_tiles_are_set_is_named(app, config):
    tiled = replace(config, map_tile_url="https://{s}.tiles.example.org/{z}/{x}/{y}.png")
    page = create_app(tiled).test_client().get("/privacy").text
    assert "comes from tiles.example.org" in page
