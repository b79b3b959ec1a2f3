"""Programs that people use read somebody's own calendar: everything once, at its own time."""

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.browser import served
from tests.conftest import NOW
from tests.factories import make_membership, make_rsvp, make_user
from tests.formats.test_calendar_clients import KHAL, SCRIPTS, VDIRSYNCER
from tests.people import team_of
from tests.web.test_series_feeds import (
    Row,
    by_ical_js,
    by_recurring_ical_events,
    lived_through,
    minute,
    ordered,
)
from usergroups import clock, db
from usergroups.inputs.my_calendar import MyCalendarInput
from usergroups.models import Event, EventStatus, Rsvp, RsvpStatus, User
from usergroups.services import my_calendars

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

UNTIL = datetime(2026, 12, 20, tzinfo=UTC)
LABELS = {RsvpStatus.WAITLISTED: "In line: ", RsvpStatus.OFFERED: "A seat is held: "}


@pytest.fixture(params=["Europe/London", "America/New_York"])
def ada(request, database, frozen_clock) -> User:
    """Somebody in a group with series to which everything was done, who answered many dates."""
    group = team_of("organizer", slug="paris", timezone="Europe/Paris")[0]
    lived_through(group, request.param)
    with db.transaction() as session:
        user = make_user(timezone=request.param)
        make_membership(user, session.merge(group))
        query = select(Event).where(Event.status != EventStatus.DRAFT).order_by(Event.id)
        states = (RsvpStatus.GOING, RsvpStatus.WAITLISTED, RsvpStatus.OFFERED, RsvpStatus.DECLINED)
        for number, event in enumerate(session.scalars(query).all()):
            if number % 2 == 0:
                status = states[number // 2 % 4]
                held = {"offered_until": NOW + timedelta(hours=3)}
                make_rsvp(event, user, status, **held if status is RsvpStatus.OFFERED else {})
        make_rsvp(session.scalars(query).first(), make_user())
    return user


def address(user: User, **wanted) -> str:
    with db.transaction():
        _, secret = my_calendars.make(MyCalendarInput(**wanted), by=user)
    return f"/me/calendar/{secret}.ics"


def expected(user: User, *, only_mine: bool) -> list[Row]:
    """Our meetups, as far as they are made, with how this person stands."""
    with db.reading() as session:
        found = session.execute(
            select(Event, Rsvp.status)
            .outerjoin(Rsvp, (Rsvp.event_id == Event.id) & (Rsvp.user_id == user.id))
            .where(Event.status != EventStatus.DRAFT, Event.starts_at <= UNTIL)
        )
        return ordered(
            row(event, status)
            for event, status in found
            if not only_mine or status in {RsvpStatus.GOING, *LABELS}
        )


def row(event: Event, status: RsvpStatus | None) -> Row:
    label = "Cancelled: " if event.is_cancelled else LABELS.get(status, "")
    told = "tentative" if status in LABELS and not event.is_cancelled else event.status.value
    return {
        "uid": event.uid,
        "start": minute(event.starts_at),
        "end": minute(event.ends_at),
        "title": label + event.title,
        "status": told.upper(),
    }


def test_series_with_my_dates_among_them(client, ada):
    feed = client.get(address(ada, has_answers=True, has_groups=True, remind_minutes=60)).data
    # Further ahead nothing is made yet: there the rule speaks alone.
    assert by_recurring_ical_events(feed, UNTIL) == expected(ada, only_mine=False)
    assert by_ical_js(feed, UNTIL) == expected(ada, only_mine=False)


def test_single_dates_of_series(client, ada):
    feed = client.get(address(ada, has_answers=True)).data
    assert by_recurring_ical_events(feed, UNTIL) == expected(ada, only_mine=True)
    assert by_ical_js(feed, UNTIL) == expected(ada, only_mine=True)


def test_vdirsyncer_and_khal(app, ada, tmp_path: Path):
    """A subscription on the command line: synced twice (nothing changes), then listed."""
    path = address(ada, has_answers=True, has_groups=True)
    store, home = tmp_path / "events", {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    store.mkdir()
    app.wsgi_app = at_that_time(app.wsgi_app)
    with served(app) as url:
        (tmp_path / "vdirsyncer").write_text(VDIRSYNCER.format(folder=tmp_path, address=url + path))
        run(home, tmp_path, "vdirsyncer", "discover")
        run(home, tmp_path, "vdirsyncer", "sync")
        before = {file.name: file.stat().st_mtime_ns for file in store.iterdir()}
        run(home, tmp_path, "vdirsyncer", "sync")
    assert {file.name: file.stat().st_mtime_ns for file in store.iterdir()} == before
    (tmp_path / "khal").write_text(KHAL.format(folder=tmp_path))
    asked = [
        word for name in ("start-long", "end-long", "title", "status") for word in ("--json", name)
    ]
    printed = run(home, tmp_path, "khal", "list", *asked, "2026-06-01 00:00", "202d")
    # What lasts into the next day is listed on both.
    listed = {tuple(one.values()) for line in printed.splitlines() for one in json.loads(line)}
    assert sorted(map(_of_khal, listed)) == [
        (one["start"], one["end"], one["title"], one["status"])
        for one in expected(ada, only_mine=False)
    ]


def at_that_time(serve):
    """The clock stands still for whoever answers, too."""

    def answer(environ, start_response):
        with clock.frozen_at(NOW):
            return serve(environ, start_response)

    return answer


def _of_khal(said: tuple[str, ...]) -> tuple[str, ...]:
    start, end, title, status = (one.strip() for one in said)
    return start.replace(" ", "T"), end.replace(" ", "T"), title, status


def run(home: dict[str, str], folder: Path, program: str, *arguments: str) -> str:
    command = [str(SCRIPTS / program), "--config", str(folder / program), *arguments]
    ran = subprocess.run(command, env=home, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
