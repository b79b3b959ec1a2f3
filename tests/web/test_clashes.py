"""The clash advisor over HTTP: as a page, and as a part of one."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories import make_event, make_group
from tests.people import team_of
from tests.web.test_team import entered
from usergroups import db

PATH = "/organize/paris/meetups/clashes"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def browser(app, database, frozen_clock) -> FlaskClient:
    _, people = team_of("organizer", slug="paris", region="Île-de-France")
    with db.transaction():
        rouen = make_group(name="UG Rouen", latitude=49.4431, longitude=1.0993)
        starts_at = datetime(2026, 9, 17, 17, tzinfo=UTC)
        make_event(rouen, title=f"Data evening {HOSTILE}", starts_at=starts_at)
    return entered(app, people["organizer"])


def text(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def test_a_day_that_is_taken_and_free_ones_near_it(browser, count_queries):
    assert "Choose a day" in text(browser.get(PATH))
    with count_queries() as queries:
        page = browser.get(f"{PATH}?on=2026-09-17")
    assert page.status_code == 200
    assert "Thursday, 17 September 2026 would do." in text(page)
    assert "UG Rouen, 112 km away, meets on Thursday, 17 September 2026: Data evening" in text(page)
    assert f'href="{PATH}?on=2026-09-10"' in page.text
    assert "Thursday, 10 September 2026 · same day of the week · nothing else is on" in text(page)
    assert HOSTILE not in page.text
    assert len(queries) <= 9


def test_the_part_alone(browser):
    part = browser.get(f"{PATH}?on=2026-09-24&part=yes")
    assert "<html" not in part.text
    assert "Thursday, 24 September 2026 is free." in text(part)


def test_holidays_and_bridges(browser):
    assert "National Day is a public holiday." in text(browser.get(f"{PATH}?on=2026-07-14"))
    said = text(browser.get(f"{PATH}?on=2026-07-13"))
    assert "Many take this day off: National Day is on Tuesday, 14 July 2026." in said


@pytest.mark.parametrize("on", ["soon", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_days_that_are_none(browser, on):
    page = browser.get(f"{PATH}?on={on}")
    assert page.status_code == 422
    assert "Give a day such as 2026-06-10." in text(page)
