"""Calendars elsewhere at a group's desk: attached, read in the background, decided about."""

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.browsing import upload
from tests.factories import make_event, make_group, make_user
from tests.people import team_of
from tests.web.test_team import entered
from usergroups import db
from usergroups.jobs import handlers
from usergroups.models import (
    Event,
    EventStatus,
    Group,
    Job,
    JobKind,
    Origin,
    Source,
    SourceState,
)
from usergroups.queries import sources as queries
from usergroups.services import proofs, source_desk, sources

DESK = "/organize/paris/calendars"
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:one@x\r\n"
    b"DTSTAMP:20260101T000000Z\r\nDTSTART:20260701T170000Z\r\nDTEND:20260701T190000Z\r\n"
    b"SUMMARY:Fog evening <script>alert(1)</script>\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def team(database, frozen_clock) -> dict[str, Any]:
    _, people = team_of("organizer", slug="paris")
    return people


@pytest.fixture
def browser(app, team) -> FlaskClient:
    return entered(app, team["organizer"])


def text(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def post(client: FlaskClient, path: str, **data: Any) -> Any:
    found = re.search(r'csrf_token" value="([^"]+)"', client.get(DESK).text)
    assert found
    return client.post(path, data={"csrf_token": found[1], **data})


def the(kind: type) -> Any:
    with db.reading() as session:
        return session.query(kind).one()


def work(config: Any, kind: JobKind) -> None:
    with db.reading() as session:
        jobs = [job.arguments for job in session.query(Job).where(Job.kind == kind)]
    for arguments in jobs:
        handlers.HANDLERS[kind](config, **arguments)


def attach(browser: FlaskClient, address: str = "https://calendar.test/a.ics") -> int:
    return int(post(browser, DESK, address=address).headers["Location"].rpartition("/")[2])


def hand_over(browser: FlaskClient, content: bytes = CALENDAR, name: str = "ours.ics") -> Any:
    return upload(browser, f"{DESK}/file", form_at=DESK, file=(name, content))


def test_a_file_is_handed_over_read_and_shown_as_found(browser, config):
    answer = hand_over(browser)
    page = answer.headers["Location"]
    assert answer.status_code == 303
    waiting = browser.get(page)
    assert "We are reading it." in text(waiting)
    assert '<meta http-equiv="refresh"' in waiting.text
    work(config, JobKind.SYNC_SOURCE)
    read = browser.get(page)
    assert "Read regularly" in text(read)
    assert "1 meetup is new." in text(read)
    assert '<meta http-equiv="refresh"' not in read.text
    event = the(Event)
    assert event.title == "Fog evening <script>alert(1)</script>"
    public = browser.get(f"/events/{event.public_id}/{event.slug}")
    assert "not confirmed" not in text(public)  # organizers themselves handed it over
    assert "<script>alert(1)" not in public.text


def test_until_it_is_shown_to_be_theirs_it_says_so(app, browser):
    source_id = attach(browser)
    page = f"{DESK}/{source_id}"
    with db.transaction() as session:
        source = session.get_one(Source, source_id)
        event = make_event(
            session.query(Group).one(), source_id=source_id, origin=Origin.IMPORTED,
            uid="one", is_confirmed=False,
        )  # fmt: skip
    public = f"/events/{event.public_id}/{event.slug}"
    assert f"usergroups-proof-{source.proof}" in text(browser.get(page))
    assert "Found, not confirmed" in text(browser.get(public))
    refused = post(browser, f"{page}/prove", page="https://evil.test/page")
    assert refused.status_code == 422
    with db.transaction() as session:
        proofs.confirm(queries.with_group(source_id))
    assert "usergroups-proof" not in text(browser.get(page))
    assert "not confirmed" not in text(browser.get(public))


def test_stewards_take_somebodys_word_and_organizers_do_not(app, browser):
    page = f"{DESK}/{attach(browser)}"
    assert "take their word" not in text(browser.get(page))
    assert post(browser, f"{page}/confirm").status_code == 403
    with db.transaction():
        steward = make_user(is_steward=True)
    desk = entered(app, steward)
    assert "take their word" in text(desk.get(page))
    assert post(desk, f"{page}/confirm").status_code == 303
    assert the(Source).confirmed_at is not None


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://www.meetup.com/paris-fog/", "https://www.meetup.com/paris-fog/events/ical/"),
        ("webcal://calendar.test/a.ics", "https://calendar.test/a.ics"),
    ],
)
def test_an_address_is_attached_and_a_page_leads_to_its_calendar(browser, address, kept):
    answer = post(browser, DESK, address=address)
    assert answer.status_code == 303
    source = the(Source)
    assert (source.location, source.state) == (kept, SourceState.PENDING)
    assert the(Job).arguments == {"source_id": source.id}
    assert post(browser, DESK, address=address).headers["Location"].endswith(f"/{source.id}")
    the(Source)  # the same again is the one there is


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "file:///etc/passwd", "paris"])
def test_what_is_no_address_comes_back(browser, address):
    answer = post(browser, DESK, address=address)
    assert answer.status_code == 422
    assert f'value="{address}"' in answer.text
    with db.reading() as session:
        assert session.query(Source).count() == 0


def test_no_file_and_too_large_a_file_are_refused(browser):
    assert "Choose a file first." in text(post(browser, f"{DESK}/file"))
    large = hand_over(browser, bytes(source_desk.MOST_BYTES + 1))
    assert large.status_code == 422
    assert "at most 1.5 MB" in text(large)
    with db.reading() as session:
        assert session.query(Source).count() == 0


def test_what_shrank_is_decided_with_a_button(browser, config):
    def block(number: int) -> bytes:
        entry = CALENDAR[CALENDAR.index(b"BEGIN:VEVENT") : CALENDAR.index(b"END:VCALENDAR")]
        return entry.replace(b"one@x", b"%d@x" % number)

    head, foot = CALENDAR[: CALENDAR.index(b"BEGIN:VEVENT")], b"END:VCALENDAR\r\n"
    hand_over(browser, head + b"".join(map(block, range(10))) + foot)
    work(config, JobKind.SYNC_SOURCE)
    hand_over(browser, head + block(99) + foot)
    work(config, JobKind.SYNC_SOURCE)
    source = the(Source)
    page = f"{DESK}/{source.id}"
    assert "Waits for you" in text(browser.get(page))
    assert post(browser, f"{page}/keep").status_code == 303
    again = post(browser, f"{page}/take")
    assert again.status_code == 409
    with db.reading() as session:
        kinds = [event.status for event in session.query(Event)]
        assert kinds == [EventStatus.CONFIRMED] * 11
        assert session.query(Event).where(Event.source_id.is_(None)).count() == 10


def test_it_is_paused_read_again_and_taken_away(browser):
    hand_over(browser)
    page = f"{DESK}/{the(Source).id}"
    assert post(browser, f"{page}/pause").status_code == 303
    assert "Paused" in text(browser.get(page))
    assert post(browser, f"{page}/read").status_code == 303
    assert "Paused" not in text(browser.get(page))
    assert post(browser, f"{page}/detach", keeps="yes").headers["Location"] == DESK
    assert "No calendar is attached yet." in text(browser.get(DESK))


def test_stewards_see_what_is_in_trouble(app, team):
    with db.transaction() as session:
        steward = make_user(is_steward=True)
        source = sources.attach(session.query(Group).one(), "https://down.test/a.ics")
        source.state, source.last_error = SourceState.FAILING, "the server answered 404"
    said = text(entered(app, steward).get("/steward/calendars"))
    assert "https://down.test/a.ics" in said
    assert "There is nothing at that address." in said


def test_a_calendar_of_another_group_is_not_there(browser):
    with db.transaction():
        other = sources.attach(make_group(slug="lyon"), "https://lyon.test/a.ics").id
    assert browser.get(f"{DESK}/{other}").status_code == 404
