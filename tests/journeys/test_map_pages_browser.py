"""Every page with a map in a real browser, on the real application, its names attacking it."""

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import CHROMIUM, NEEDED, opened, served, troubles, violations
from tests.browsing import person
from tests.factories import make_application, make_event, make_group
from usergroups import clock, db
from usergroups.app import create_app
from usergroups.models import GroupStatus, Topic, Waiting
from usergroups.services import accounts

pytestmark = NEEDED

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "`+alert(1)+`",
    "${alert(1)}",
    r"\\`;alert(1)//",
    r"\x3cimg src=x onerror=alert(1)\x3e",
    "\"'><svg onload=alert(1)>",
    "line\u2028separator",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


@pytest.fixture
def event(database):
    with db.transaction():
        for n, name in enumerate(HOSTILE):
            group = make_group(
                slug=f"group-{n}", name=name, city=name, country="FR", summary=name,
                latitude=43 + 0.8 * n, longitude=5 - 0.8 * n, status=list(GroupStatus)[n % 5],
                topics=[Topic(slug=f"topic-{n}", name=name)],
            )  # fmt: skip
        return make_event(group, title=HOSTILE[0], venue=HOSTILE[1], description=HOSTILE[2])


@pytest.fixture
def address(app, event) -> Iterator[str]:
    with served(app) as url:
        yield url


def test_hostile_words_are_text_on_every_page_with_a_map(browser, address, event):
    page, witness = opened(browser, viewport={"width": 1280, "height": 900})
    paths = [
        "/", "/map", "/map?near=48.85,2.35", "/map?topic=%3C/script%3E%3Cscript%3Ealert(1)",
        "/countries/FR", "/countries/FR/map.svg", "/groups/group-0", "/groups/group-1",
        "/groups/group-0/map.svg",
        f"/events/{event.public_id}/{event.slug}", "/map/embed", "/map.svg",
        "/waiting?place=%60%3C",
    ]  # fmt: skip
    for path in paths:
        page.goto(address + path, wait_until="networkidle")
    page.goto(f"{address}/map", wait_until="networkidle")
    listed = page.locator(".map-list-body li a")
    expect(listed).to_have_count(len(HOSTILE))
    assert sorted(listed.all_text_contents()) == sorted(HOSTILE)
    assert witness.complaints == []
    assert witness.hosts == {"127.0.0.1"}


def test_hostile_words_are_text_where_stewards_and_applicants_see_a_map(browser, address):
    with db.transaction() as session:
        steward = person(is_steward=True, place=HOSTILE[0], latitude=48.1, longitude=11.5)
        words = {"group_name": HOSTILE[1], "city": HOSTILE[2], "why": HOSTILE[3]}
        own, other = (make_application(by, **words) for by in (steward, person(name=HOSTILE[4])))
        for n, name in enumerate(HOSTILE):
            waits = {"place": HOSTILE[1], "country": "DE", "latitude": 52.5, "longitude": 13.4}
            session.add(Waiting(email=f"{n}@example.org", name=name, helps=True,
                                confirmed_at=clock.now(), **waits))  # fmt: skip
        session.flush()
        seen = f"/apply/{own.public_id}", f"/steward/applications/{other.public_id}"
    page, witness = opened(browser, viewport={"width": 1280, "height": 900})
    with db.transaction():
        secret = accounts.offer_sign_in(steward)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")
    paths = [*seen, *(f"{path}/map.svg" for path in seen),
             "/steward/coverage?km=100", "/steward/coverage.svg?km=100"]  # fmt: skip
    for path in paths:
        answer = page.goto(address + path, wait_until="networkidle")
        assert (path, answer.status) == (path, 200)
    page.goto(f"{address}/steward/coverage?km=100")
    said = page.get_by_role("main").inner_text()
    assert [name for name in (HOSTILE[0], HOSTILE[1], *HOSTILE[3:6]) if name not in said] == []
    assert witness.complaints == []
    assert witness.hosts == {"127.0.0.1"}


def test_pages_with_a_map_have_no_faults(browser, address):
    page, witness = opened(browser, reduced_motion="reduce")
    paths = ["/map", "/map?near=64.2,-51.7", "/countries/FR", "/groups/group-0", "/waiting"]
    assert troubles(page, address, paths) == {}
    assert witness.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_popup_has_no_faults(browser, address, scheme):
    page, _witness = opened(browser, reduced_motion="reduce", color_scheme=scheme)
    page.goto(f"{address}/map?near=45.4,2.6", wait_until="networkidle")
    page.locator(".map-group[role=button]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[role=dialog]")).to_be_visible()
    assert violations(page) == []


def test_the_list_follows_the_view_and_filters_act_at_once(browser, address):
    page, _witness = opened(browser, viewport={"width": 1280, "height": 900},
                            reduced_motion="reduce")  # fmt: skip
    page.goto(f"{address}/map", wait_until="networkidle")
    title = page.locator("#list")
    expect(title).to_have_text(f"Groups in this view: {len(HOSTILE)}")
    page.select_option("#status", "active")
    expect(page.locator(".map-list-body li")).to_have_count(2)
    expect(page.locator(".map-said")).to_have_text("Groups on the map: 2")
    assert page.url.endswith("?status=active")
    page.select_option("#status", "")
    expect(title).to_have_text(f"Groups in this view: {len(HOSTILE)}")
    page.evaluate("map_groups.setView([-30, 140], 5, {animate: false})")
    expect(title).to_have_text("Groups in this view: 0")
    expect(page.locator(".map-list-body")).to_contain_text("Zoom out")


def test_a_frame_in_somebody_elses_page_shows_the_map(browser, address):
    elsewhere = Flask("elsewhere")
    elsewhere.add_url_rule("/", "home", lambda: f"<iframe src='{address}/map/embed'></iframe>")
    page, _witness = opened(browser)
    with served(elsewhere) as other:
        page.goto(other.replace("127.0.0.1", "localhost"))
        frame = page.frame_locator("iframe")
        expect(frame.locator(".map-group").first).to_be_attached()


class Tiles(BaseHTTPRequestHandler):
    """A server of tiles: each the same grey pixel."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.end_headers()
        self.wfile.write(b"<svg xmlns='http://www.w3.org/2000/svg' width='256' height='256'/>")

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


def test_tiles_of_somebody_else_are_loaded_where_they_are_set(browser, app, event, config):
    tiles = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    Thread(target=tiles.serve_forever, daemon=True).start()
    host = f"http://localhost:{tiles.server_port}"
    tiled = replace(
        config, map_tile_url=f"{host}/{{z}}/{{x}}/{{y}}.svg", map_tile_attribution="Tiles by us"
    )
    page, witness = opened(browser, viewport={"width": 1280, "height": 900})
    with served(create_app(tiled)) as address:
        answer = page.goto(f"{address}/map", wait_until="networkidle")
        expect(page.locator(".map img.leaflet-tile-loaded").first).to_be_attached()
        expect(page.locator(".leaflet-control-attribution")).to_contain_text("Tiles by us")
    assert f"img-src 'self' data: {host};" in answer.headers["content-security-policy"]
    assert Tiles.asked
    assert witness.complaints == []
    tiles.shutdown()
    tiles.server_close()
