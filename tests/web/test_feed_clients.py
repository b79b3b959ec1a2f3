"""Every kind of feed, read by programs that people use: the meetups of the database, and no other.

Series in five zones over both changes of their clocks, with everything that is done to series.
"""

import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import pytest
import vobject
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.browser import served
from tests.calendar_world import CITIES, MADE_UNTIL, own_calendars, plant
from tests.conftest import NOW
from tests.formats.test_calendar_clients import KHAL, SCRIPTS
from tests.web.test_my_feed_clients import LABELS, at_that_time
from tests.web.test_series_feeds import Row, all_by_ical_js, minute
from usergroups import clock, db, tokens
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.models import Event, EventStatus, Rsvp, RsvpStatus, Series
from usergroups.text import one_line

GROUPS = {
    **{f"/groups/{slug}/calendar.ics": {slug} for slug in CITIES},
    "/calendar.ics": set(CITIES),
    "/countries/IE/calendar.ics": {"dublin"},
    "/calendar.ics?topic=python": set(CITIES) - {"dublin"},
    "/calendar.ics?near=51.5,-0.1&within=500": {"london", "dublin"},
    "/calendar.ics?groups=kolkata,sydney": {"kolkata", "sydney"},
}
OTHERS = ["?past=all", "a date that was moved", "a meetup", "answers", "answers and groups"]
KINDS = [*GROUPS, *OTHERS]
# Days from these on, in which clocks change: in London, Dublin, New York and Sydney.
SEASONS = {"2026-09-29": 36, "2027-03-09": 30}
KHAL_FIELDS = ("calendar", "start-long", "end-long", "title", "status")


class World(NamedTuple):
    """Feeds by what they are called, what each has to say, and where each is served."""

    feeds: dict[str, bytes]
    expected: dict[str, list[Row]]
    addresses: dict[str, str]


@pytest.fixture(scope="module")
def world(
    sqlite_template: Path, gazetteer_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A served federation; its clock stands still."""
    folder = tmp_path_factory.mktemp("calendars")
    database = folder / "usergroups.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    (folder / "gazetteer.sqlite").symlink_to(gazetteer_file)
    config = Config(
        instance_dir=folder, database_url=f"sqlite:///{database}", secret_key="for tests only",
        base_url="http://usergroups.test",
    )  # fmt: skip
    app = create_app(config)
    tokens.sign_with("for tests only")
    with clock.frozen_at(NOW):
        user = plant()
        own = own_calendars(user)
        with db.reading() as session:
            found = session.execute(
                select(Event, Rsvp.status)
                .outerjoin(Rsvp, Rsvp.event_id == Event.id)
                .options(joinedload(Event.group))
                .order_by(Event.starts_at)
            ).all()
            whole = {each.uid for each in session.scalars(select(Series))}
            expected, alone = _expected([(event, status) for event, status in found], whole)
    paths = {
        **{path: path for path in GROUPS},
        "?past=all": "/groups/london/calendar.ics?past=all",
        **{name: f"/events/{event.public_id}.ics" for name, event in alone.items()},
        **dict(zip(OTHERS[-2:], own, strict=True)),
    }
    app.wsgi_app = at_that_time(app.wsgi_app)  # type: ignore[method-assign]  as Flask advises
    with served(app) as url:
        addresses = {name: url + path for name, path in paths.items()}
        feeds = {name: _fetched(address) for name, address in addresses.items()}
        yield World(feeds, expected, addresses)


def _fetched(address: str) -> bytes:
    with urlopen(address) as answer:
        return bytes(answer.read())


def _expected(
    found: list[tuple[Event, RsvpStatus | None]], series: set[str]
) -> tuple[dict[str, list[Row]], dict[str, Event]]:
    """What each feed has to say, and the meetups that have one of their own."""
    recent = [
        (event, status) for event, status in found if event.ends_at > NOW - timedelta(days=90)
    ]
    said = {
        path: _rows(event for event, _ in recent if event.group.slug in slugs)
        for path, slugs in GROUPS.items()
    }
    said["?past=all"] = _rows(event for event, _ in found if event.group.slug == "london")
    alone = {
        "a date that was moved": next(
            each for each, _ in found if each.uid in series and each.is_apart
        ),
        "a meetup": next(each for each, _ in found if each.all_day),
    }
    said |= {name: _rows([event]) for name, event in alone.items()}
    answered = {RsvpStatus.GOING, *LABELS}
    said["answers"] = _ordered(_row(*each) for each in recent if each[1] in answered)
    said["answers and groups"] = _ordered(
        _row(event, status)
        for event, status in recent
        if status in answered or event.group.slug == "london"
    )
    assert set(said) == set(KINDS)
    assert min(len(rows) for name, rows in said.items() if name not in alone) > 60
    return said, alone


def _rows(events: Iterable[Event]) -> list[Row]:
    return _ordered(_row(event) for event in events)


def _row(event: Event, answer: RsvpStatus | None = None) -> Row:
    start, end = event.starts_at, event.ends_at
    is_open = answer in LABELS and not event.is_cancelled
    label = "Cancelled: " if event.is_cancelled else LABELS.get(answer, "") if answer else ""
    return {
        "uid": event.uid,
        "start": f"{event.local_start.date()}" if event.all_day else minute(start),
        "end": f"{event.local_end.date()}" if event.all_day else minute(end),
        "title": label + one_line(event.title),
        "status": (EventStatus.TENTATIVE if is_open else event.status).value.upper(),
    }


def _ordered(rows: Iterable[Row]) -> list[Row]:
    """Those that are made, by start: later ones are the rule's alone."""
    made = (row for row in rows if row["start"] < minute(MADE_UNTIL))
    return sorted(made, key=lambda row: (row["start"], row["title"], row["uid"]))


@pytest.fixture(scope="module")
def read_by_ical_js(world: World) -> dict[str, list[Row]]:
    """What Thunderbird's reader finds; it trusts the zones of the feed."""
    found = all_by_ical_js(world.feeds, MADE_UNTIL)
    return {name: _ordered(rows) for name, rows in found.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_ical_js(world, read_by_ical_js, kind):
    assert read_by_ical_js[kind] == world.expected[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_vobject(world, kind):
    """A reader that works zones out from their rules, and dates by dateutil."""
    events = vobject.readOne(world.feeds[kind].decode()).vevent_list
    apart = {
        (event.uid.value, minute(event.recurrence_id.value))
        for event in events
        if hasattr(event, "recurrence_id")
    }
    rows = (row for event in events for row in _by_vobject(event, apart))
    assert _ordered(rows) == world.expected[kind]


def _by_vobject(event: Any, apart: set[tuple[str, str]]) -> Iterator[Row]:
    start, end = event.dtstart.value, event.dtend.value
    said = {
        "uid": event.uid.value, "title": event.summary.value, "status": event.status.value,
    }  # fmt: skip
    if not hasattr(event, "rrule"):
        shown = minute if isinstance(start, datetime) else str
        yield said | {"start": shown(start), "end": shown(end)}
        return
    for at in event.getrruleset():
        if at > MADE_UNTIL:
            return
        if (said["uid"], minute(at)) not in apart:
            yield said | {"start": minute(at), "end": minute(at + (end - start))}


@pytest.fixture(scope="module")
def read_by_khal(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    """A subscription to each on the command line: synced twice (nothing changes), then listed."""
    folder = tmp_path_factory.mktemp("khal")
    names = {f"feed{number}": kind for number, kind in enumerate(KINDS)}
    pairs = [
        PAIR.format(name=name, address=world.addresses[kind], folder=folder)
        for name, kind in names.items()
    ]
    (folder / "vdirsyncer").write_text(
        f'[general]\nstatus_path = "{folder}/status"\n' + "".join(pairs)
    )
    head, rest = KHAL.format(folder=folder).split("[sqlite]")
    calendars = "".join(f"[[{name}]]\npath = {folder}/{name}\nreadonly = True\n" for name in names)
    (folder / "khal").write_text(f"{head.splitlines()[1]}\n{calendars}[sqlite]{rest}")
    for name in names:
        (folder / name).mkdir()
    _run(folder, "vdirsyncer", "discover")
    _run(folder, "vdirsyncer", "sync")
    before = _files(folder)
    _run(folder, "vdirsyncer", "sync")
    assert _files(folder) == before
    found: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    asked = [word for field in KHAL_FIELDS for word in ("--json", field)]
    for since, days in SEASONS.items():
        printed = _run(folder, "khal", "list", *asked, since, f"{days}d")
        for line in printed.splitlines():
            for said in json.loads(line):
                rows, row = found[names[said["calendar"]]], _of_khal(said)
                if row not in rows:  # what lasts into the next day is listed on both
                    rows.append(row)
    return {kind: _in_seasons(rows) for kind, rows in found.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_vdirsyncer_and_khal(world, read_by_khal, kind):
    wanted = _in_seasons(row | {"uid": ""} for row in world.expected[kind])
    assert read_by_khal[kind] == wanted


def _files(folder: Path) -> dict[Path, int]:
    return {file: file.stat().st_mtime_ns for file in folder.glob("feed*/*.ics")}


def _run(folder: Path, program: str, *arguments: str) -> str:
    home = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    command = [str(SCRIPTS / program), "--config", str(folder / program), *arguments]
    ran = subprocess.run(command, env=home, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def _in_seasons(rows: Iterable[Row]) -> list[Row]:
    """Those that begin while clocks are changed, anywhere: khal takes long for a year."""
    ends = {
        since: str(date.fromisoformat(since) + timedelta(days=days))
        for since, days in SEASONS.items()
    }
    return _ordered(
        row for row in rows if any(since <= row["start"] < ends[since] for since in SEASONS)
    )


def _of_khal(said: Row) -> Row:
    start, end = said["start-long"], said["end-long"]
    if " " not in start:  # khal names the last day, not the one after it
        end = str(date.fromisoformat(end) + timedelta(days=1))
    # vdirsyncer gives what it reads from the web UIDs of its own.
    return {
        "uid": "",
        "start": start.replace(" ", "T"),
        "end": end.replace(" ", "T"),
        "title": said["title"],
        "status": said["status"].strip(),
    }


PAIR = """
[pair {name}]
a = "remote_{name}"
b = "local_{name}"
collections = null
[storage remote_{name}]
type = "http"
url = "{address}"
[storage local_{name}]
type = "filesystem"
path = "{folder}/{name}"
fileext = ".ics"
"""
