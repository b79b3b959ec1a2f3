"""Rules of series as text (RRULE, RFC 5545 section 3.3.10), and the dates and instants they give.

A rule speaks of days on the calendar on the wall. What clocks show on such a day is looked at
afterwards, day by day: so a meetup at half past six is at half past six in summer and winter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from usergroups.inputs.rule import WEEKDAYS, Repeat, Rule, Weekday

_LOCAL = "%Y%m%dT%H%M%S"
_MIDDAY = time(12)


class Oddity(StrEnum):
    """What clocks do to a time on the day they are changed."""

    # They go from before it to after it: no clock shows it.
    SKIPPED = "skipped"
    # They are put back, and show it again.
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time on the wall, the instant it stands for, and whether that took a rule."""

    wall: datetime
    at: datetime
    oddity: Oddity | None = None


def text(rule: Rule) -> str:
    """The rule as RRULE has it, without an end."""
    if rule.repeat is Repeat.WEEKLY:
        kept = set(rule.weekdays)
        parts = ["FREQ=WEEKLY", "BYDAY=" + ",".join(day for day in WEEKDAYS if day in kept)]
    elif rule.repeat is Repeat.WEEKDAY_OF_MONTH:
        parts = ["FREQ=MONTHLY", f"BYDAY={rule.nth}{rule.weekday}"]
    else:
        parts = ["FREQ=MONTHLY", f"BYMONTHDAY={rule.month_day}"]
    if rule.every > 1:
        parts.insert(1, f"INTERVAL={rule.every}")
    return ";".join(parts)


def rule(written: str) -> Rule:
    """The rule that `text` wrote. Raises ValueError for any other."""
    parts = dict(part.split("=") for part in written.split(";"))
    every, by_day = int(parts.get("INTERVAL", "1")), parts.get("BYDAY", "")
    if parts["FREQ"] == "WEEKLY":
        days = tuple(Weekday(day) for day in by_day.split(","))
        return Rule(repeat=Repeat.WEEKLY, every=every, weekdays=days)
    if by_day:
        nth, weekday = int(by_day[:-2]), Weekday(by_day[-2:])
        return Rule.model_validate(
            {"repeat": Repeat.WEEKDAY_OF_MONTH, "every": every, "nth": nth, "weekday": weekday}
        )
    return Rule(repeat=Repeat.DAY_OF_MONTH, every=every, month_day=int(parts["BYMONTHDAY"]))


def first(given: Rule, on: date) -> date:
    """The first date of a rule on a day or after it: the one from which it counts on.

    "Every second month" counts from the first meetup, whatever month the day is in. So DTSTART
    satisfies its rule, without which programs disagree (RFC 5545 section 3.8.5.3).
    """
    return next(dates(text(given.model_copy(update={"every": 1})), on))


def dates(written: str, begins_on: date, ends_on: date | None = None) -> Iterator[date]:
    """The dates of a rule from its first day to its last, or for as long as they are asked for."""
    # Midday: what clocks do at night has no say in which day it is.
    found = rrulestr(written, dtstart=datetime.combine(begins_on, _MIDDAY))
    days: Iterator[date] = (at.date() for at in found)
    return takewhile(lambda day: ends_on is None or day <= ends_on, days)


def moment(wall: datetime, timezone: str) -> Moment:
    """The instant at which clocks of a zone show this (RFC 5545 section 3.3.5).

    A time that they skip is taken by the offset before the change, one that they show twice is the
    first. Python reads both so where `fold` is 0 (PEP 495).
    """
    there = wall.replace(tzinfo=ZoneInfo(timezone), fold=0)
    at = there.astimezone(UTC)
    if at.astimezone(there.tzinfo).replace(tzinfo=None) != wall:
        return Moment(wall, at, Oddity.SKIPPED)
    if there.utcoffset() != there.replace(fold=1).utcoffset():
        return Moment(wall, at, Oddity.TWICE)
    return Moment(wall, at)


def local_id(wall: datetime) -> str:
    """RECURRENCE-ID of an occurrence: what clocks show when the rule has it begin."""
    return wall.strftime(_LOCAL)


def wall_of(recurrence_id: str) -> datetime:
    """The time on the wall that `local_id` wrote. Raises ValueError."""
    return datetime.strptime(recurrence_id, _LOCAL)  # noqa: DTZ007  a time on a wall has no zone


def paired(old: Sequence[date], new: Sequence[date], *, by_week: bool) -> dict[date, date]:
    """Which new date takes the place of which old one, when a series gets another rule.

    Each stands for one of the same week, or else of the same month: the nearest, and the earlier
    of two that are as near. Dates for which none is left are not named.
    """
    candidates = sorted(
        (abs(there - here), here, there)
        for here in old
        for there in new
        if _period(here, by_week=by_week) == _period(there, by_week=by_week)
    )
    found: dict[date, date] = {}
    taken: set[date] = set()
    for _, here, there in candidates:
        if here not in found and there not in taken:
            found[here] = there
            taken.add(there)
    return found


def _period(day: date, *, by_week: bool) -> tuple[int, int]:
    return day.isocalendar()[:2] if by_week else (day.year, day.month)
