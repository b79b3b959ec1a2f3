"""The federation that is measured: a thousand groups, one of them with five hundred meetups."""

import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.factories import make_event, make_group
from usergroups import clock, db
from usergroups.cli import schema
from usergroups.models import Event, Group, Topic

GROUPS = 1_000
MEETUPS = 500
_ZONES = ("Europe/Paris", "Europe/Budapest", "America/New_York", "Asia/Kolkata", "Pacific/Fiji")
_TEXT = (
    "An evening about **clouds**, with two talks and time to meet.\n\n- doors at 18:30\n- food\n"
)


@dataclass(frozen=True, slots=True)
class World:
    """Where it stands, and the addresses of what is asked for."""

    environ: dict[str, str]
    group_path: str
    event_path: str


def plant(folder: Path, gazetteer: Path) -> World:
    """Make it in an empty folder."""
    (folder / "gazetteer.sqlite").symlink_to(gazetteer.resolve())
    url = f"sqlite:///{folder / 'usergroups.sqlite'}"
    schema.upgrade(db.connect(url))
    dice = random.Random(1)
    with db.transaction() as session:
        topics = [Topic(slug=f"topic-{n}", name=f"Topic {n}") for n in range(8)]
        session.add_all(topics)
        groups = [_group(n, dice, topics) for n in range(GROUPS)]
        for group in groups:
            _event(group, dice.randint(1, 80), n=0)
        events = [_event(groups[0], 500 - 2 * n, n=n + 1) for n in range(MEETUPS - 1)]
        event = events[0]
        paths = f"/groups/{groups[0].slug}", f"/events/{event.public_id}/{event.slug}"
    return World({"USERGROUPS_INSTANCE_DIR": str(folder)}, *paths)


def _group(n: int, dice: random.Random, topics: list[Topic]) -> Group:
    return make_group(
        slug=f"group-number-{n}",
        name=f"User Group number {n}",
        city=f"City {n}",
        summary="People who run open clouds and tell one another how it went.",
        description=_TEXT * 3,
        latitude=dice.uniform(-50, 68),
        longitude=dice.uniform(-179, 179),
        timezone=dice.choice(_ZONES),
        topics=dice.sample(topics, 3),
    )


def _event(group: Group, days: int, *, n: int) -> Event:
    return make_event(
        group,
        uid=f"{group.slug}-{n}@bench.example.org",
        title=f"Meetup number {n} about open clouds",
        description=_TEXT,
        starts_at=clock.now() + timedelta(days=days, hours=3),
        venue="House of Volunteers, 12 Harbour Street",
        latitude=group.latitude,
        longitude=group.longitude,
    )
