"""An account in a real browser, from the first mail to farewell; each page for everybody."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.browser import NEEDED, PHONE, opened, served, troubles, violations
from tests.factories import make_group, make_user
from usergroups import db, queue, tokens
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.jobs import runner
from usergroups.models import Message, MessageKind, Role, User
from usergroups.queries import jobs
from usergroups.services import accounts, memberships
from usergroups.web import limits

pytestmark = NEEDED
PASSWORD = "otters juggle four lanterns"
VISITORS = ("/sign-in", "/sign-up", "/reset", "/sign-in/sent", "/sign-in/made-up", "/me/profile")
OWN = ("/me", "/me/profile", "/me/access", "/me/archive", "/me/delete")


@pytest.fixture(scope="module")
def config(
    sqlite_template: Path, gazetteer_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Config:
    folder = tmp_path_factory.mktemp("accounts")
    (folder / "usergroups.sqlite").write_bytes(sqlite_template.read_bytes())
    made = Config(instance_dir=folder, secret_key="test")
    made.gazetteer.symlink_to(gazetteer_file)
    return made


@pytest.fixture(scope="module")
def address(config: Config) -> Iterator[str]:
    limits._counter.cache_clear()
    app = create_app(config)
    with served(app) as at:
        yield at
    queue.announce_with(None)


def work_off(config: Config) -> None:
    """As a worker does it."""
    with db.reading():
        due = jobs.due()
    for job_id, _kind in due:
        runner.run(job_id, config)


def link(kind: MessageKind, purpose: str) -> str:
    """The path of the link in the last mail of a kind."""
    with db.reading() as session:
        nonce = session.scalars(
            select(Message.nonce).where(Message.kind == kind).order_by(Message.id.desc())
        ).first()
    door = {"sign_in": "sign-in", "reset_password": "reset"}.get(purpose, "verify")
    return f"/{door}/{tokens.secret(purpose, nonce)}"


def submit(page: Page, button: str) -> None:
    """By the keyboard alone."""
    page.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")


def sign_in(page: Page, address: str, *, email: str, groups: int = 0) -> None:
    with db.transaction():
        user = make_user(email=email, name="Ada Lovelace")
        for number in range(groups):
            role = Role.LEAD if number == 0 else Role.MEMBER
            memberships.appoint(user, make_group(name=f"UG {email} {number}"), role)
        secret = accounts.offer_sign_in(user)
    page.goto(f"{address}/sign-in/{secret}")
    submit(page, "Sign in")
    page.wait_for_url("**/me")


def test_from_the_first_mail_to_farewell(  # noqa: PLR0915  one story, told in its order
    browser: Browser, address: str, config: Config
):
    page, witness = opened(browser, viewport=PHONE)
    page.goto(f"{address}/me/profile")
    page.get_by_role("link", name="I have no account yet").click()
    page.get_by_label("Your address").fill("Ada@Example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    work_off(config)
    page.goto(address + link(MessageKind.SIGN_IN, "sign_in"))
    submit(page, "Sign in")
    page.wait_for_url("**/me/profile")  # where one wanted to go

    page.get_by_label("Name").fill("Ada")
    home = page.get_by_role("combobox", name="Home")
    home.press_sequentially("Budap")
    page.get_by_role("listbox", name="Home").get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(home).to_have_value(re.compile("^Budapest"))
    submit(page, "Save")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    assert home.input_value().startswith("Budapest")

    page.get_by_role("link", name="Signing in").click()
    page.get_by_label("New password").fill("password123")
    page.keyboard.press("Enter")
    expect(page.get_by_text("among the first to be guessed")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("New password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your password is set.")

    submit(page, "Sign out")
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/sign-in")
    page.get_by_label("Your address").fill("ada@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Address and password do not go together.")).to_be_visible()
    expect(page.get_by_label("Your address")).to_have_value("ada@example.org")
    assert violations(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/me")

    page.get_by_role("link", name="My data").click()
    submit(page, "Put it together")
    expect(page.get_by_role("status")).to_contain_text("It is being put together.")
    work_off(config)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Fetch it").click()
    assert fetched.value.suggested_filename == "about-me.zip"

    page.get_by_role("link", name="What that means").click()
    page.get_by_label("To be sure, type your address").fill("ada@example.org")
    page.get_by_label("Your password").fill(PASSWORD)
    submit(page, "Delete my account")
    expect(page.get_by_role("status")).to_contain_text("Your account is gone.")
    with db.reading() as session:
        assert session.scalars(select(User.email)).all() == []
    assert witness.complaints == []
    assert witness.hosts == {"127.0.0.1"}
    page.context.close()


def test_without_scripts_a_home_is_found_too(browser: Browser, address: str):
    page, _witness = opened(browser, java_script_enabled=False)
    sign_in(page, address, email="eve@example.org")
    page.goto(f"{address}/me/profile")
    page.get_by_label("Home").fill("Győr")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Home")).to_have_value(re.compile("^Győr, "))
    page.context.close()


def test_every_page_is_for_everybody(browser, address):
    page, witness = opened(browser)
    assert troubles(page, address, VISITORS) == {}
    sign_in(page, address, email="everybody@example.org", groups=2)
    assert troubles(page, address, OWN) == {}
    assert witness.complaints == []
    page.context.close()
