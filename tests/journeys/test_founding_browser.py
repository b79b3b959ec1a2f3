"""How a group comes to be: from a stranger's wish to a place on the map, and on without them.

Everything happens in browsers, with the real processes, a server and a worker; every mail is read
in the mailbox; on both databases.
"""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, select

from tests.browser import DESKTOP, NEEDED, PHONE, Witness, opened, until, violations
from tests.factories import make_group, make_user
from tests.journeys.conftest import Serve
from usergroups import clock, db
from usergroups.config import Config
from usergroups.models import Federation, Group, GroupStatus, Job, Membership, Message, User
from usergroups.services import charter

pytestmark = NEEDED
SERIES = (Path(__file__).parents[1] / "samples" / "series.ics").read_bytes()
WHY = "Forty of us travel to Vienna each month. It is time that they travel here."


class Calendar(BaseHTTPRequestHandler):
    """The calendar of a group that meets already, wherever it is asked for."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(SERIES)))
        self.end_headers()
        self.wfile.write(SERIES)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def calendar() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Calendar)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/ug.ics"
    server.shutdown()
    server.server_close()


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, source_hosts="127.0.0.1")


def unfinished() -> list[int]:
    """Jobs that are due and not done."""
    with db.reading() as session:
        query = select(Job.id).where(Job.finished_at.is_(None), Job.due_at <= clock.now())
        return list(session.scalars(query))


class World:
    """A served federation, its worker, and people with browsers of their own."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.witnesses: list[Witness] = []
        self.mailbox = self.person(DESKTOP)

    def person(self, viewport: dict[str, int]) -> Page:
        """Somebody at a screen."""
        page, witness = opened(self.browser, viewport=viewport)
        self.witnesses.append(witness)
        return page

    def work(self) -> None:
        """Wait until the worker has done all there is to do."""
        until(lambda: not unfinished(), "the worker")

    def follow(self, page: Page, to: str, subject: str) -> None:
        """Read the newest mail to an address in the mailbox, and go where it leads."""
        self.work()
        self.mailbox.goto(f"{self.address}/dev/mail")
        letter = self.mailbox.get_by_role("listitem").filter(has_text=to).first
        expect(letter).to_contain_text(subject)
        letter.get_by_role("link").click()
        first = self.mailbox.get_by_role("region", name="As text").get_by_role("link").first
        page.goto(self.address + urlsplit(first.get_attribute("href") or "").path)

    def sign_in(self, page: Page, email: str) -> None:
        """Have a link mailed from the page that is open, and use it."""
        page.get_by_label("Your address").fill(email)
        press(page, "Mail me a link")
        self.follow(page, email, "Sign in")
        page.get_by_role("main").get_by_role("button", name="Sign in").press("Enter")


@pytest.fixture
def world(database: Engine, browser: Browser, serve: Serve) -> Iterator[World]:
    """A federation with a charter, a steward, and two groups that are called alike."""
    with db.transaction() as session:
        charter.found()
        session.get_one(Federation, 1).name = "Cloud Groups"
        make_user(email="ada@example.org", name="Ada", is_steward=True, verified_at=clock.now())
        make_group(name="UG Győr", city="Győr", latitude=47.6833, longitude=17.6351, country="HU")
        make_group(name="UG Vienna", city="Vienna", latitude=48.2, longitude=16.37, country="AT")
    url, _process = serve("--with-worker")
    yield World(browser, url)
    for context in browser.contexts:
        context.close()


def press(page: Page, button: str) -> None:
    """By the keyboard alone."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).press("Enter")


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def begin(world: World, ilona: Page) -> None:
    """From the front page to a draft for Budapest, with an account made on the way."""
    ilona.goto(world.address)
    ilona.get_by_role("link", name="Start a group").first.click()
    ilona.get_by_role("link", name="I have no account yet").click()
    world.sign_in(ilona, "ilona@example.org")
    city = ilona.get_by_role("combobox", name="City")
    city.press_sequentially("Budap")
    ilona.get_by_role("listbox", name="City").get_by_role("option").first.wait_for()
    city.press("ArrowDown")
    city.press("Enter")
    expect(city).to_have_value(re.compile("^Budapest"))
    press(ilona, "Begin")


def describe(world: World, ilona: Page, calendar: str) -> None:
    """The group, its calendar, its people, the charter."""
    expect(ilona.get_by_label("What the group is called")).to_have_value("UG Budapest")
    nearest = ilona.get_by_role("region", name="Groups nearby").get_by_role("listitem").first
    expect(nearest).to_contain_text("UG Győr")
    expect(nearest.get_by_role("link", name="join it instead?")).to_be_visible()
    ilona.get_by_label("Why this group").fill(WHY)
    ilona.get_by_label("Address of its calendar").fill(calendar)
    press(ilona, "Save and go on")
    # The calendar is read meanwhile; the page tells what was found without being asked.
    expect(ilona.get_by_text("It can be read.")).to_be_visible(timeout=10_000)
    ilona.get_by_role("link", name="Go on", exact=True).press("Enter")
    ilona.get_by_label("Your name").fill("Ilona")
    ilona.get_by_label("Who runs it with you?").fill("bence@example.org")
    press(ilona, "Save and go on")
    expect(ilona.get_by_role("heading", name="Charter", exact=True)).to_be_visible()
    for box in ilona.get_by_role("main").get_by_role("checkbox").all():
        box.press("Space")
    for answer in ilona.get_by_role("main").get_by_role("textbox").all():
        answer.fill("Every month, at the university.")
    press(ilona, "Save and go on")


def hand_over(world: World, ilona: Page, bence: Page) -> None:
    """The lead goes from one to the other, and the first one goes."""
    ilona.goto(f"{world.address}/organize/ug-budapest/team")
    ilona.get_by_label("To whom").select_option(label="Bence")
    press(ilona, "Offer the lead")
    said(ilona, "Nothing changes until they say yes.")
    world.follow(bence, "bence@example.org", "UG Budapest")
    press(bence, "Yes, I will lead it")
    expect(bence.get_by_role("status")).to_be_visible()
    ilona.reload()
    press(ilona, "Organize no longer")
    said(ilona, "You no longer organize the group.")
    assert ilona.goto(f"{world.address}/organize/ug-budapest/team").status == 403
    ilona.goto(f"{world.address}/join/ug-budapest")
    expect(ilona.get_by_text("You are a member of this group.")).to_be_visible()
    assert violations(ilona) == []
    press(ilona, "Leave the group")
    said(ilona, "You have left the group.")
    assert violations(ilona) == []
    press(ilona, "Undo")
    ilona.goto(f"{world.address}/join/ug-budapest")
    expect(ilona.get_by_text("You are a member of this group.")).to_be_visible()
    press(ilona, "Leave the group")
    ilona.goto(f"{world.address}/join/ug-budapest")
    expect(ilona.get_by_role("button", name="Join, with its mails")).to_be_visible()


def leads(slug: str) -> list[tuple[str, str]]:
    with db.reading() as session:
        query = select(User.email, Membership.role).join(Membership).join(Group)
        return [
            (email, role.value)
            for email, role in session.execute(query.where(Group.slug == slug).order_by(User.email))
        ]


def test_a_wish_becomes_a_group_that_goes_on_without_whoever_had_it(
    world: World, calendar: str
) -> None:
    ilona, bence, ada = world.person(DESKTOP), world.person(PHONE), world.person(DESKTOP)
    begin(world, ilona)
    describe(world, ilona, calendar)
    expect(ilona.get_by_role("heading", name="Look over and send")).to_be_visible()
    press(ilona, "Send the application")
    said(ilona, "It is with the reviewers now")
    here = ilona.url

    world.follow(bence, "bence@example.org", "UG Budapest")
    expect(bence.get_by_role("heading", level=1)).to_have_text("Would you run UG Budapest, too?")
    assert violations(bence) == []
    bence.get_by_label("Your name").fill("Bence")
    press(bence, "Yes, I will run it, too")
    said(bence, "You have said yes.")
    expect(bence).to_have_url(here)

    ada.goto(f"{world.address}/sign-in")
    world.sign_in(ada, "ada@example.org")
    ada.goto(f"{world.address}/steward/applications")
    ada.get_by_role("link", name="UG Budapest").press("Enter")
    ada.get_by_label("What should change").fill("Where do you meet?")
    press(ada, "Send it back")
    said(ada, "Sent back.")

    world.follow(ilona, "ilona@example.org", "UG Budapest")
    expect(ilona).to_have_url(here)
    expect(ilona.get_by_text("Where do you meet?").first).to_be_visible()
    ilona.get_by_role("link", name="Change it").press("Enter")
    ilona.get_by_label("Why this group").fill(f"{WHY} We meet at the university.")
    press(ilona, "Save and go on")
    press(ilona, "Send it again")
    expect(ilona.get_by_text("Sent again")).to_be_visible()

    world.follow(ada, "ada@example.org", "UG Budapest")
    expect(ada.get_by_text("We meet at the university.").first).to_be_visible()
    press(ada, "Approve")
    said(ada, "The group is on the map")

    world.follow(ilona, "ilona@example.org", "UG Budapest")
    visitor = world.person(PHONE)
    visitor.goto(f"{world.address}/map")
    visitor.get_by_role("link", name="Hungary").first.click()
    visitor.get_by_role("link", name="UG Budapest").first.click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("UG Budapest")

    hand_over(world, ilona, bence)
    world.work()
    assert leads("ug-budapest") == [("bence@example.org", "lead")]
    with db.reading() as session:
        group = session.scalars(select(Group).where(Group.slug == "ug-budapest")).one()
        assert group.status is not GroupStatus.VACANT
        unsent = select(Message.kind).where(Message.sent_at.is_(None))
        assert session.scalars(unsent).all() == []
    for witness in world.witnesses:
        assert witness.complaints == []
        assert witness.hosts == {"127.0.0.1"}
