"""Pages and feeds against bare Flask: same server, flags and run, rounds interleaved."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from tests.bench.load import Question, answers_per_second, headers_of
from tests.bench.servers import Server
from tests.bench.world import World

ROUNDS = 5
SECONDS = 2.0
_GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table: answers a second, and as a part of bare Flask's."""

    what: str
    per_second: float
    ratio: float
    goal: str


def measure(ours: Server, bare: Server, world: World, say: Callable[[str], None]) -> list[Measured]:
    """The median of five rounds for each question; the ratio is taken within each round."""
    questions = _questions(ours.port, world)
    rates: dict[str, list[tuple[float, float]]] = {what: [] for what in questions}
    for number in range(ROUNDS):
        for what, (question, _) in questions.items():
            say(f"round {number + 1} of {ROUNDS}: {what}")
            hello = answers_per_second(bare.port, Question("/"), SECONDS)
            rate = answers_per_second(ours.port, question, SECONDS)
            rates[what].append((rate, rate / hello))
    return [
        Measured(
            what,
            median(rate for rate, _ in rates[what]),
            median(ratio for _, ratio in rates[what]),
            goal,
        )
        for what, (_, goal) in questions.items()
    ]


def _questions(port: int, world: World) -> dict[str, tuple[Question, str]]:
    feed = f"{world.group_path}/calendar.ics?past=all"
    etag = headers_of(port, Question(feed, headers=_GZIP))["etag"]
    known = _GZIP | {"If-None-Match": etag}
    etag = headers_of(port, Question("/calendar.ics", headers=_GZIP))["etag"]
    all_known = _GZIP | {"If-None-Match": etag}
    return {
        "group feed, unchanged (304)": (Question(feed, 304, known), "0.65"),
        "group feed, 500 meetups, gzip (200)": (Question(feed, 200, _GZIP), "0.6"),
        "group feed, 500 meetups, as it is (200)": (Question(feed), ""),
        "feed of the federation, unchanged (304)": (Question("/calendar.ics", 304, all_known), ""),
        "feed of the federation, gzip (200)": (Question("/calendar.ics", 200, _GZIP), ""),
        "meetup page, rendered afresh": (Question(world.event_path), "0.08"),
        "directory, rendered afresh": (Question("/groups"), "0.05"),
        "group page, rendered afresh": (Question(world.group_path), ""),
        "home, rendered afresh": (Question("/"), ""),
        "map, one view": (Question("/map/groups.json?bbox=-12,35,40,65&z=4"), ""),
    }
