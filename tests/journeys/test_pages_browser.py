"""Every page in a real browser: under the strict policy, for all, with and without scripts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import NEEDED, PHONE, opened, served, troubles, violations
from tests.factories import make_event, make_group
from usergroups import clock, db
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.models import (
    PUBLISHED,
    Attendance,
    EventStatus,
    Federation,
    GroupLink,
    GroupStatus,
    LinkKind,
    Topic,
)

HOSTILE = "<img src=x onerror=alert(1)>"
PAGES = [
    "/", "/map", "/map?region=world&topic=clouds", "/groups", "/groups?q=Versailles",
    "/groups?near=Pariss", "/groups?near=Paris&within=500", "/groups?status=nope&page=x",
    "/groups?country=DE", "/groups/paris", "/groups/paris?past=all", "/groups/quiet",
    "/events", "/events?from=never&near=Paris", "/events?country=AQ", "/events/confirmed/clouds",
    "/events/cancelled/clouds", "/events/tentative/clouds", "/countries/FR", "/countries/AQ",
    "/groups/parsi", "/me", "/sign-in/something", "/language?back=/groups",
    "/search", "/search?q=clouds", "/search?q=Pariss", "/search?q=clouds&kind=event",
]  # fmt: skip

pytestmark = NEEDED


def plant() -> None:
    """A small federation with something in every state, and names that attack."""
    soon = clock.now() + timedelta(days=7)
    with db.transaction() as session:
        session.get_one(Federation, 1).name = "Cloud Groups"
        topics = [Topic(slug="clouds", name="Clouds"), Topic(slug="x", name=HOSTILE)]
        paris = make_group(
            slug="paris", name="UG Paris", summary="People under clouds.", topics=topics,
            description="Every **second** Tuesday.\n\n- doors\n- talks", members_elsewhere=1234,
            search_key="ug paris", region="Île-de-France",
            links=[GroupLink(kind=LinkKind.WEBSITE, url="https://example.org/paris")],
        )  # fmt: skip
        for n, status in enumerate(GroupStatus):
            make_group(
                slug=status.value, name=f"{HOSTILE} {n}", status=status, city="Berlin",
                country="DE", latitude=48.0 + n, longitude=13.4 + n, timezone="Europe/Berlin",
            )  # fmt: skip
        for n, event_status in enumerate((EventStatus.DRAFT, *PUBLISHED)):
            make_event(
                paris, public_id=event_status.value, title="Clouds", status=event_status,
                starts_at=soon + timedelta(days=n), venue="House of Volunteers",
                description="An evening.\n\n## Talks\n\nTwo of them.", url="https://example.org/go",
                attendance=list(Attendance)[n % 3], online_url="https://example.org/room",
            )  # fmt: skip
        for n in range(9):
            make_event(paris, title=f"{HOSTILE} {n}", starts_at=soon - timedelta(days=20 + n))


@pytest.fixture(scope="module")
def address(
    sqlite_template: Path, gazetteer_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A served federation."""
    folder = tmp_path_factory.mktemp("pages")
    database = folder / "usergroups.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    (folder / "gazetteer.sqlite").symlink_to(gazetteer_file)
    config = Config(instance_dir=folder, database_url=f"sqlite:///{database}", secret_key="test")
    app = create_app(config)
    plant()
    with served(app) as at:
        yield at


def test_pages_are_for_everybody_and_ask_nobody_else(browser, address):
    page, witness = opened(browser)
    assert troubles(page, address, PAGES) == {}
    assert witness.hosts == {"127.0.0.1"}
    assert witness.complaints == []
    page.context.close()


def test_pages_work_without_scripts(browser, address):
    page, witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    page.goto(address)
    page.get_by_label("Your city, or the name of a group").fill("Paris")
    page.get_by_role("button", name="Find groups").click()
    page.get_by_role("link", name="UG Paris").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("UG Paris")
    page.goto(f"{address}/map")
    expect(page.get_by_role("img", name="Map of the groups; they are listed below")).to_be_visible()
    expect(page.get_by_role("link", name="UG Paris")).to_be_visible()
    assert witness.hosts == {"127.0.0.1"}
    page.context.close()


def test_places_are_suggested_while_one_types(browser, address):
    page, witness = opened(browser, viewport=PHONE)
    page.goto(address)
    field = page.get_by_role("combobox", name="Your city, or the name of a group")
    field.press_sequentially("versail")
    expect(page.get_by_role("option").first).to_contain_text("Versailles")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    assert violations(page) == []
    field.press("Enter")
    page.wait_for_url("**/groups?near=Versailles*")
    expect(page.get_by_text("about 17 km")).to_be_visible()
    assert witness.complaints == []
    page.context.close()


def test_escape_closes_the_suggestions(browser, address):
    page, _ = opened(browser)
    page.goto(f"{address}/groups")
    field = page.get_by_role("combobox", name="Near")
    field.press_sequentially("paris")
    options = page.locator("[role=listbox] [role=option]")
    expect(options.first).to_be_visible()
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("paris")
    page.context.close()


def test_the_address_of_a_calendar_is_copied(browser, address):
    page, witness = opened(browser, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/groups/paris")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("/groups/paris/calendar.ics")
    assert witness.complaints == []
    page.context.close()


def test_the_first_tab_stop_skips_to_the_content(browser, address):
    page, _ = opened(browser)
    page.goto(f"{address}/groups")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.context.close()


@pytest.mark.parametrize("spoken", ["en-XA", "en-XB"])
def test_pages_fit_when_words_are_longer_or_run_the_other_way(browser, address, spoken):
    page, witness = opened(browser, viewport=PHONE, extra_http_headers={"Accept-Language": spoken})
    wide = {}
    for path in ("/", "/groups?near=Paris", "/groups/paris", "/events", "/events/confirmed/clouds"):
        page.goto(address + path)
        assert page.locator("html").get_attribute("dir") == ("rtl" if spoken == "en-XB" else "ltr")
        if over := page.evaluate("document.documentElement.scrollWidth - innerWidth"):
            wide[path] = over
        assert violations(page) == []
    assert wide == {}
    assert witness.complaints == []
    page.context.close()


def test_a_language_is_chosen_by_keyboard_and_without_scripts(browser, address):
    page, _ = opened(browser, java_script_enabled=False, viewport=PHONE)
    page.goto(f"{address}/groups")
    page.get_by_role("link", name="Language: English").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="English (United States)").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/groups")
    expect(page.locator("html")).to_have_attribute("lang", "en-US")
    page.context.close()
