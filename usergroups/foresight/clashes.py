"""How badly a day suits a meetup, why, and which days near it suit better.

A score adds up what takes people away: a meetup elsewhere on the same day counts fully when it is
next door and about the same things, less when it is further away, about something else, or on a
day beside it. The weights are ours, chosen by what organizers say of their dates; what matters of
them is the order they make. Nothing that is added makes a day better.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

# Travel distance: who lives further away would not have come on an evening.
REACH_KM = 150.0
# Days on either side of a meetup that feel it, and how much.
_BESIDE = {0: 1.0, 1: 0.35, 2: 0.15}
# People travel to a big day; the day before and after it are lost, too.
_BESIDE_BIG = {0: 1.0, 1: 0.5, 2: 0.2}
# Two evenings of one group that are close together share those who come.
_BESIDE_OWN = {0: 1.0, 1: 0.6, 2: 0.4, 3: 0.15}
_HOLIDAY, _PARTLY, _BRIDGE = 0.8, 0.15, 0.2
# A Monday before a holiday, a Friday after one.
_BRIDGES = {0: timedelta(days=1), 4: timedelta(days=-1)}
_TENTATIVE = 0.6
_ELSEWISE = 0.6
_FARTHEST = 0.3
# From these on a day is somewhat, or badly, taken.
SOME, STRONG = 0.2, 0.6
# How far from the wanted day others are looked at, and what each day away costs.
LOOKED = timedelta(days=21)
_PER_DAY, _OTHER_WEEKDAY = 0.01, 0.1


class Kind(StrEnum):
    """What takes people away."""

    NEIGHBOUR = "neighbour"
    OWN = "own"
    BIG_DAY = "big_day"
    HOLIDAY = "holiday"
    # In parts of the country, and it is not known whether in this one.
    PARTLY = "partly"
    # Between a holiday and the weekend.
    BRIDGE = "bridge"


@dataclass(frozen=True, slots=True)
class Other:
    """A meetup that is planned."""

    on: date
    title: str
    group: str
    km: float
    public_id: str = ""
    is_own: bool = False
    is_big: bool = False
    is_tentative: bool = False
    # Whether it is about something that the asking group is about, too.
    is_alike: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the days around."""

    others: tuple[Other, ...] = ()
    # Names of public holidays, and of those that are kept in parts of the country.
    holidays: Mapping[date, str] = field(default_factory=dict)
    partly: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clash:
    """One reason against a day."""

    kind: Kind
    weight: float
    on: date
    # The holiday, or the meetup's title.
    name: str
    other: Other | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A day with what speaks against it, the weightiest first."""

    on: date
    clashes: tuple[Clash, ...]

    @property
    def score(self) -> float:
        """What speaks against it, added up; 0 is a free day."""
        return sum(clash.weight for clash in self.clashes)

    @property
    def is_free(self) -> bool:
        """Whether next to nothing does."""
        return self.score < SOME

    @property
    def is_strong(self) -> bool:
        """Whether so much does that another day would be better."""
        return self.score >= STRONG


def judge(on: date, facts: Facts) -> Verdict:
    """What speaks against a day."""
    found = [*_meetups(on, facts.others), *_days_off(on, facts)]
    return Verdict(on, tuple(sorted(found, key=lambda clash: (-clash.weight, clash.name))))


def free_days(wanted: date, facts: Facts, *, after: date, most: int = 3) -> list[Verdict]:
    """The free days nearest to the wanted one, later than `after`, the best first.

    The same weekday is worth ten days of distance: people keep their evenings free by it.
    """
    days = (wanted + timedelta(days=off) for off in range(-LOOKED.days, LOOKED.days + 1))
    verdicts = (judge(day, facts) for day in days if day > after and day != wanted)
    free = [verdict for verdict in verdicts if verdict.is_free]
    return sorted(free, key=lambda verdict: (_cost(verdict, wanted), verdict.on))[:most]


def _cost(verdict: Verdict, wanted: date) -> float:
    away = abs((verdict.on - wanted).days) * _PER_DAY
    weekday = 0.0 if verdict.on.weekday() == wanted.weekday() else _OTHER_WEEKDAY
    return round(verdict.score + away + weekday, 6)


def _meetups(on: date, others: Iterable[Other]) -> Iterable[Clash]:
    for other in others:
        apart = abs((other.on - on).days)
        if other.is_own:
            weight, kind = _BESIDE_OWN.get(apart, 0.0), Kind.OWN
        elif other.is_big:
            weight, kind = _BESIDE_BIG.get(apart, 0.0), Kind.BIG_DAY
        else:
            weight, kind = _BESIDE.get(apart, 0.0) * _nearness(other), Kind.NEIGHBOUR
        weight *= _TENTATIVE if other.is_tentative else 1.0
        if weight > 0:
            yield Clash(kind, weight, other.on, other.title, other)


def _nearness(other: Other) -> float:
    """From 1 next door down to a third at the edge of reach; beyond it nothing."""
    if other.km > REACH_KM:
        return 0.0
    near = 1.0 - (1.0 - _FARTHEST) * other.km / REACH_KM
    return near if other.is_alike else near * _ELSEWISE


def _days_off(on: date, facts: Facts) -> Iterable[Clash]:
    if on in facts.holidays:
        yield Clash(Kind.HOLIDAY, _HOLIDAY, on, facts.holidays[on])
    elif on in facts.partly:
        yield Clash(Kind.PARTLY, _PARTLY, on, facts.partly[on])
    else:
        beside = _BRIDGES.get(on.weekday())
        if beside is not None and (holiday := on + beside) in facts.holidays:
            yield Clash(Kind.BRIDGE, _BRIDGE, holiday, facts.holidays[holiday])
