"""The door in real browsers: two phones, a network that goes away, a page that is closed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser import DESKTOP, NEEDED, PHONE, opened, served, troubles, until
from tests.factories import make_group, make_meetup, make_membership, make_rsvp, make_user
from usergroups import clock, db, tokens
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.models import Event, Role, Rsvp, RsvpStatus, User
from usergroups.queries import door as queries
from usergroups.services import accounts, door

pytestmark = NEEDED
DOOR = "/organize/paris/meetups/bcdfghjkmn/door"
HOSTILE = "<img src=x onerror=alert(1)>"
NAMES = ("Ada Lovelace", "Győző Kovács", "Zoë Ångström", HOSTILE, "Noémie " + "Lang" * 20)


def plant() -> None:
    """A meetup that begins in an hour, in a room for twelve."""
    with db.transaction():
        group = make_group(slug="paris", name=f"UG Paris {HOSTILE}")
        event = make_meetup(
            group, 12, public_id="bcdfghjkmn", title=f"Evening {HOSTILE}",
            starts_at=clock.now() + timedelta(hours=1),
        )  # fmt: skip
        for name in ("lena", "ilona"):
            person = make_user(email=f"{name}@example.org", name=name.title())
            make_membership(person, group, Role.ORGANIZER)
        for number, name in enumerate(NAMES):
            who = make_user(name=name, email=f"p{number}@example.org")
            make_rsvp(event, who, guests=number % 3)
        make_rsvp(event, make_user(name="Wanda Wartend"), RsvpStatus.WAITLISTED)


@pytest.fixture
def address(sqlite_template: Path, gazetteer_file: Path, tmp_path: Path) -> Iterator[str]:
    """It is served."""
    database = tmp_path / "usergroups.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "gazetteer.sqlite").symlink_to(gazetteer_file)
    app = create_app(
        Config(instance_dir=tmp_path, database_url=f"sqlite:///{database}", secret_key="test")
    )
    plant()
    with served(app) as url:
        yield url


@pytest.fixture
def on_each(app: Flask) -> Iterator[str]:
    """The same on either database."""
    plant()
    with served(app) as url:
        yield url


def sign_in(page: Page, address: str, email: str) -> None:
    with db.transaction() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        secret = accounts.offer_sign_in(user)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def inside() -> tuple[int, int]:
    with db.reading() as session:
        event_id = session.scalars(select(Event.id).where(Event.public_id == "bcdfghjkmn")).one()
        now = queries.inside(event_id)
    return now.checked_in, now.walk_ins


def button(page: Page, name: str):
    return page.get_by_role("listitem").filter(has_text=name).get_by_role("button")


def ticket_of(email: str) -> str:
    with db.reading() as session:
        query = select(Rsvp.id).join(Rsvp.user).where(User.email == email)
        rsvp_id = session.scalars(query).one()
    return f"{DOOR}/{tokens.signed(door.PURPOSE, str(rsvp_id))}"


def test_pages_are_for_everybody_and_ask_nobody_else(browser, address):
    page, witness = opened(browser)
    sign_in(page, address, "lena@example.org")
    paths = [DOOR, f"{DOOR}?q=ada", ticket_of("p1@example.org")]
    assert troubles(page, address, paths) == {}
    for _ in range(3):
        page.goto(address + DOOR)
        page.get_by_text("Several at once").click()
        page.get_by_label("How many").fill("5")
        page.get_by_role("button", name="Count them").click()
        expect(page.locator(".walk-ins li").first).to_contain_text("5 walk-ins")
    assert troubles(page, address, [DOOR]) == {}
    page.context.close()
    hers, hers_witness = opened(browser)
    sign_in(hers, address, "p1@example.org")
    assert troubles(hers, address, ["/rsvp/bcdfghjkmn/ticket"]) == {}
    for one in (witness, hers_witness):
        assert one.hosts == {"127.0.0.1"}
        assert one.complaints == []
    hers.context.close()


def test_it_works_without_scripts(browser, address):
    page, witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    sign_in(page, address, "lena@example.org")
    page.goto(address + DOOR)
    page.get_by_label("Name").fill("gyozo")
    page.get_by_role("button", name="Find").click()
    button(page, "Győző").click()
    assert inside() == (2, 0)
    expect(button(page, "Győző")).to_contain_text("Here")
    button(page, "Győző").click()
    assert inside() == (0, 0)
    page.get_by_role("button", name="+1 walk-in").click()
    assert inside() == (0, 1)
    page.get_by_role("button", name="Take back").click()
    assert inside() == (0, 0)
    page.goto(address + ticket_of("p2@example.org"))
    page.get_by_label("Guests who came along").select_option("1")
    page.get_by_role("button", name="Check in").click()
    assert inside() == (2, 0)
    assert witness.complaints == []
    page.context.close()


def test_taps_wait_for_the_network_and_count_once(browser, on_each):
    """Tapped without network, closed, opened again, and answers that got lost on their way."""
    page, witness = opened(browser, viewport=PHONE)
    sign_in(page, on_each, "lena@example.org")
    page.goto(on_each + DOOR)
    page.get_by_label("Name").press_sequentially("angs")
    expect(page.locator(".caller:visible")).to_have_count(1)
    page.get_by_label("Name").fill("")
    page.context.set_offline(True)
    button(page, "Ada Lovelace").click()
    for _ in range(3):
        page.get_by_role("button", name="+1 walk-in").click()
    button(page, "Győző").click()
    button(page, "Győző").click()
    expect(page.locator("[data-waiting-told]")).to_contain_text("Waiting to be sent: 6.")
    expect(button(page, "Ada Lovelace")).to_contain_text("Here")
    expect(page.locator(".caller-waits:visible")).to_have_count(2)
    assert inside() == (0, 0)
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    lost = []

    def lose(route):
        """The server gets it, and its answer gets lost."""
        if route.request.method == "POST" and len(lost) < 2:
            lost.append(route.fetch().status)
            return route.abort()
        return route.continue_()

    again.route("**/door/*", lose)
    again.goto(on_each + DOOR)
    until(lambda: not again.evaluate("localStorage.length"), "all taps")  # and answers routes
    assert inside() == (1, 3)
    assert lost == [200, 200]
    expect(again.locator("[data-waiting-told]")).to_be_hidden()
    expect(again.locator(".inside-count")).to_contain_text("4 of 12")
    expect(button(again, "Győző")).to_contain_text("Check in")
    assert [said for said in witness.complaints if "ERR_" not in said] == []
    context.close()


def test_two_phones_at_once_see_one_another_and_count_nobody_twice(browser, on_each):
    phones = []
    for name in ("lena", "ilona"):
        page, _ = opened(browser, viewport=PHONE)
        sign_in(page, on_each, f"{name}@example.org")
        page.goto(on_each + DOOR)
        phones.append(page)
    lena, ilona = phones
    lena.context.set_offline(True)
    for page in phones:
        button(page, "Ada Lovelace").click()
        page.get_by_role("button", name="+1 walk-in").click()
    until(lambda: inside() == (1, 1), "what Ilona tapped")
    lena.context.set_offline(False)
    until(lambda: inside() == (1, 2), "what Lena tapped")
    button(lena, "Zoë").click()
    until(lambda: inside() == (4, 2), "one more")
    expect(button(ilona, "Zoë")).to_contain_text("Here", timeout=30_000)
    expect(ilona.locator(".inside-count")).to_contain_text("6 of 12")
    for page in phones:
        page.context.close()


def test_too_many_is_said_loudly_and_stops_nobody(browser, address):
    page, _ = opened(browser, viewport=DESKTOP)
    sign_in(page, address, "lena@example.org")
    page.goto(address + DOOR)
    page.get_by_text("Several at once").click()
    page.get_by_label("How many").fill("14")
    page.get_by_role("button", name="Count them").click()
    expect(page.get_by_role("alert")).to_contain_text("2 people more than the rooms hold.")
    page.get_by_role("button", name="+1 walk-in").click()
    expect(page.get_by_role("alert")).to_contain_text("3 people more than the rooms hold.")
    expect(page.get_by_role("link", name="Take another room")).to_have_count(1)
    page.context.close()


def test_whoever_is_signed_out_meanwhile_loses_no_tap(browser, address):
    page, _ = opened(browser, viewport=PHONE)
    sign_in(page, address, "lena@example.org")
    page.goto(address + DOOR)
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="+1 walk-in").click()
    expect(page.locator("[data-waiting-told]")).to_contain_text("You are signed out.")
    page.context.add_cookies(kept)
    until(lambda: inside() == (0, 1), "the tap")
    page.context.close()
