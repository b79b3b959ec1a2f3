"""The search over fifty thousand entries: the processor time of the question, and of its page."""

import random
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import insert

from tests.factories import make_group
from usergroups import clock, db
from usergroups.app import create_app
from usergroups.cli import schema
from usergroups.config import Config
from usergroups.models import Event, EventStatus
from usergroups.queries import search
from usergroups.services import search_index
from usergroups.text import words

GROUPS, MEETUPS = 2_500, 19  # of each group: 50,000 entries
_SECTION = 400
_CITIES = (
    "Köln",
    "Łódź",
    "Malmö",
    "Győr",
    "Paris",
    "Nairobi",
    "São Paulo",
    "Zürich",
    "Oslo",
    "Bergen",
)
_TOPICS = ("fog", "clouds", "rain", "maps", "trains", "birds", "bread", "clocks", "tides", "kites")
_FEW = ("lantern", "harbour", "violin", "glacier", "orchard")
# From what nearly everything says to what nobody says.
QUESTIONS = (
    "fog", "evening", "koln fog", "lodz evening clouds", "mal", "ev", "users", "users group 17",
    "evening fog 3", "lantern", "harb", "violin glacier", "nothing that is here", "a", "sao paulo",
)  # fmt: skip
_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Searched:
    """Milliseconds of processor time; seconds for making all entries."""

    median: float
    late: float
    page: float
    filled: float


def measure(gazetteer: Path) -> Searched:
    """In a database of its own, on SQLite, where the database's work is this process's, too."""
    with tempfile.TemporaryDirectory(prefix="usergroups-bench-") as folder:
        url = f"sqlite:///{folder}/usergroups.sqlite"
        (Path(folder) / "gazetteer.sqlite").symlink_to(gazetteer.resolve())
        engine = db.connect(url)
        schema.upgrade(engine)
        _plant()
        begun = time.process_time()
        while _catch_up():
            pass
        filled = time.process_time() - begun
        asked = sorted(_ask(question) for _ in range(_ROUNDS) for question in QUESTIONS)
        client = create_app(
            Config(
                instance_dir=Path(folder), database_url=url, secret_key="for the bench alone",
            )
        ).test_client()  # fmt: skip
        pages = sorted(_page(client, question) for _ in range(4) for question in QUESTIONS)
        engine.dispose()
    late = asked[int(len(asked) * 0.99)]
    return Searched(asked[len(asked) // 2], late, pages[len(pages) // 2], filled)


def _catch_up() -> bool:
    with db.transaction():
        return search_index.catch_up()


def _plant() -> None:
    dice = random.Random(7)
    now = clock.now()
    for first in range(0, GROUPS, _SECTION):
        with db.transaction() as session:
            made = [
                make_group(
                    name=f"{dice.choice(_CITIES)} {dice.choice(_TOPICS)} users group {number}",
                    city=dice.choice(_CITIES), summary=_said(dice), description=_said(dice),
                )
                for number in range(first, min(first + _SECTION, GROUPS))
            ]  # fmt: skip
            session.execute(
                insert(Event),
                [
                    {
                        "group_id": group.id, "uid": f"{group.id}-{n}@bench", "title": _title(dice),
                        "description": _said(dice), "venue": dice.choice(_CITIES),
                        "starts_at": (at := now + timedelta(days=7 * n - 60, minutes=group.id)),
                        "ends_at": at + timedelta(hours=2), "timezone": "Europe/Paris",
                        "status": EventStatus.CONFIRMED,
                    }
                    for group in made for n in range(MEETUPS)
                ],
            )  # fmt: skip


def _title(dice: random.Random) -> str:
    return f"{dice.choice(_TOPICS)} evening {dice.randrange(60)}".capitalize()


def _said(dice: random.Random) -> str:
    rare = f" {dice.choice(_FEW)}" if dice.random() < 0.01 else ""
    return f"An evening about {' and '.join(dice.choices(_TOPICS, k=12))}{rare}. Come along."


def _ask(question: str) -> float:
    with db.reading():
        begun = time.process_time()
        search.candidates(words(question))
        return (time.process_time() - begun) * 1_000


def _page(client: FlaskClient, question: str) -> float:
    begun = time.process_time()
    client.get("/search", query_string={"q": question})
    return (time.process_time() - begun) * 1_000
