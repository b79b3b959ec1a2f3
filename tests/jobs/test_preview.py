"""Trying the calendar that an application names, from the job to what its page can tell."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.factories import make_application
from usergroups import clock, db
from usergroups.config import Config
from usergroups.jobs import runner
from usergroups.models import Application, ApplicationStatus, Job, User
from usergroups.services import applications

pytestmark = pytest.mark.usefixtures("frozen_clock")
SERIES = (Path(__file__).parents[1] / "samples" / "series.ics").read_bytes()
ANSWERS = {
    "/series.ics": (200, SERIES),
    "/hostile.ics": (200, SERIES.replace(b"SUMMARY:Weekly", b"SUMMARY:<b>\xe2\x80\xaeWeekly")),
    "/page.html": (200, b"<!doctype html><title>Our group</title>"),
    "/private.ics": (403, b"no"),
    "/broken.ics": (200, b"\x00\xff" * 500),
}


class Site(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, source_hosts="127.0.0.1")


def named(url: str) -> int:
    """A draft that names this calendar, its job left."""
    with db.transaction() as session:
        draft = make_application(status=ApplicationStatus.DRAFT, submitted_at=None)
        draft.calendar_url = url
        applications.try_calendar(draft, by=session.get_one(User, draft.applicant_id))
        return draft.id


def tried(url: str, config: Config) -> Application:
    key = named(url)
    with db.reading() as session:
        job = session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert runner.run(job.id, config) is True
    with db.reading() as session:
        return session.get_one(Application, key)


def test_what_a_calendar_gives_is_kept_in_numbers(config: Config, site: str) -> None:
    draft = tried(f"{site}/series.ics", config)
    preview = draft.calendar_preview
    assert draft.calendar_tried_at == clock.now()
    assert (preview["verdict"], preview["error"]) == ("accepted", None)
    assert (preview["coming"], preview["lately"], preview["left_out"]) == (5, 0, 0)
    first = preview["events"][0]
    assert (first["title"], first["start"]) == ("Weekly", "2026-10-06T17:00:00+00:00")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/page.html", "not_calendar"),
        ("/broken.ics", "not_calendar"),
        ("/private.ics", "unreachable"),
    ],
)
def test_what_cannot_be_read_is_told_and_not_tried_again(config, site, path, code) -> None:
    draft = tried(site + path, config)
    assert draft.calendar_tried_at == clock.now()
    assert (draft.calendar_preview["verdict"], draft.calendar_preview["code"]) == ("refused", code)
    with db.reading() as session:
        job = session.scalars(select(Job)).one()
    assert (job.finished_at, job.last_error) == (clock.now(), "")


def test_our_own_machines_are_not_read_for_strangers(config: Config, site: str) -> None:
    draft = tried(f"{site}/series.ics", replace(config, source_hosts=""))
    assert draft.calendar_preview["code"] == "unreachable"
    assert draft.calendar_preview["events"] == []


def test_titles_lose_what_turns_the_text_around(config: Config, site: str) -> None:
    draft = tried(f"{site}/hostile.ics", config)
    assert draft.calendar_preview["events"][0]["title"] == "<b>Weekly"


def test_an_address_changed_meanwhile_is_not_told_of_the_old_one(config, site) -> None:
    key = named(f"{site}/series.ics")
    with db.transaction() as session:
        session.get_one(Application, key).calendar_url = f"{site}/page.html"
        job = session.scalars(select(Job)).one()
    runner.run(job.id, config)
    with db.reading() as session:
        draft = session.get_one(Application, key)
    assert (draft.calendar_preview, draft.calendar_tried_at) == ({}, None)


def test_a_draft_thrown_away_meanwhile_ends_the_job_quietly(config, site) -> None:
    key = named(f"{site}/series.ics")
    with db.transaction() as session:
        draft = session.get_one(Application, key)
        applications.discard(draft, by=session.get_one(User, draft.applicant_id))
        job = session.scalars(select(Job)).one()
    assert runner.run(job.id, config) is True
    with db.reading() as session:
        assert session.get_one(Job, job.id).last_error == ""
