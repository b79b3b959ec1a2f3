"""Answering meetups with sixteen clients at once, against a bare insert; a desk of many answers."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, mkdtemp
from time import perf_counter

from sqlalchemy import insert, text

from tests.bench.load import Question, answers_per_second
from tests.bench.servers import Server, serving
from tests.crowd import Person, Sent, gather, send_all
from tests.factories import make_group, make_meetup, make_membership
from tests.postgresql import Cluster
from usergroups import clock, db
from usergroups.cli import schema
from usergroups.models import Event, Group, Role, Rsvp, RsvpStatus, User

CLIENTS = 16
ANSWERS = 320
MEETUPS = 40
ROUNDS = 5
FEW, MANY = 50, 5_000
_SECONDS = 2.0
_KEY = "for the bench only"


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table: the median of the rounds."""

    what: str
    per_second: float
    ratio: float
    p99: float


@dataclass(frozen=True, slots=True)
class Desk:
    """Pages a second of a desk with few answers and with many."""

    database: str
    few: float
    many: float


@dataclass(frozen=True, slots=True)
class _Round:
    """Forms answered a second, and the milliseconds within which 99 of 100 were."""

    per_second: float
    p99: float


def measure(gazetteer: Path) -> tuple[list[Measured], list[Desk]]:
    """On both databases, each with the bare insert in the same rounds."""
    lines: list[Measured] = []
    desks: list[Desk] = []
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        with TemporaryDirectory(prefix="usergroups-seats-") as made, database() as url:
            folder = Path(made)
            (folder / "gazetteer.sqlite").symlink_to(gazetteer.resolve())
            schema.upgrade(db.connect(url))
            environ = {
                "USERGROUPS_INSTANCE_DIR": made,
                "USERGROUPS_DATABASE_URL": url,
                "USERGROUPS_SECRET_KEY": _KEY,
            }
            with (
                serving("usergroups.app:create_app", environ) as ours,
                serving("tests.bench.servers:inserting", environ) as bare,
            ):
                lines += _answering(name, ours, bare)
                desks.append(_desk(name, ours))
            db.engine().dispose()
    return lines, desks


def _answering(name: str, ours: Server, bare: Server) -> list[Measured]:
    people = gather(ANSWERS, _KEY)
    with db.transaction() as session:
        group = make_group()
        session.execute(text("CREATE TABLE bare (said TEXT NOT NULL)"))
    rounds: dict[str, list[tuple[_Round, _Round]]] = {"one meetup": [], "many meetups": []}
    for _ in range(ROUNDS):
        for what, number in (("one meetup", 1), ("many meetups", MEETUPS)):
            nothing = _timed(bare, [Sent(one, "/", {}) for one in people])
            answers = _timed(ours, _forms(group, people, number))
            rounds[what].append((answers, nothing))
    return [
        _measured(f"answers to {what}, {name}", [ours for ours, _ in found], found)
        for what, found in rounds.items()
    ] + [_measured(f"a bare insert, {name}", *_bare(rounds))]


def _bare(
    rounds: dict[str, list[tuple[_Round, _Round]]],
) -> tuple[list[_Round], list[tuple[_Round, _Round]]]:
    both = [pair for found in rounds.values() for pair in found]
    return [bare for _, bare in both], [(bare, bare) for _, bare in both]


def _measured(what: str, mine: list[_Round], pairs: list[tuple[_Round, _Round]]) -> Measured:
    return Measured(
        what,
        median(one.per_second for one in mine),
        median(ours.per_second / bare.per_second for ours, bare in pairs),
        median(one.p99 for one in mine),
    )


def _forms(group: Group, people: list[Person], meetups: int) -> list[Sent]:
    """Everybody answers one of so many new meetups, of which half are full in the end."""
    with db.transaction() as session:
        held = session.merge(group)
        starts_at = clock.now() + timedelta(days=30)
        seats = max(1, ANSWERS // meetups // 2)
        paths = [
            f"/rsvp/{make_meetup(held, seats, starts_at=starts_at).public_id}"
            for _ in range(meetups)
        ]
    return [Sent(one, paths[number % meetups], {}) for number, one in enumerate(people)]


def _timed(server: Server, forms: list[Sent]) -> _Round:
    began = perf_counter()
    answers = send_all(f"http://127.0.0.1:{server.port}", forms, CLIENTS)
    seconds = perf_counter() - began
    if wrong := {one.status for one in answers} - {200, 303}:
        raise RuntimeError(f"answers with status {wrong}")
    times = sorted(one.seconds * 1000 for one in answers)
    return _Round(len(answers) / seconds, times[len(times) * 99 // 100])


def _desk(name: str, ours: Server) -> Desk:
    """The list of those who answered, of a meetup with few of them and with many, in turns."""
    paths, (organizer,) = [], gather(1, _KEY)
    with db.transaction() as session:
        group = make_group()
        make_membership(session.get_one(User, organizer.user_id), group, Role.LEAD)
        for number in (FEW, MANY):
            event = make_meetup(group, number // 2)
            _crowd(event, number)
            paths.append(f"/organize/{group.slug}/meetups/{event.public_id}/attendees")
    cookie = {"Cookie": organizer.cookie}
    few, many = [], []
    for _ in range(ROUNDS):
        for path, rates in zip(paths, (few, many), strict=True):
            asked = Question(path, headers=cookie)
            rates.append(answers_per_second(ours.port, asked, _SECONDS))
    return Desk(name, median(few), median(many))


def _crowd(event: Event, number: int) -> None:
    """So many answers, half of them in the line."""
    session = db.session()
    users = [{"email": f"{event.public_id}-{n}@example.org"} for n in range(number)]
    ids = session.scalars(insert(User).returning(User.id), users).all()
    session.execute(
        insert(Rsvp),
        [
            {
                "event_id": event.id,
                "user_id": user_id,
                "arrival": n,
                "status": RsvpStatus.WAITLISTED if n > number // 2 else RsvpStatus.GOING,
            }
            for n, user_id in enumerate(ids, 2)
        ],
    )


@contextmanager
def _sqlite() -> Iterator[str]:
    with TemporaryDirectory(prefix="usergroups-seats-") as folder:
        yield f"sqlite:///{folder}/usergroups.sqlite"


@contextmanager
def _postgresql() -> Iterator[str]:
    folder = Path(mkdtemp(prefix="usergroups-seats-"))
    cluster = Cluster(folder)
    try:
        yield cluster.start(is_durable=True)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
