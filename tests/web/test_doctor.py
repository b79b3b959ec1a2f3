"""The calendar doctor's pages: asked by anybody, examined by a job, gone after a day."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.browsing import post, token, upload
from tests.formats.ical.test_lint import EVENTS, GOOD, TITLE, changed, lines
from usergroups import clock, db
from usergroups.jobs import handlers, timetable
from usergroups.models import CalendarCheck, Job, JobKind
from usergroups.services.calendar_checks import MOST_BYTES
from usergroups.web import limits

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def visitor(app, frozen_clock):
    limits._counter.cache_clear()
    return app.test_client()


def send(visitor, content: bytes, name: str = "paris.ics"):
    return upload(visitor, "/calendar-doctor", address="", file=(name, content))


def work(config) -> None:
    """Do the jobs that were left."""
    with db.reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == JobKind.CHECK_CALENDAR)).all()
    for job in jobs:
        handlers.HANDLERS[job.kind](config, **job.arguments)


def examined(visitor, config, content: bytes) -> str:
    place = send(visitor, content).location
    work(config)
    return visitor.get(place).text


def test_a_file_is_sent_waits_and_is_examined(visitor, config):
    answer = send(visitor, EVENTS["uid_missing"])
    assert answer.status_code == 303
    waiting = visitor.get(answer.location)
    assert waiting.headers["Cache-Control"] == "private, no-cache"
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting.text
    assert 'data-fresh="3"' in waiting.text
    work(config)
    page = visitor.get(answer.location).text
    assert "refresh" not in page
    for told in (
        "It can be read.",
        "1 thing is wrong.",
        "A whole day",
        "An event has no UID, or an empty one.",
        "Apple Calendar keeps one event of all that have none.",
        "RFC 5545 3.8.4.7",
        "Line 38",
    ):
        assert told in page
    with db.reading() as session:
        [check] = session.scalars(select(CalendarCheck))
        assert (check.location, check.is_file) == ("paris.ics", True)
        assert session.scalar(select(func.count(CalendarCheck.content))) == 0


def test_a_good_calendar(visitor, config):
    page = examined(visitor, config, lines(GOOD))
    assert "Nothing is wrong with it." in page
    assert "What programs show wrong" not in page


def test_what_cannot_be_read(visitor, config):
    page = examined(visitor, config, b"<html><title>Sign in</title>")
    assert "It cannot be read." in page
    assert "This is a web page, not a calendar." in page
    assert "What it says" not in page


def test_an_address_in_a_private_network_is_not_asked(visitor, config):
    answer = post(visitor, "/calendar-doctor", address="webcal://127.0.0.1:1/calendar.ics")
    work(config)
    page = visitor.get(answer.location).text
    assert "It could not be reached." in page
    assert "https://127.0.0.1:1/calendar.ics" in page


def test_what_a_calendar_says_stays_text(visitor, config):
    hostile = changed(TITLE, f"SUMMARY:{HOSTILE}\nSTATUS:{HOSTILE}\n")
    page = examined(visitor, config, hostile.replace(b"UID:two", b"UID:<script>two"))
    assert HOSTILE not in page
    assert "<script>two" not in page
    assert "&lt;img src=x" in page


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "Please fill this in."),
        ("ftp://example.org/a.ics", "An address that begins with http:// or https://, please."),
        ("https://me:word@example.org/", "Leave name and password out"),
    ],
)
def test_what_is_no_address_comes_back(visitor, address, told):
    answer = post(visitor, "/calendar-doctor", address=address)
    assert answer.status_code == 422
    assert told in answer.text


def test_too_much_of_a_file_is_not_taken(visitor):
    answer = send(visitor, b"B" * (MOST_BYTES + 1))
    assert answer.status_code == 422
    assert "This file is too large: at most 1.9 MB, please." in answer.text
    assert send(visitor, b"B" * (2 << 20)).status_code == 413


def test_nobody_makes_us_fetch_all_day(visitor):
    limits._counter.cache_clear()
    given = {"csrf_token": token(visitor.get("/calendar-doctor"))} | {
        "address": "https://example.org/a"
    }
    answers = [visitor.post("/calendar-doctor", data=given).status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]


def test_only_who_knows_its_address_sees_it_and_for_a_day(visitor, config):
    place = send(visitor, lines(GOOD)).location
    assert visitor.get(place[:-1]).status_code == 404
    with clock.frozen_at(clock.now() + timedelta(hours=25)):
        assert visitor.get(place).status_code == 404
        timetable.tidy()
    with db.reading() as session:
        assert session.scalar(select(func.count(CalendarCheck.id))) == 0
    work(config)  # a job that comes late finds nothing to do


def test_pages_lead_here_with_an_address(visitor):
    page = visitor.get("/calendar-doctor?address=https://example.org/a.ics").text
    assert 'value="https://example.org/a.ics"' in page
    assert 'href="/calendar-doctor"' in visitor.get("/").text
