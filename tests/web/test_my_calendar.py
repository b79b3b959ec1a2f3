"""The pages of one's own calendars: made, shown once, changed, readdressed, taken away."""

import re

import pytest
from sqlalchemy import select

from tests.browsing import browser_of, post, texts
from tests.conftest import NOW
from tests.factories import make_group, make_user
from usergroups import db
from usergroups.inputs.my_calendar import MyCalendarInput
from usergroups.models import MyCalendar, User
from usergroups.services import my_calendars

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

FEED = re.compile(r"http://usergroups\.test(/me/calendar/[\w-]{43}\.ics)")
PAGE = "/me/calendars"


@pytest.fixture
def ada() -> User:
    with db.transaction():
        make_group()
        return make_user(place="Paris", latitude=48.85, longitude=2.35)


@pytest.fixture
def browser(app, ada):
    return browser_of(app, ada)


def kept() -> list[tuple]:
    """What every calendar holds."""
    names = ("name", "has_answers", "has_groups", "within_km", "remind_minutes")
    columns = [getattr(MyCalendar, name) for name in names]
    with db.reading() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(MyCalendar.id))]


def test_it_is_made_and_its_address_shown_once(app, client, ada, browser):
    answer = post(
        browser, PAGE, name="Phone", has_answers="yes", within_km="50", remind_minutes="30"
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}/1")
    assert kept() == [("Phone", True, False, 50, 30)]
    page = browser.get(f"{PAGE}/1")
    assert page.headers["Cache-Control"] == "no-store"
    (path,) = set(FEED.findall(page.text))
    assert client.get(path).status_code == 200
    whole = f"http://usergroups.test{path}"
    quoted = whole.replace(":", "%3A").replace("/", "%2F")
    links = re.findall(r'href="((?:webcal|https)://[^"]+(?:ics|cid=|addfrom)[^"]*)"', page.text)
    assert [link.replace("&amp;", "&") for link in links] == [
        whole.replace("http:", "webcal:"),
        whole.replace("http:", "webcal:"),
        f"https://calendar.google.com/calendar/r?cid={quoted.replace('http', 'webcal', 1)}",
        f"https://outlook.live.com/calendar/0/addfromweb?url={quoted}&name=My%20meetups",
        f"https://outlook.office.com/calendar/0/addfromweb?url={quoted}&name=My%20meetups",
    ]
    assert "<svg" in page.text
    again = browser.get(f"{PAGE}/1").text
    assert FEED.findall(again) == []
    assert browser.get(PAGE).text.count("what I go to, within 50 km of Paris · not read yet") == 1


def test_a_name_is_text(browser):
    hostile = "<script>alert(1)</script>"
    post(browser, PAGE, name=hostile, has_groups="yes")
    for path in (PAGE, f"{PAGE}/1"):
        page = browser.get(path).text
        assert "&lt;script&gt;alert(1)" in page
        assert hostile not in page


def test_what_is_refused_comes_back_as_it_was_sent(browser):
    empty = post(browser, PAGE, name="Phone")
    assert empty.status_code == 422
    assert "Choose something that is to be in it." in empty.text
    assert 'value="Phone"' in empty.text
    assert post(browser, PAGE, within_km="2000").status_code == 422
    assert post(browser, PAGE, has_groups="yes", remind_minutes="-1").status_code == 422
    assert kept() == []


def test_nothing_is_near_where_nobody_lives(app):
    with db.transaction():
        user = make_user()
    browser = browser_of(app, user)
    assert "Say where you live" in browser.get(PAGE).text
    answer = post(browser, PAGE, within_km="50")
    assert answer.status_code == 422
    assert "Say in your profile where you live first" in answer.text


def test_there_are_ten_at_most(ada, browser):
    with db.transaction():
        for _ in range(my_calendars.MOST):
            my_calendars.make(MyCalendarInput(has_groups=True), by=ada)
    answer = post(browser, PAGE, has_groups="yes")
    assert answer.status_code == 422
    assert "You have 10 calendars already." in answer.text
    assert len(kept()) == 10


def test_it_is_changed_readdressed_and_taken_away(client, ada, browser):
    post(browser, PAGE, has_groups="yes")
    (first,) = set(FEED.findall(browser.get(f"{PAGE}/1").text))
    answer = post(browser, f"{PAGE}/1", name="Work", has_answers="yes")
    assert answer.headers["Location"] == f"{PAGE}/1"
    assert kept() == [("Work", True, False, None, None)]
    assert client.get(first).status_code == 200
    post(browser, f"{PAGE}/1/address", form=f"{PAGE}/1")
    (second,) = set(FEED.findall(browser.get(f"{PAGE}/1").text))
    assert [client.get(path).status_code for path in (first, second)] == [404, 200]
    answer = post(browser, f"{PAGE}/1/remove", form=f"{PAGE}/1")
    assert answer.headers["Location"] == PAGE
    assert client.get(second).status_code == 404
    assert kept() == []


def test_its_last_use_is_shown(ada, browser):
    with db.transaction():
        calendar, _ = my_calendars.make(MyCalendarInput(has_groups=True), by=ada)
        my_calendars.note_use(calendar.id, NOW)
    page = browser.get(f"{PAGE}/{calendar.id}")
    assert "Wed, 10 Jun 2026, 12:00 (to the hour)" in texts(page, "dd")
    assert "last read on Wed, 10 Jun 2026" in browser.get(PAGE).text


def test_another_persons_is_not_there(app, ada, browser):
    with db.transaction():
        eve = make_user()
        calendar, _ = my_calendars.make(MyCalendarInput(name="Mine", has_groups=True), by=ada)
    hers = browser_of(app, eve)
    path = f"{PAGE}/{calendar.id}"
    assert hers.get(path).status_code == 404
    for act, fields in (("", {"has_answers": "yes"}), ("/address", {}), ("/remove", {})):
        assert post(hers, path + act, form=PAGE, **fields).status_code == 404
    assert "Mine" not in hers.get(PAGE).text
    assert kept() == [("Mine", False, True, None, None)]
