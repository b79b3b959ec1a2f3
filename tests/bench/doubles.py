"""What likeness tells apart: `python -m tests.bench.doubles [FOLDER]` prints precision and recall.

True pairs: real meetups, each announced once more as another site would: in a title of its own,
the venue written otherwise or not at all, now and then an hour off or without a time. False pairs:
other real meetups of the same group put at the very same time and venue (the hardest there are),
those that really were within a day, and those of other groups at the same time.
"""

import csv
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from usergroups.foresight.likeness import REACH, SUGGESTED, Announced, Whose, likeness
from usergroups.formats.ical.read import read_calendar
from usergroups.inputs.imported_event import ImportedEvent
from usergroups.models import Attendance

_WINDOW = datetime(1990, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
_SHARES = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_LONG = 40
_NEAR_DEGREES = 1.0
console = Console()


@dataclass(frozen=True, slots=True)
class Group:
    """Where a group is, and its meetups."""

    at: tuple[float, float]
    meetups: list[Announced]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two announcements, whose they are, and whether it is one meetup."""

    one: Announced
    other: Announced
    whose: Whose
    is_one: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a threshold brings: of those it suggests how many are one, of the ones how many."""

    threshold: float
    precision: float
    recall: float


def announced(folder: Path) -> dict[str, Group]:
    """The groups of a folder that has groups.csv and calendars, with their meetups."""
    found: dict[str, Group] = {}
    with (folder / "groups.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            file = folder / "calendars" / f"{row['slug']}.ics"
            if file.is_file():
                events = read_calendar(file.read_bytes(), timezone="UTC", window=_WINDOW).events
                its = [_as_announced(event, row["name"]) for event in events]
                at = float(row["latitude"]), float(row["longitude"])
                found[row["name"]] = Group(at, its)
    return found


def pairs(groups: dict[str, Group], seed: int = 5) -> Iterator[Pair]:
    """Of every meetup one true pair, and false ones of each kind."""
    chance = random.Random(seed)
    for its in (group.meetups for group in groups.values()):
        for one in its:
            yield Pair(one, _elsewhere(one, chance), Whose.SAME, is_one=True, kind="elsewhere")
            other = chance.choice(its)
            if other.title != one.title:
                beside = replace(one, title=other.title)
                yield Pair(one, _elsewhere(beside, chance), Whose.SAME, is_one=False, kind="beside")
    yield from _real(groups, chance)


def measure(found: Sequence[Pair]) -> list[Told]:
    """Precision and recall by threshold."""
    scored = [(likeness(pair.one, pair.other, pair.whose), pair.is_one) for pair in found]
    right = sum(is_one for _, is_one in scored)
    told = []
    for threshold in sorted({*_SHARES, SUGGESTED}):
        suggested = [is_one for score, is_one in scored if score >= threshold]
        precision = sum(suggested) / len(suggested) if suggested else 1.0
        told.append(Told(threshold, precision, sum(suggested) / right))
    return told


def _real(groups: dict[str, Group], chance: random.Random) -> Iterable[Pair]:
    """Real neighbours in time: of one group within a day, of groups of one region at any hour."""
    everything = sorted((one for its in groups.values() for one in its.meetups), key=_start)
    for index, one in enumerate(everything):
        for other in everything[index + 1 :]:
            if other.starts_at - one.starts_at > REACH:
                break
            its_own = one.group == other.group
            if one.title == other.title or not (its_own or _is_near(groups, one, other)):
                continue
            whose = Whose.SAME if its_own else Whose.NEARBY
            kind = "same day" if its_own else "nearby"
            yield Pair(one, _elsewhere(other, chance), whose, is_one=False, kind=kind)


def _start(one: Announced) -> datetime:
    return one.starts_at


def _is_near(groups: dict[str, Group], one: Announced, other: Announced) -> bool:
    here, there = groups[one.group].at, groups[other.group].at
    return max(abs(here[0] - there[0]), abs(here[1] - there[1])) < _NEAR_DEGREES


def _elsewhere(one: Announced, chance: random.Random) -> Announced:
    """The same meetup as another site has it."""
    starts_at, all_day = one.starts_at, False
    draw = chance.random()
    if draw < 0.03:
        starts_at += chance.choice((-1, 1)) * timedelta(hours=1)
    elif draw < 0.05:
        all_day = True
    elif draw < 0.12:
        starts_at += chance.choice((-1, 1)) * timedelta(minutes=chance.choice((5, 15, 30)))
    at = _moved(one, chance)
    return replace(
        one, title=_retold(one, chance), starts_at=starts_at, all_day=all_day,
        venue=_rewritten(one.venue, chance), latitude=at[0], longitude=at[1],
    )  # fmt: skip


def _retold(one: Announced, chance: random.Random) -> str:
    group = one.group
    month = f"{one.on:%B %Y}"
    cut = one.title if len(one.title) < _LONG else one.title[:_LONG].rsplit(" ", 1)[0]
    typing = one.title.replace("a", "", 1)
    return chance.choice(
        (
            one.title, f"{group}: {one.title}", f"{one.title} ({month})", cut, typing,
            f"{one.on:%d.%m.%Y} {one.title}", one.title.upper(), f"{one.title} | {group} Meetup",
            f"{one.title} with pizza and drinks", f"{group} {month} meetup",
        )
    )  # fmt: skip


def _rewritten(venue: str, chance: random.Random) -> str:
    return chance.choice((venue, venue.split(",", maxsplit=1)[0], "", f"{venue}, 2nd floor"))


def _moved(one: Announced, chance: random.Random) -> tuple[float | None, float | None]:
    if one.latitude is None or one.longitude is None or chance.random() < 0.5:
        return None, None
    return one.latitude + chance.gauss(0, 0.001), one.longitude + chance.gauss(0, 0.001)


def _as_announced(event: ImportedEvent, group: str) -> Announced:
    return Announced(
        title=event.title, starts_at=event.starts_at, on=event.starts_at.date(),
        all_day=event.all_day, venue=event.venue, latitude=event.latitude,
        longitude=event.longitude, in_person=event.attendance is not Attendance.ONLINE,
        online=event.attendance is not Attendance.IN_PERSON, online_url=event.online_url,
        group=group,
    )  # fmt: skip


def main(folder: Path) -> None:
    """Print what each threshold brings, and what is got wrong of each kind."""
    found = list(pairs(announced(folder)))
    for title, its in (("all", found), ("real", [one for one in found if one.kind != "beside"])):
        for told in measure(its):
            line = f"{told.threshold:.2f}  precision {told.precision:.4f}  recall {told.recall:.4f}"
            console.print(f"{title:5} {line}", highlight=False)
    for kind in sorted({pair.kind for pair in found}):
        its = [pair for pair in found if pair.kind == kind]
        scored = [(likeness(pair.one, pair.other, pair.whose), pair) for pair in its]
        wrong = [one for one in scored if (one[0] >= SUGGESTED) is not one[1].is_one]
        console.print(f"{kind}: {len(its)} pairs, {len(wrong)} wrong", highlight=False)
        for score, pair in wrong[:12]:
            line = f"  {score:.2f} {pair.one.title!r} / {pair.other.title!r}"
            console.print(line, markup=False, highlight=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
