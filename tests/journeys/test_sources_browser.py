"""Calendars elsewhere in a real browser: handed over without scripts, walked with axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NEEDED, PHONE, opened, served, troubles, width
from tests.factories import make_group, make_user
from tests.web.test_sources import CALENDAR, work
from usergroups import db
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.models import JobKind, SourceState
from usergroups.services import accounts, sources

pytestmark = NEEDED
DESK = "/organize/paris/calendars"


@pytest.fixture
def config(sqlite_template: Path, gazetteer_file: Path, tmp_path: Path) -> Config:
    database = tmp_path / "usergroups.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "gazetteer.sqlite").symlink_to(gazetteer_file)
    return Config(instance_dir=tmp_path, database_url=f"sqlite:///{database}", secret_key="test")


@pytest.fixture
def address(config: Config) -> Iterator[str]:
    with served(create_app(config)) as url:
        yield url


@pytest.fixture
def secret(address: str) -> str:
    """Of a link that signs a steward in; there is a group with two calendars."""
    with db.transaction():
        group = make_group(slug="paris")
        steward = make_user(is_steward=True)
        held = sources.attach(group, "https://www.meetup.com/paris/events/ical/", by=steward)
        held.state = SourceState.SHRUNK
        failing = sources.attach(group, f"https://{'long.' * 20}test/{'w' * 80}.ics")
        failing.state, failing.last_error = SourceState.FAILING, "the server answered 404"
        return accounts.offer_sign_in(steward)


def enter(page: Page, address: str, secret: str) -> None:
    page.goto(f"{address}/sign-in/{secret}")
    page.locator("main button").press("Enter")
    page.wait_for_url(f"{address}/me")


def test_pages_are_for_everybody_and_ask_nobody_else(browser, address, secret):
    page, witness = opened(browser)
    enter(page, address, secret)
    paths = [DESK, f"{DESK}/1", f"{DESK}/2", "/steward/calendars", "/steward/coverage"]
    assert troubles(page, address, paths) == {}
    assert (witness.complaints, witness.hosts) == ([], {"127.0.0.1"})
    page.context.close()


def test_a_file_is_handed_over_without_scripts_on_a_phone(
    browser, address, secret, config, tmp_path
):
    file = tmp_path / "ours.ics"
    file.write_bytes(CALENDAR)
    page, _witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    enter(page, address, secret)
    page.goto(address + DESK)
    page.get_by_label("Calendar file").set_input_files(file)
    page.get_by_role("button", name="Read this file").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("We are reading it.")
    work(config, JobKind.SYNC_SOURCE)
    expect(page.get_by_role("status")).to_contain_text("Read regularly", timeout=30_000)
    expect(page.get_by_text("1 meetup is new.")).to_be_visible()
    assert width(page) <= PHONE["width"]
    page.context.close()
