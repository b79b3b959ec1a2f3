"""How likely it is that two entries announce the same meetup: pure numbers in, numbers out.

After Fellegi and Sunter ("A Theory for Record Linkage", 1969): each comparison gives a weight in
bits, the logarithm of how much oftener it comes out so for two announcements of one meetup than
for those of two, and the weights add up, since time, place, title and whose it is come about apart
from one another:

    bits     = BEFORE + time + place + title + whose
    likeness = 1 / (1 + 2 ** -bits)

A sum of odds rather than an average of likenesses, because one strong disagreement has to be able
to outweigh all else: two numbers of a series ("#12", "#13") agree in everything but that. It also
makes silence weigh nothing: a place that one side does not tell speaks neither for nor against.

The weights of titles and numbers are those measured on 4,150 real meetups, each against its own
announcement elsewhere and against others of its group; tests/bench/doubles.py makes such pairs and
prints what thresholds bring.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache

from usergroups.text import fold

# From here on two entries are put before the organizers.
SUGGESTED = 0.6
# From here on hardly any two are not one.
SURE = 0.95
# Entries that begin further apart than this are never one meetup.
REACH = timedelta(hours=26)
# Before anything is compared: of entries so near in time and place few are one.
BEFORE = -4.0

_SAME_MINUTES, _LATE_MINUTES, _HOUR = 10, 30, 60
_ON_TIME, _NEARLY, _LATE, _ZONE_ERROR = 5.0, 4.0, 2.0, 1.0
_SAME_DAYS, _SAME_DAY = 4.0, 1.5
_SAME_LINK, _BOTH_ONLINE, _ONLINE_OR_NOT = 5.0, 0.5, -2.0
_NUMBERS_AGREE, _NUMBERS_DIFFER = 2.0, -12.0
# Kilometres between two positions, and what that weighs; between these it is interpolated.
_BY_KM = ((0.0, 3.0), (0.2, 3.0), (1.0, 1.0), (3.0, -1.5), (10.0, -6.0))
# The same for how alike two names are, from 0 to 1.
_BY_VENUE = ((0.0, -1.5), (0.4, -1.0), (0.85, 3.0), (1.0, 3.0))
_BY_TITLE = (
    (0.0, -7.0),
    (0.45, -6.5),
    (0.55, -4.0),
    (0.65, -1.5),
    (0.8, 0.0),
    (0.9, 3.8),
    (1.0, 5.6),
)
# A few words of a longer title say less than the whole.
_PART = 0.93

_MONTHS = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "januar februar marz maerz mai juni juli oktober dezember "
    "janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre "
    "janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro"
)
_DAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunes martes miercoles jueves viernes sabado domingo"
)
_FILLERS = (
    "meetup meetups meeting meet event events group groups user users usergroup usergroups ug "
    "community monthly weekly regular edition session online virtual virtually hybrid remote live "
    "webinar in person the a an of and for with at on to by our your st nd rd th "
    "treffen stammtisch gruppe der die das und mit im am fur "
    "rencontre reunion groupe le la les de des du et avec a au en "
    "encuentro grupo el los las y con del um uma o os as e com do da dos das presencial"
)
_UNTOLD = frozenset(f"{_MONTHS} {_DAYS} {_FILLERS}".split())
_MONTH = "|".join(sorted(_MONTHS.split(), key=len, reverse=True))
# A day or a time is said beside the title already, and differently by everybody.
_WHEN = re.compile(
    r"\b\d{4}[-./]\d{1,2}([-./]\d{1,2})?\b|\b\d{1,2}[./]\d{1,2}[./](\d{4}|\d{2})\b"
    r"|\b\d{1,2}\.\d{1,2}\.(?=\s|$)"
    r"|\b\d{1,2}(:\d{2}|[h]\d{0,2})?\s*[ap]\.?m\b|\b\d{1,2}[:h]\d{2}\b|\b(19|20)\d{2}\b"
    rf"|\b\d{{1,2}}(st|nd|rd|th|\.)?\s+(de\s+|of\s+)?({_MONTH})\b"
    rf"|\b({_MONTH})\s+\d{{1,2}}(st|nd|rd|th)?\b"
)
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\b(\d{1,4})(?:st|nd|rd|th|er|eme|e|o|a)?\b")
_NOT_A_WORD = re.compile(r"\d+(?:st|nd|rd|th|er|eme|e|o|a)?")


class Whose(IntEnum):
    """How the groups of two entries stand to one another."""

    SAME = 0
    TOGETHER = 1
    NEARBY = 2


# Whose it is, in bits.
_WHOSE = {Whose.SAME: 0.0, Whose.TOGETHER: -0.5, Whose.NEARBY: -3.0}


@dataclass(frozen=True, slots=True)
class Announced:
    """A meetup as somebody announces it. `on` is its day on its own clock."""

    title: str
    starts_at: datetime
    on: date
    all_day: bool = False
    venue: str = ""
    latitude: float | None = None
    longitude: float | None = None
    in_person: bool = True
    online: bool = False
    online_url: str = ""
    # What the group is called: these words in a title tell nothing.
    group: str = ""


def likeness(one: Announced, other: Announced, whose: Whose = Whose.SAME) -> float:
    """How likely both announce the same meetup, from 0 to 1; the same whichever comes first."""
    when = _time(one, other)
    if when is None:
        return 0.0
    bits = BEFORE + when + _place(one, other) + _title(one, other) + _WHOSE[whose]
    return 1.0 / (1.0 + math.pow(2.0, -bits))


def _time(one: Announced, other: Announced) -> float | None:
    """None where it cannot be one meetup. Exactly an hour apart is a clock change got wrong."""
    if one.all_day or other.all_day:
        same = _SAME_DAYS if one.all_day and other.all_day else _SAME_DAY
        return same if one.on == other.on else None
    apart = abs((one.starts_at - other.starts_at).total_seconds()) / 60
    if apart < 1:
        return _ON_TIME
    if apart <= _SAME_MINUTES:
        return _NEARLY
    if apart <= _LATE_MINUTES:
        return _LATE
    return _ZONE_ERROR if apart == _HOUR else None


def _place(one: Announced, other: Announced) -> float:
    if one.online_url and one.online_url == other.online_url:
        return _SAME_LINK
    if not (one.in_person and other.in_person):
        return _BOTH_ONLINE if one.online and other.online else _ONLINE_OR_NOT
    by_name = _venues(one, other)
    km = _km(one, other)
    if km is None:
        return by_name
    # The same name for what stands at two places is one place that was found in two ways.
    return max(_between(_BY_KM, km), min(by_name, 1.0))


def _venues(one: Announced, other: Announced) -> float:
    """By the words of their venues; those who say just more of the address say the same."""
    words, others = _words(one.venue), _words(other.venue)
    if not words or not others:
        return 0.0
    return _between(_BY_VENUE, _alike(words, others, 1.0))


def _km(one: Announced, other: Announced) -> float | None:
    """Kilometres on a sphere, between points so near that it is flat."""
    if None in {one.latitude, other.latitude}:
        return None
    y, x, v, u = (
        math.radians(degrees or 0.0)
        for degrees in (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    return 6371.0 * math.hypot(v - y, (u - x) * math.cos((y + v) / 2))


def _title(one: Announced, other: Announced) -> float:
    """By what remains of titles without what both sides know anyway."""
    known = frozenset(_words(f"{one.group} {other.group}"))
    told, numbers = _told(one.title, known)
    others, its_numbers = _told(other.title, known)
    weight = 0.0
    if numbers and its_numbers:
        weight = _NUMBERS_AGREE if numbers & its_numbers else _NUMBERS_DIFFER
    if told and others:
        weight += _between(_BY_TITLE, _alike(told, others, _PART))
    return weight


@lru_cache(maxsize=4096)
def _told(title: str, known: frozenset[str]) -> tuple[tuple[str, ...], frozenset[int]]:
    """The words of a title that tell what it is about, and its numbers, without days and times."""
    folded = _WHEN.sub(" ", fold(title))
    numbers = frozenset(int(number) for number in _NUMBER.findall(folded))
    words = (word for word in _WORD.findall(folded) if not _NOT_A_WORD.fullmatch(word))
    return tuple(word for word in words if word not in _UNTOLD and word not in known), numbers


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))


def _alike(words: tuple[str, ...], others: tuple[str, ...], part: float) -> float:
    """How alike, from 0 to 1, in any order; `part` for words that are all among the other's."""
    # Only jobs compare: pages need not load it.
    from rapidfuzz import fuzz

    one, other = " ".join(words), " ".join(others)
    whole = fuzz.token_sort_ratio(one, other)
    shared = fuzz.token_set_ratio(one, other) if min(len(set(words)), len(set(others))) > 1 else 0
    return max(whole, shared * part) / 100


def _between(points: Iterable[tuple[float, float]], at: float) -> float:
    """What weighs at a value, on straight lines between the points that are given."""
    before: tuple[float, float] | None = None
    for point in points:
        if at <= point[0]:
            if before is None or point[0] == before[0]:
                return point[1]
            share = (at - before[0]) / (point[0] - before[0])
            return before[1] + share * (point[1] - before[1])
        before = point
    return before[1] if before else 0.0
