"""Looking places up, and who is nearest: processor time of one question, of many asked once."""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import TypeVar

from usergroups.formats.view import GroupPlace
from usergroups.formats.viewport import GroupIndex
from usergroups.gazetteer.gazetteer import Gazetteer

GROUPS = 100_000
QUESTIONS = 600
_LEAST = 20_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of question: milliseconds of processor time, the median and 99 of 100."""

    what: str
    median: float
    late: float
    goal: str = ""


def measure(gazetteer: Path) -> list[Measured]:
    """By their whole names, with a slip of the finger, letter by letter; the nearest groups."""
    opened, dice = Gazetteer(gazetteer), random.Random(5)
    names = [place.name for place in dice.sample(opened.cities(_LEAST), QUESTIONS)]
    begun = [name[: dice.randint(2, 5)] for name in names]
    index = GroupIndex(_scattered(dice))
    points = [(dice.uniform(-60, 70), dice.uniform(-180, 180)) for _ in range(QUESTIONS // 6)]
    try:
        return [
            _asked("a place by its name", opened.look_up, names),
            _asked("a place by its name misspelt", opened.look_up, [_slip(n, dice) for n in names]),
            _asked("suggestions, from two letters on", opened.suggest, begun, "2 ms"),
            _asked(
                f"the nearest of {GROUPS:,} groups", lambda at: index.nearest(*at, count=5), points
            ),
        ]
    finally:
        opened.close()


def _slip(name: str, dice: random.Random) -> str:
    """Two neighbouring letters in the wrong order."""
    at = dice.randrange(max(1, len(name) - 1))
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def _asked(what: str, ask: Callable[[T], object], given: Iterable[T], goal: str = "") -> Measured:
    spent = []
    for one in given:
        began = time.process_time()
        ask(one)
        spent.append((time.process_time() - began) * 1_000)
    cuts = quantiles(spent, n=100)
    return Measured(what, cuts[49], cuts[98], goal)


def _scattered(dice: random.Random) -> Iterable[GroupPlace]:
    for number in range(GROUPS):
        yield GroupPlace(
            latitude=dice.uniform(-60, 70), longitude=dice.uniform(-180, 180),
            slug=f"g-{number}", name=f"Group {number}", status="active", country="FR",
        )  # fmt: skip
