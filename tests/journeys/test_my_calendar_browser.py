"""Calendars taken over, in a real browser: one's own, those of pages, a list in other pages."""

import re
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser import NEEDED, PHONE, opened, served, troubles, violations, width
from tests.factories import (
    make_event,
    make_group,
    make_meetup,
    make_membership,
    make_rsvp,
    make_user,
)
from usergroups import clock, db
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.models import RsvpStatus, Topic, User
from usergroups.services import accounts

pytestmark = NEEDED
HOSTILE = "<img src=x onerror=alert(1)>"


def plant() -> None:
    """Two groups with meetups, and somebody who goes to one of them."""
    now = clock.now()
    with db.transaction():
        ada = make_user(email="ada@example.org", place="Paris", latitude=48.85, longitude=2.35)
        topics = [Topic(slug="r", name="R")]
        paris = make_group(slug="paris", name=f"UG Paris {HOSTILE}", topics=topics)
        make_group(slug="lyon", name="UG Lyon", city="Lyon", search_key="ug lyon")
        make_membership(ada, paris)
        make_rsvp(make_meetup(paris, 9, title=f"Fog {HOSTILE}"), ada)
        make_rsvp(make_meetup(paris, 9, title="Clouds"), ada, RsvpStatus.WAITLISTED)
        make_event(paris, title="W" * 90, starts_at=now + timedelta(days=20), venue="V" * 90)


@pytest.fixture
def address(sqlite_template: Path, gazetteer_file: Path, tmp_path: Path) -> Iterator[str]:
    """A served federation."""
    database = tmp_path / "usergroups.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "gazetteer.sqlite").symlink_to(gazetteer_file)
    app = create_app(
        Config(instance_dir=tmp_path, database_url=f"sqlite:///{database}", secret_key="test")
    )
    plant()
    with served(app) as url:
        yield url


def sign_in(page: Page, address: str) -> None:
    with db.transaction() as session:
        user = session.scalars(select(User).where(User.email == "ada@example.org")).one()
        secret = accounts.offer_sign_in(user)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")


def make_one(page: Page, address: str) -> str:
    """A calendar, by its form; answers its address, on the machine that serves it here."""
    page.goto(f"{address}/me/calendars")
    page.get_by_label("Name", exact=True).fill("My phone")
    page.get_by_label("Remind me of what I go to").select_option(label="30 minutes before")
    page.get_by_role("button", name="Make its address").click()
    page.wait_for_url("**/me/calendars/1")
    shown = page.get_by_label("Address for any other program").input_value()
    return address + re.search(r"/me/calendar/[\w-]{43}\.ics", shown).group()


def test_pages_are_for_everybody_and_ask_nobody_else(browser, address):
    page, witness = opened(browser)
    public = [
        "/groups/paris", "/countries/FR", "/groups?topic=r", "/events", "/subscribe?group=paris",
        "/subscribe?country=FR", "/subscribe/groups?groups=paris", "/groups/paris/embed",
        "/groups/paris/embed?theme=dark", "/groups/lyon/embed?theme=light",
    ]  # fmt: skip
    assert troubles(page, address, public) == {}
    page.goto(f"{address}/events")
    page.locator("#subscribe > summary").click()
    for inner in page.locator("#subscribe details > summary").all():
        inner.click()
    assert troubles_now(page) == []
    sign_in(page, address)
    make_one(page, address)
    assert troubles_now(page) == []
    assert troubles(page, address, ["/me/calendars", "/me/calendars/1"]) == {}
    assert (witness.complaints, witness.hosts) == ([], {"127.0.0.1"})
    page.context.close()


def troubles_now(page: Page) -> list:
    page.set_viewport_size(PHONE)
    found = violations(page)
    return found + ([f"{width(page)} wide"] if width(page) > PHONE["width"] else [])


def test_ones_own_calendar_without_scripts(browser, address):
    page, witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    sign_in(page, address)
    feed = make_one(page, address)
    expect(page.get_by_role("img", name="The address as a code for phones")).to_be_visible()
    with urlopen(feed) as answer:
        told = answer.read().decode().replace("\r\n ", "")
    assert "TRIGGER:-PT30M" in told
    assert "SUMMARY:In line: Clouds" in told
    page.get_by_role("button", name="Make another address").click()
    other = page.get_by_label("Address for any other program").input_value()
    assert other[-47:] != feed[-47:]
    page.reload()
    expect(page.get_by_label("Address for any other program")).to_have_count(0)
    page.get_by_role("button", name="Take this calendar away").click()
    page.wait_for_url("**/me/calendars")
    expect(page.get_by_text("The calendar is gone.")).to_be_visible()
    assert witness.complaints == []
    page.context.close()


def test_the_panel_by_keyboard_without_scripts(browser, address):
    page, witness = opened(browser, java_script_enabled=False)
    page.goto(f"{address}/countries/FR")
    summary = page.locator("#subscribe > summary")
    summary.focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Address for any other program")
    expect(field).to_have_value(re.compile(r"/countries/FR/calendar\.ics$"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Or choose single groups")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("UG Lyon").check()
    page.get_by_role("button", name="Take the calendar of those ticked").click()
    page.wait_for_url("**/subscribe?**")
    expect(field).to_have_value(re.compile(r"/calendar\.ics\?groups=lyon$"))
    assert witness.complaints == []
    page.context.close()


def test_the_address_is_copied(browser, address):
    page, _witness = opened(browser, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/groups/paris")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("/groups/paris/calendar.ics")
    page.context.close()


@pytest.fixture
def elsewhere(address: str) -> Iterator[str]:
    """A page of somebody else, with the list and with a page of ours in frames."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            frames = (
                f"<iframe src='{address}/groups/paris/{path}'></iframe>" for path in ("embed", "")
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write("".join(frames).replace("paris/'", "paris'").encode())

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    # Another name for this machine is another site.
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_list_stands_in_pages_of_others_and_nothing_else_does(browser, elsewhere):
    page, witness = opened(browser)
    page.goto(elsewhere)
    listed, refused = page.frame_locator("iframe").nth(0), page.frame_locator("iframe").nth(1)
    expect(listed.get_by_role("listitem")).to_have_count(3)
    expect(refused.get_by_role("heading", level=1)).to_have_count(0)
    colour = listed.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert colour == "rgb(255, 255, 255)"
    listed.get_by_role("link", name="Fog").click()
    page.wait_for_url("**/events/**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fog")
    assert all("frame" in one.lower() for one in witness.complaints), witness.complaints
    page.context.close()
