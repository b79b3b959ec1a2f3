"""The map in a real browser, under the strict policy, with groups whose names attack it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, abort, request, send_from_directory
from markupsafe import escape
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import served
from usergroups import assets, paths
from usergroups.formats import group_map
from usergroups.formats.view import GroupPlace, read_box, read_zoom
from usergroups.formats.viewport import GroupIndex

CHROMIUM = Path("/usr/bin/chromium")
AXE = paths.ROOT / "node_modules" / "axe-core" / "axe.min.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "`+alert(1)+`",
    "${alert(1)}",
    r"\\`;alert(1)//",
    r"\x3cimg src=x onerror=alert(1)\x3e",
    "\"'><svg onload=alert(1)>",
    "line\u2028separator\u2029end",
]
FOCUSED = "document.activeElement.getAttribute('aria-label')"
PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Map</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">{head}</head>
<body><main><h1>Groups</h1>
<div id="{id}" class="map" role="region" aria-label="Map of groups"{data}></div>
</main></body></html>"""

pytestmark = [
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true",
        reason="needs chromium: apt-get install chromium",
    ),
    pytest.mark.skipif(
        bool(assets.missing()) and os.environ.get("CI") != "true",
        reason="needs built assets: make setup",
    ),
]


def site(places: list[GroupPlace]) -> Flask:
    """A tiny web site with nothing but the map on it."""
    app = Flask(__name__, static_folder=None)
    index = GroupIndex(places)

    @app.get("/")
    def page() -> str:
        pieces = group_map.render_map(request.args.get("view", "europe"))
        head = [f'<link rel="stylesheet" href="{one}">' for one in pieces.styles]
        scripts = (*pieces.scripts, f"/map/{pieces.digest}.js")
        head += [f'<script src="{one}" defer></script>' for one in scripts]
        data = {
            f"data-{name}": request.args[name] for name in ("labels", "at") if name in request.args
        }
        return PAGE.format(
            head="".join(head),
            id=pieces.element_id,
            language=request.args.get("language", "en"),
            data="".join(f' {name}="{escape(value)}"' for name, value in data.items()),
        )

    @app.get("/map/<digest>.js")
    def script(digest: str) -> Response:
        return Response(group_map.script_of(digest) or abort(404), mimetype="text/javascript")

    @app.get("/map/groups.json")
    def groups() -> dict[str, Any]:
        if key := request.args.get("at"):
            return {"version": 1, "rows": index.members(key)}
        box, zoom = read_box(request.args["bbox"]), read_zoom(request.args["z"])
        return {"version": 1, "rows": index.viewport(box, zoom)}

    @app.get("/static/<release>/<path:path>")
    def static(release: str, path: str) -> Response:
        return (
            send_from_directory(paths.STATIC, path) if release == assets.release() else abort(404)
        )

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


def hostile_places() -> list[GroupPlace]:
    lone = [
        GroupPlace(latitude=40 + 2.5 * i, longitude=-10 + 5.8 * i, slug=f"hostile-{i}", name=name,
                   status=status, country="DE", next_on="2027-01-20" if i % 2 else None)
        for i, (name, status) in enumerate(
            zip(HOSTILE, ["active", "quiet", "forming", "dormant", "vacant"] * 2, strict=False)
        )
    ]  # fmt: skip
    crowd = [
        GroupPlace(latitude=60.2, longitude=-9.5, slug=f"crowd-{i}", name=name,
                   status="active", country="FI")
        for i, name in enumerate(HOSTILE)
    ]  # fmt: skip
    return lone + crowd


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(site(hostile_places())) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=[
                "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        )  # fmt: skip
        yield started
        started.close()


class Witness:
    """What a page did that it should not have done."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.dialogs: list[str] = []
        self.foreign: list[str] = []
        self.console: list[str] = []
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda line: line.type == "error" and self.console.append(line.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", self._note)
        context.add_init_script(
            "window.violations = []; document.addEventListener('securitypolicyviolation', "
            "(event) => window.violations.push(event.violatedDirective + ' ' + event.blockedURI));"
        )
        self.page = page

    def _note(self, request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1", "data:")):
            self.foreign.append(request.url)

    def nothing_happened(self) -> None:
        found = (
            self.dialogs, self.foreign, self.console, self.page.evaluate("window.violations"),
        )  # fmt: skip
        assert found == ([], [], [], [])


@pytest.fixture
def opened(browser: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[Page, Witness]]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        reduced_motion="reduce",
        color_scheme=getattr(request, "param", "light"),
    )
    page = context.new_page()
    yield page, Witness(context, page)
    context.close()


def ready(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/{query}")
    expect(page.locator(".map-group").first).to_be_visible()
    expect(page.locator(".map canvas.leaflet-tile-loaded").first).to_be_attached()


def test_map_shows_hostile_names_as_text(opened: tuple[Page, Witness], address: str) -> None:
    page, witness = opened
    ready(page, address)
    for name in HOSTILE:
        pins = page.locator(".map-group[role=button]")
        labels = pins.evaluate_all("(all) => all.map((one) => one.getAttribute('aria-label'))")
        at = next(i for i, label in enumerate(labels) if label.startswith(name))
        pins.nth(at).focus()
        page.keyboard.press("Enter")
        link = page.locator("[role=dialog] a[href^='/groups/']")
        expect(link).to_be_visible()
        assert link.evaluate("(one) => one.textContent") == name
        page.keyboard.press("Escape")
        expect(page.locator("[role=dialog]")).to_have_count(0)
    witness.nothing_happened()


def test_crowd_at_one_place_opens_as_list(opened: tuple[Page, Witness], address: str) -> None:
    page, witness = opened
    ready(page, address)
    page.locator(".map-cluster").click()
    links = page.locator("[role=dialog] li a")
    expect(links).to_have_count(len(HOSTILE))
    texts = links.evaluate_all("(all) => all.map((one) => one.textContent)")
    assert sorted(texts) == sorted(HOSTILE)
    witness.nothing_happened()


@pytest.mark.parametrize("opened", ["light", "dark"], indirect=True)
def test_map_has_no_accessibility_faults(opened: tuple[Page, Witness], address: str) -> None:
    page, witness = opened
    ready(page, address)
    page.locator(".map-legend > summary").click()
    page.locator(".map-cluster").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[role=dialog]")).to_be_visible()
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    witness.nothing_happened()


def test_keys_reach_every_group(opened: tuple[Page, Witness], address: str) -> None:
    page, witness = opened
    ready(page, address)
    assert page.locator(".map-group[tabindex='0']").count() == 1
    page.locator(".map-group[tabindex='0']").focus()
    seen = []
    for _ in range(len(HOSTILE) + 1):
        seen.append(page.evaluate(FOCUSED))
        page.keyboard.press("PageDown")
    assert len(set(seen)) == len(HOSTILE) + 1
    assert page.evaluate(FOCUSED) == seen[0]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    before = page.evaluate(FOCUSED)
    assert before == seen[0]
    page.keyboard.press(" ")
    expect(page.locator("[role=dialog]")).to_be_visible()
    assert page.evaluate("document.activeElement.matches('[role=dialog] a')")
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED) == before
    witness.nothing_happened()


def test_map_speaks_the_page_language(opened: tuple[Page, Witness], address: str) -> None:
    page, witness = opened
    labels = json.dumps({"shown": "Gruppen: {count}", "europe": "Europa", "active": "<b>aktiv</b>"})
    ready(page, address, f"?language=de&labels={labels}")
    expect(page.locator(".map-said")).to_have_text(f"Gruppen: {2 * len(HOSTILE)}")
    expect(page.get_by_role("button", name="Europa")).to_be_visible()
    expect(page.locator(".map-name-country", has_text="Türkei")).to_be_attached()
    assert page.locator(".map b").count() == 0
    witness.nothing_happened()


def test_colours_change_with_the_theme(opened: tuple[Page, Witness], address: str) -> None:
    page, witness = opened
    ready(page, address)
    corner = (
        "() => [...document.querySelector('.map canvas').getContext('2d')"
        ".getImageData(0, 0, 1, 1).data].slice(0, 3).reduce((a, b) => a + b)"
    )
    light = page.evaluate(corner)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(100)
    assert page.evaluate(corner) < light / 2
    witness.nothing_happened()


def test_groups_stand_where_they_are(opened: tuple[Page, Witness], address: str) -> None:
    page, witness = opened
    ready(page, address)
    shown = page.locator(".map-group[role=button]").evaluate_all(
        """(all) => all.map((one) => {
            const box = one.getBoundingClientRect();
            const map = map_groups.getContainer().getBoundingClientRect();
            const at = [box.x + box.width / 2 - map.x, box.y + box.height / 2 - map.y];
            return map_groups.containerPointToLatLng(at);
        })"""
    )
    places = {(place.latitude, place.longitude) for place in hostile_places()}
    assert len(shown) == len(places)
    for lat, lng in places:
        assert min(abs(one["lat"] - lat) + abs(one["lng"] - lng) for one in shown) < 0.15
    witness.nothing_happened()


def test_place_opens_where_the_page_says(opened: tuple[Page, Witness], address: str) -> None:
    page, witness = opened
    ready(page, address, "?view=place&at=60.2,-9.5")
    expect(page.locator(".map-cluster")).to_have_count(1)
    assert page.evaluate("[map_groups.getZoom(), map_groups.getCenter().lat.toFixed(2)]") == [
        8,
        "60.20",
    ]
    witness.nothing_happened()


def test_a_cluster_opens_to_its_groups(browser: Browser) -> None:
    """A click goes as near as all its groups still fit, without asking for anybody's place."""
    names = {"Bonn": (50.73, 7.10), "Köln": (50.94, 6.96), "Düsseldorf": (51.22, 6.78)}
    groups = [
        GroupPlace(latitude=at[0], longitude=at[1], slug=name, name=name,
                   status="active", country="DE")
        for name, at in names.items()
    ]  # fmt: skip
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_init_script(
        "window.asked = 0; navigator.geolocation.getCurrentPosition = (found) => {"
        " window.asked += 1; found({coords: {latitude: 64.1, longitude: -21.9}}); };"
    )
    page = context.new_page()
    witness = Witness(context, page)
    with served(site(groups)) as url:
        ready(page, url, "?view=world")
        page.locator(".map-cluster[role=button]").click()
        for name in names:
            expect(page.get_by_role("button", name=f"{name}, Active")).to_be_visible()
        assert page.evaluate("window.asked") == 0
        page.get_by_role("button", name="Near me").click()
        assert page.evaluate("[asked, Math.round(map_groups.getCenter().lng)]") == [1, -22]
        page.get_by_role("button", name="World").click()
        expect(page.locator(".map-cluster[role=button]")).to_have_text("3")
        witness.nothing_happened()
        context.close()
