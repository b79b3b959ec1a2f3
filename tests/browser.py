"""A real browser: what opens pages in it, and what watches them; waiting for other processes."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from usergroups import assets, paths

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHROMIUM = Path("/usr/bin/chromium")
AXE = paths.ROOT / "node_modules" / "axe-core" / "axe.min.js"
_AXE_RUN = "axe.run({resultTypes: ['violations']})"
PHONE, DESKTOP = {"width": 360, "height": 780}, {"width": 1440, "height": 900}
_LOOKS = (("phone", PHONE, "dark"), ("desktop", DESKTOP, "light"))

# A busy machine may take its time; what is there at once is not waited for.
expect.set_options(timeout=20_000)

# For `pytestmark` of a file whose tests open pages.
NEEDED = [
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true",
        reason="needs chromium: apt-get install chromium",
    ),
    pytest.mark.skipif(
        bool(assets.missing()) and os.environ.get("CI") != "true",
        reason="needs built assets: make setup",
    ),
]


class Witness:
    """What a page did that it should not have done."""

    def __init__(self, context: BrowserContext) -> None:
        self.hosts: set[str | None] = set()
        self.complaints: list[str] = []
        context.on("request", lambda request: self._note(request.url))
        context.on("console", lambda said: self._hear(said.type, said.text))
        context.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.blockedURI))"
        )

    def _note(self, url: str) -> None:
        if urlsplit(url).scheme not in {"data", "blob"}:
            self.hosts.add(urlsplit(url).hostname)

    def _hear(self, kind: str, text: str) -> None:
        # The browser says of each refused page that it was refused; that is no error of the page.
        if kind in {"error", "warning"} and "the server responded with a status of 4" not in text:
            self.complaints.append(text)


def opened(browser: Browser, **options: Any) -> tuple[Page, Witness]:
    """A page in a context of its own, and who watches it."""
    context = browser.new_context(bypass_csp=False, **options)
    return context.new_page(), Witness(context)


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds wrong with the page as it stands: the rule, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    result = page.evaluate(_AXE_RUN)
    return [
        (rule["id"], [node["html"][:120] for node in rule["nodes"][:3]])
        for rule in result["violations"]
    ]


def troubles(
    page: Page,
    address: str,
    paths: Iterable[str],
    *,
    wait: Literal["load", "networkidle"] = "networkidle",
) -> dict[str, Any]:
    """What is wrong with these pages on a dark phone and a light desktop; empty is well.

    Each is loaded once. What axe finds hangs on the width or on the colours, hardly on both at
    once: two looks see each of either.
    """
    found: dict[str, Any] = {}
    for path in paths:
        page.goto(address + path, wait_until=wait)
        for size, screen, scheme in _LOOKS:
            page.set_viewport_size(screen)
            page.emulate_media(color_scheme=scheme)
            wrong: list[Any] = violations(page)
            if (wide := width(page)) > screen["width"]:
                wrong.append(f"{wide} pixels wide")
            if wrong:
                found[f"{path} {size} {scheme}"] = wrong
    return found


def width(page: Page) -> int:
    """How wide the page is; wider than the screen means scrolling sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on the loopback, for the length of a with block; answers its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, _read_whole(app), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()


def _read_whole(app: Flask) -> "WSGIApplication":
    """Answers as one piece: when a browser leaves in the middle of a file, Werkzeug's server
    forgets to close it."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as pieces:
            return [b"".join(pieces)]

    return answer


def until(true: Callable[[], object], what: str) -> None:
    """Wait for something that another process does; after a minute and a half the test fails."""
    for _ in range(1800):
        if true():
            return
        time.sleep(0.05)
    pytest.fail(f"waited in vain for {what}")
