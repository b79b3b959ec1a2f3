"""The calendar doctor in a real browser: with and without scripts, by keyboard, on a phone."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import NEEDED, PHONE, opened, served, troubles, violations, width
from tests.formats.ical.test_lint import TITLE, ZONE, changed
from tests.web.test_doctor import work
from usergroups import clock
from usergroups.app import create_app
from usergroups.config import Config

pytestmark = NEEDED
HOSTILE = "<img src=x onerror=alert(1)>"


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


def sent(page, address: str, file: Path) -> None:
    page.goto(f"{address}/calendar-doctor")
    page.get_by_label("Or a file").set_input_files(file)
    page.get_by_role("button", name="Examine it").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What we found")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "bad.ics"
    data = changed(TITLE, f"SUMMARY:{'W' * 120} {HOSTILE}\nLOCATION:Room 1, Paris\n")
    for day, ahead in ((b"20260620", 9), (b"20260621", 10)):
        data = data.replace(day, f"{clock.now() + timedelta(days=ahead):%Y%m%d}".encode())
    path.write_bytes(data.replace(ZONE.replace("\n", "\r\n").encode(), b""))
    return path


def test_a_file_is_examined_while_its_page_waits(browser, address, config, file):
    page, witness = opened(browser)
    sent(page, address, file)
    expect(page.get_by_role("status")).to_contain_text("We are reading it.")
    assert violations(page) == []
    work(config)
    expect(page.get_by_role("status")).to_contain_text("1 thing is wrong.", timeout=30_000)
    outlook = page.get_by_role("list").filter(has_text="Outlook shows them in the reader")
    outlook.get_by_role("link").first.press("Enter")
    expect(page).to_have_url(re.compile("#vtimezone_missing$"))
    assert page.get_by_text(HOSTILE).count() > 0
    assert troubles(page, address, ["/calendar-doctor", page.url.removeprefix(address)]) == {}
    assert (witness.complaints, witness.hosts) == ([], {"127.0.0.1"})
    page.context.close()


def test_without_scripts_on_a_phone(browser, address, config, file):
    page, _witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    sent(page, address, file)
    work(config)
    expect(page.get_by_role("status")).to_contain_text("1 thing is wrong.", timeout=30_000)
    assert width(page) <= PHONE["width"]
    page.context.close()


def test_what_was_forgotten_is_asked_for(browser, address):
    page, _witness = opened(browser)
    page.goto(f"{address}/calendar-doctor")
    page.get_by_role("button", name="Examine it").click()
    expect(page.get_by_role("alert")).to_contain_text("Please look at the fields marked below.")
    assert violations(page) == []
    page.context.close()
