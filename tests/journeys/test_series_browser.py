"""A series in a real browser: its dates while one types, an edit from a day on, for all."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser import DESKTOP, NEEDED, PHONE, opened, served, troubles
from tests.factories import make_event, make_group, make_membership, make_rsvp, make_user
from tests.journeys.test_roles_browser import sign_in
from usergroups import clock, db
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.inputs.series import SeriesInput
from usergroups.models import Event, Role, Series
from usergroups.services import charter, series

pytestmark = NEEDED
HOSTILE = "<img src=x onerror=alert(1)>"
DESK = "/organize/paris/meetups"


def plant() -> None:
    """A group with a series that people have answered to, and neighbours."""
    with db.transaction():
        charter.found()
        lead = make_user(email="lead@example.org", name="Lena")
        group = make_group(slug="paris", name=f"UG Paris {HOSTILE}")
        make_membership(lead, group, Role.LEAD)
        one = series.make(
            group,
            SeriesInput.model_validate({
                "repeat": "weekly", "weekdays": ("TU",), "starts": "18:30", "ends": "21:00",
                "timezone": "Europe/Paris", "title": f"Tuesdays {HOSTILE}", "venue": "Chez nous",
                "begins_on": clock.today().isoformat(),
            }),
            by=lead,
        )  # fmt: skip
        for row in rows(one)[:3]:
            make_rsvp(row, make_user())
        rouen = make_group(name="UG Rouen", latitude=49.4431, longitude=1.0993)
        make_event(rouen, title=HOSTILE, starts_at=datetime.now(UTC) + timedelta(days=20))


def rows(one: Series) -> list[Event]:
    query = select(Event).where(Event.series_id == one.id).order_by(Event.starts_at)
    return list(db.session().scalars(query))


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


def planted() -> tuple[Series, list[Event]]:
    with db.reading() as session:
        one = session.scalars(select(Series).order_by(Series.id)).first()
        return one, rows(one)


def test_pages_are_for_everybody_and_ask_nobody_else(browser, address):
    one, dates = planted()
    desk = f"{DESK}/series/{one.public_id}"
    busy = (datetime.now(UTC) + timedelta(days=20)).date()
    page, witness = opened(browser)
    sign_in(page, address, "lead@example.org")
    assert troubles(page, address, [
        f"{DESK}/series", f"{DESK}/series/new", desk, f"{desk}/edit",
        f"{desk}/edit?scope=following&since={dates[2].starts_on}",
        f"{DESK}/{dates[0].public_id}/series", f"/events/series/{one.public_id}",
        f"{DESK}/clashes", f"{DESK}/clashes?on={busy}",
    ]) == {}  # fmt: skip
    assert witness.hosts == {"127.0.0.1"}
    assert witness.complaints == []


def filled(page: Page) -> None:
    page.get_by_label("From").fill((clock.today() + timedelta(days=1)).isoformat())
    page.get_by_label("Title").fill("Installfest")


def test_the_dates_follow_while_one_types(browser, address):
    page, witness = opened(browser, viewport=DESKTOP)
    sign_in(page, address, "lead@example.org")
    page.goto(f"{address}{DESK}/series/new")
    shown = page.locator("#series-dates")
    filled(page)
    expect(shown).to_contain_text("On the third Thursday of each month")
    expect(page.get_by_label("Which")).to_be_visible()
    page.get_by_label("Days of the week").check()
    expect(page.get_by_label("Which")).to_be_hidden()
    page.get_by_label("Sunday").check()
    page.get_by_label("Thursday").uncheck()
    page.get_by_label("Begins at").fill("02:30")
    expect(shown).to_contain_text("Every week on Sunday")
    expect(shown).to_contain_text("clocks are put forward and skip 02:30")
    expect(shown).to_contain_text("clocks are put back and show 02:30 twice")
    page.get_by_label("Sunday").uncheck()
    expect(shown).to_contain_text("Choose one day of the week at least.")
    page.get_by_label("Monday").check()
    expect(shown.locator("li")).to_have_count(8)
    page.get_by_role("button", name="Make the series").click()
    expect(page.get_by_role("status")).to_contain_text("The series is made.")
    expect(page.get_by_role("heading", name="To come")).to_contain_text("30")
    assert witness.complaints == []


@pytest.mark.parametrize("scripts", [True, False])
def test_those_after_one_move_and_whoever_answered_is_named_before(browser, address, scripts):
    page, witness = opened(browser, viewport=PHONE, java_script_enabled=scripts)
    sign_in(page, address, "lead@example.org")
    _, dates = planted()
    page.goto(f"{address}{DESK}/{dates[1].public_id}/series")
    page.get_by_role("link", name="This one and all after it").click()
    page.get_by_label("Begins at").fill("19:15")
    if not scripts:
        page.get_by_role("button", name="Look at it first").click()
    plan = page.locator("#series-plan")
    expect(plan).to_contain_text("2 answers are to meetups that change")
    expect(plan).to_contain_text("19:15")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_role("heading", name="To come")).to_contain_text("30")
    with db.reading() as session:
        times = {
            row.id: row.local_start.strftime("%H:%M") for row in session.scalars(select(Event))
        }
    assert times[dates[0].id] == "18:30"
    assert {times[row.id] for row in dates[1:]} == {"19:15"}
    assert witness.complaints == []


def test_a_day_is_looked_at_while_one_plans(browser, address):
    page, witness = opened(browser, viewport=DESKTOP)
    sign_in(page, address, "lead@example.org")
    page.goto(f"{address}{DESK}")
    page.get_by_role("link", name="Plan a meetup").click()
    busy = planted()[1][2].starts_on
    day = page.get_by_label("Day", exact=True)
    day.fill(busy.isoformat())
    panel = page.locator("[data-clashes]")
    expect(panel).to_contain_text("is taken.")
    expect(panel).to_contain_text("Your group meets on")
    free = panel.locator("[data-take]").first
    taken = free.get_attribute("data-take")
    free.click()
    expect(day).to_have_value(taken)
    expect(panel).to_contain_text("is free.")
    assert witness.complaints == []


def test_a_date_is_left_out_by_keyboard_and_had_again(browser, address):
    page, witness = opened(browser, viewport=DESKTOP, java_script_enabled=False)
    sign_in(page, address, "lead@example.org")
    one, _ = planted()
    page.goto(f"{address}{DESK}/series/{one.public_id}")
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Why, for those who wanted to come").first.fill("Holidays")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("This date is left out.")
    expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Have it again")).click()
    expect(page.get_by_role("status")).to_contain_text("This date is on again.")
    expect(page.get_by_text("Cancelled", exact=True)).to_have_count(0)
    assert witness.complaints == []
