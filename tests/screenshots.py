"""`make screenshots`: the pictures of README.md, taken of the demo in a browser."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.progress import track
from sqlalchemy import select

from tests.browser import CHROMIUM, served
from tests.browsing import browser_of
from usergroups import db, demo, paths, tokens
from usergroups.app import create_app
from usergroups.cli import schema
from usergroups.config import Config
from usergroups.models import User

_WHERE = paths.ROOT / "docs" / "screenshots"
_GAZETTEER = paths.ROOT / "instance" / "gazetteer.sqlite"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as one of the demo's people sees it; nobody in particular where `who` is empty."""

    name: str
    path: str
    size: tuple[int, int] = (1280, 800)
    who: str = ""
    scheme: str = "light"


PICTURES = (
    Picture("home", "/"),
    Picture("groups", "/groups?near=Vienna"),
    Picture("phone", "/groups/gyor", (390, 780), scheme="dark"),
    Picture("numbers", "/organize/london/numbers", who="london@example.org"),
    Picture("steward", "/steward/groups", (1280, 1100), who="steward@example.org"),
)


def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            instance_dir=Path(folder), base_url="http://groups.example.org", secret_key="of no use"
        )
        config.gazetteer.symlink_to(_GAZETTEER)
        schema.upgrade(db.connect(config.database))
        tokens.sign_with(config.secret())
        with db.transaction():
            demo.plant()
        app = create_app(config)
        with sync_playwright() as playwright, served(app) as address:
            started = playwright.chromium.launch(
                executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
            )
            for picture in track(PICTURES, description="Pictures"):
                _take(started, address, picture, _cookie(app, picture.who))
            started.close()


def _cookie(app, email: str) -> str:
    if not email:
        return ""
    with db.reading() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
    cookie = browser_of(app, user).get_cookie(app.config["SESSION_COOKIE_NAME"])
    return cookie.value if cookie else ""


def _take(browser: Browser, address: str, picture: Picture, cookie: str) -> None:
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    if cookie:
        context.add_cookies([{"name": "usergroups", "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(address + picture.path, wait_until="networkidle")
    page.screenshot(path=_WHERE / f"{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main()
