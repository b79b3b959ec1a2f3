"""Coming to a meetup, in a real browser: members, guests with a code, the line, organizers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser import DESKTOP, NEEDED, PHONE, opened, served, troubles
from tests.factories import make_group, make_meetup, make_membership, make_rsvp, make_user
from usergroups import clock, db, tokens
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.models import Attendance, EventStatus, Message, MessageKind, Role, RsvpStatus, User
from usergroups.services import accounts

pytestmark = NEEDED
HOSTILE = "<img src=x onerror=alert(1)>"


def plant() -> None:
    """A full meetup, a hybrid one tomorrow with an offer, one with room, and one called off."""
    now = clock.now()
    with db.transaction():
        ada = make_user(email="ada@example.org", name="Ada")
        lead = make_user(email="lead@example.org", name="Lena")
        group = make_group(slug="paris", name=f"UG Paris {HOSTILE}")
        make_membership(lead, group, Role.LEAD)
        full = make_meetup(group, 2, public_id="full", title="Full house")
        make_rsvp(full, make_user(name=f"Grace {HOSTILE}"), guests=1, is_listed=True)
        make_rsvp(full, make_user(name="Bob"), RsvpStatus.WAITLISTED)
        make_rsvp(full, make_user(name="W" * 80), RsvpStatus.CANCELLED)
        make_rsvp(full, ada, RsvpStatus.WAITLISTED)
        soon = {"starts_at": now + timedelta(hours=9), "attendance": Attendance.HYBRID}
        offer = make_meetup(group, 9, public_id="offer", title=HOSTILE, online_limit=3, **soon)
        held = {"offered_until": now + timedelta(hours=2), "guests": 1}
        make_rsvp(offer, ada, RsvpStatus.OFFERED, **held)
        make_meetup(group, 50, public_id="open", title="Clouds")
        off = {"status": EventStatus.CANCELLED}
        make_rsvp(make_meetup(group, 5, public_id="off", **off), ada)


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


def sign_in(page: Page, address: str, email: str) -> None:
    with db.transaction() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        secret = accounts.offer_sign_in(user)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")


def code() -> str:
    query = select(Message.nonce).where(Message.kind == MessageKind.RSVP_CODE)
    with db.reading() as session:
        return tokens.code("rsvp", session.scalars(query.order_by(Message.id.desc())).first())


def test_pages_are_for_everybody_and_ask_nobody_else(browser, address):
    at_desk = "/organize/paris/meetups/full/attendees"
    seen = {
        "ada@example.org": ["/rsvp/full", "/rsvp/offer", "/rsvp/open", "/rsvp/off", "/me/meetups"],
        "lead@example.org": [at_desk, f"{at_desk}?q=nobody"],
        "": ["/rsvp/open", "/rsvp/offer", "/rsvp/off/guest"],
    }
    for who, paths in seen.items():
        page, witness = opened(browser)
        if who:
            sign_in(page, address, who)
        assert troubles(page, address, paths) == {}
        assert (witness.hosts, witness.complaints) == ({"127.0.0.1"}, [])
        page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_member_comes_brings_somebody_and_leaves(browser, address, scripts):
    page, witness = opened(browser, viewport=PHONE, java_script_enabled=scripts)
    sign_in(page, address, "ada@example.org")
    page.goto(f"{address}/rsvp/open")
    page.get_by_role("button", name="I come").click()
    expect(page.get_by_role("status")).to_contain_text("You are going.")
    page.get_by_text("Change something").click()
    page.get_by_label("Who comes").select_option("2")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("You bring 2 guests.")
    expect(page.get_by_text("3 of 50 places are taken")).to_be_visible()
    page.go_back()  # and what was sent is sent again from there
    page.get_by_text("Change something").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="I cannot come after all").click()
    expect(page.get_by_role("status")).to_contain_text("You have no seat")
    expect(page.get_by_text("0 of 50 places are taken")).to_be_visible()
    assert witness.complaints == []
    page.context.close()


def test_by_keyboard_an_offer_is_taken(browser, address):
    page, witness = opened(browser, viewport=DESKTOP)
    sign_in(page, address, "ada@example.org")
    page.goto(f"{address}/rsvp/offer")
    expect(page.get_by_role("status")).to_contain_text("2 seats are held for you.")
    take = page.get_by_role("button", name="I take it")
    for _ in range(40):
        if take.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(take).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("You are going.")
    assert witness.complaints == []
    page.context.close()


def test_a_guest_comes_by_a_code_and_is_signed_in(browser, address):
    page, witness = opened(browser, viewport=PHONE)
    page.goto(f"{address}/rsvp/open")
    page.get_by_label("Your name").fill("Niels")
    page.get_by_label("Your address").fill("niels@example.org")
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_label("The code").fill("123")
    page.get_by_role("button", name="I come").click()
    expect(page.get_by_text("This is not the code")).to_be_visible()
    page.get_by_label("The code").fill(code())
    page.get_by_role("button", name="I come").click()
    expect(page.get_by_role("status")).to_contain_text("You are going.")
    page.get_by_role("link", name="My page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Niels")
    expect(page.get_by_role("link", name="Clouds")).to_be_visible()
    assert witness.complaints == []
    page.context.close()


def test_signing_in_leads_back_to_the_answer(browser, address):
    page, _ = opened(browser, viewport=PHONE)
    page.goto(f"{address}/rsvp/full")
    page.get_by_role("link", name="Sign in and answer").click()
    sign_in_here(page, address)
    page.wait_for_url("**/rsvp/full")
    expect(page.get_by_role("status")).to_contain_text("You are number 2 in line.")
    page.context.close()


def sign_in_here(page: Page, address: str) -> None:
    """By a link that is mailed, in the same browser."""
    with db.transaction() as session:
        user = session.scalars(select(User).where(User.email == "ada@example.org")).one()
        secret = accounts.offer_sign_in(user)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_an_organizer_takes_somebody_off_and_the_next_moves_up(browser, address):
    page, witness = opened(browser, viewport=PHONE)
    sign_in(page, address, "lead@example.org")
    page.goto(f"{address}/organize/paris/meetups/full/attendees")
    grace = page.get_by_role("listitem").filter(has_text="Grace")
    grace.get_by_text("Change").click()
    grace.get_by_role("button", name="off the list").click()
    expect(page.get_by_text("Taken off the list.")).to_be_visible()
    bob = page.get_by_role("listitem").filter(has_text="Bob")
    expect(bob).to_contain_text("Going")
    assert witness.complaints == []
    page.context.close()
