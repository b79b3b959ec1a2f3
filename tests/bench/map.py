"""The map in a real browser with more and more groups, against the same page without any.

Wall clocks are compared within one round only; bytes and processor time stand for themselves.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import CHROMIUM, served
from usergroups.app import create_app
from usergroups.cli import schema
from usergroups.db import connect
from usergroups.formats.map_list import listing
from usergroups.formats.view import EVERYTHING, GroupPlace, read_box
from usergroups.formats.viewport import GroupIndex

COUNTS = (0, 100, 10_000, 50_000)
ROUNDS = 5
_REPEATS = 40
_VIEWS = (("-180,-60,180,75", 2), ("-12,35,40,65", 4), ("5,45,15,52", 6), ("8,48,10,50", 9))
_SCREEN = {"width": 1280, "height": 900}
# Somebody gets their groups said as soon as they are drawn, be there any or none.
_DRAWN = (
    "() => document.querySelector('.map-said')?.textContent && "
    "document.querySelector('.map canvas.leaflet-tile-loaded') ? performance.now() : 0"
)
_STEP = (
    "() => new Promise((done) => { const began = performance.now(); const map = map_groups; "
    "map.getContainer().addEventListener('map:moved', "
    "() => requestAnimationFrame(() => done(performance.now() - began)), { once: true }); "
    "map.setZoom(map.getZoom() + 1, { animate: false }); })"
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One number of groups: medians of the rounds, times as parts of those with no group at all."""

    groups: int
    first: float
    step: float
    megabytes: float
    world: int
    europe: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Milliseconds of processor time that a view of 50,000 groups takes, by zoom: median, worst."""

    zoom: int
    median: float
    worst: float
    rows: int
    list: float


def places(count: int) -> list[GroupPlace]:
    """So many groups, most of them round a few hundred cities."""
    dice = random.Random(7)
    cities = [(dice.uniform(-45, 65), dice.uniform(-170, 175)) for _ in range(400)]
    made = []
    for n in range(count):
        latitude, longitude = dice.choice(cities)
        made.append(
            GroupPlace(
                latitude=latitude + dice.gauss(0, 0.7), longitude=longitude + dice.gauss(0, 0.7),
                slug=f"group-{n}", name=f"User Group {n}", country="DE", topics=(f"t{n % 20}",),
                status=dice.choice(("active", "quiet", "forming", "dormant", "vacant")),
                next_on="2027-01-20" if n % 3 else None,
            )
        )  # fmt: skip
    return made


def ask() -> list[Asked]:
    """What the server's part costs, without a web server round it."""
    index = GroupIndex(places(COUNTS[-1]))
    found = []
    for text, zoom in _VIEWS:
        box = read_box(text)
        rows = index.viewport(box, zoom)
        took = [_cpu(lambda b=box, z=zoom: index.viewport(b, z)) for _ in range(_REPEATS)]
        lists = [_cpu(lambda b=box: listing(index, b, EVERYTHING)) for _ in range(_REPEATS)]
        found.append(Asked(zoom, median(took), max(took), len(rows), median(lists)))
    return found


def _cpu(act: object) -> float:
    began = time.process_time()
    act()  # type: ignore[operator]  # one of the two above
    return (time.process_time() - began) * 1000


def draw(gazetteer: Path) -> list[Drawn]:
    """The page of the map, rounds interleaved."""
    with (
        _app(gazetteer) as app, served(app) as address, sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"],
        ) as browser,
    ):  # fmt: skip
        indexes = {count: GroupIndex(places(count)) for count in COUNTS}
        rounds: dict[int, list[tuple[float, float, float]]] = {count: [] for count in COUNTS}
        for _ in range(ROUNDS):
            for count, index in indexes.items():
                _hold(app, index)
                rounds[count].append(_times(browser, address))
        sizes = {}
        for count, index in indexes.items():
            _hold(app, index)
            sizes[count] = [
                _bytes(browser, f"{address}/map?region={region}") for region in ("world", "europe")
            ]
    bare = rounds[0]
    return [
        Drawn(
            count,
            median(mine[0] / none[0] for mine, none in zip(rounds[count], bare, strict=True)),
            median(mine[1] / none[1] for mine, none in zip(rounds[count], bare, strict=True)),
            median(mine[2] for mine in rounds[count]),
            *sizes[count],
        )
        for count in COUNTS
    ]


@contextmanager
def _app(gazetteer: Path) -> Iterator[Flask]:
    with TemporaryDirectory(prefix="usergroups-bench-") as folder:
        (Path(folder) / "gazetteer.sqlite").symlink_to(gazetteer.resolve())
        environ["USERGROUPS_INSTANCE_DIR"] = folder
        try:
            schema.upgrade(connect(f"sqlite:///{Path(folder) / 'usergroups.sqlite'}"))
            yield create_app()
        finally:
            del environ["USERGROUPS_INSTANCE_DIR"]


def _hold(app: Flask, index: GroupIndex) -> None:
    """Let the application take these groups for those of its database."""
    app.test_client().get("/map/groups.json?bbox=0,0,1,1&z=2")  # from here on it holds an index
    app.extensions["group_index"]["index"] = index


def _times(browser: Browser, address: str) -> tuple[float, float, float]:
    """Milliseconds until the groups are drawn, of one step nearer, and megabytes of heap."""
    with browser.new_context(viewport=_SCREEN, reduced_motion="reduce", bypass_csp=True) as context:
        page = context.new_page()
        page.goto(f"{address}/map", wait_until="commit")
        first = page.wait_for_function(_DRAWN, polling=10).json_value()
        page.wait_for_load_state("networkidle")
        step = page.evaluate(_STEP)
        heap = page.evaluate("performance.memory.usedJSHeapSize / 1e6")
        return float(first), float(step), float(heap)


def _bytes(browser: Browser, address: str) -> int:
    """What comes over the wire for one view, with nothing kept from before."""
    with browser.new_context(viewport=_SCREEN, bypass_csp=True) as context:
        page = context.new_page()
        sizes: list[int] = []
        _watch(page, sizes)
        page.goto(address, wait_until="networkidle")
        page.wait_for_function(_DRAWN)
        page.wait_for_load_state("networkidle")
        return sum(sizes)


def _watch(page: Page, sizes: list[int]) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda done: sizes.append(int(done["encodedDataLength"])))
