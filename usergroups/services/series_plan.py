"""What an edit of a series would do to each of its meetups to come: looked at first, then done.

An edit that leaves rule, time and zone alone changes the series in place. Any other one ends it
and begins a new series, so that recurrence ids, which are made of these, mean for ever what they
meant. Meetups that are there already go over to it with all they have: their pages, answers, UID
and recurrence id.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from usergroups import clock
from usergroups.errors import ConflictError, InvalidInputError, Refusal
from usergroups.formats import recurrence
from usergroups.formats.recurrence import Moment, moment, paired, wall_of
from usergroups.inputs.series import Dates, Leftover, NewDates, Scope, SeriesEdit, SeriesFacts
from usergroups.models import Event, EventStatus, Series
from usergroups.queries import series as queries
from usergroups.services import series_facts

# How far ahead the meetups of a series are made, and how many at most.
AHEAD = timedelta(days=548)
MOST_AHEAD = 30
_A_DAY = timedelta(days=1)
# So far beyond the days that have meetups a new day may be that takes the place of an old one.
_A_MONTH = timedelta(days=31)
# Of a series that is called off, meetups that people may have in mind stay to be seen so.
NEAR = timedelta(days=62)


class Fate(StrEnum):
    """What becomes of a meetup of a series that is edited."""

    SAME = "same"
    CHANGES = "changes"
    # It was edited by itself, or called off, and stays as it is.
    APART = "apart"
    # The rule has no day for it any more, and nobody has put anything into it: it goes.
    GOES = "goes"
    # The same, but somebody has: it stays as a meetup by itself, or is called off.
    KEPT = "kept"
    CANCELLED = "cancelled"


# What of a change somebody who has promised to come must hear.
TOLD = frozenset({"starts_at", "ends_at", "timezone", "attendance", "venue", "online_url"})


@dataclass(frozen=True, slots=True)
class Step:
    """One meetup, and what becomes of it."""

    event: Event
    fate: Fate
    # When it begins afterwards, on the wall of the series; None: its time is not ours to say.
    wall: datetime | None = None
    # How many people come, are offered a seat or wait, and whether they are told.
    answers: int = 0
    is_told: bool = False

    @property
    def told(self) -> int:
        """How many people are told of it."""
        return self.answers if self.is_told else 0


@dataclass(frozen=True, slots=True)
class Plan:
    """All that an edit does."""

    # The series as it is afterwards, in no table yet: to be added where a new one begins.
    after: Series
    begins_anew: bool
    steps: tuple[Step, ...]
    # Days of the new rule without a meetup, as far as meetups were made.
    added: tuple[date, ...] = ()

    @property
    def told(self) -> int:
        """How many mails it sends."""
        return sum(step.told for step in self.steps)


def first_day(given: Dates, on: date) -> date:
    """The day of the first meetup from a day on. Raises InvalidInputError where there is none."""
    found = recurrence.first(given.rule, on)
    if given.ends_on is not None and found > given.ends_on:
        why = "the first day that the rule gives is {day}, after the last one"
        refusal = Refusal("rule_without_dates", why, {"day": found.isoformat()})
        raise InvalidInputError({"ends_on": refusal})
    return found


def moments(given: NewDates) -> Iterator[Moment]:
    """When the meetups of a new series would be, one after the other, as `first_day` has it."""
    begins_on = first_day(given, given.begins_on)
    found = recurrence.dates(recurrence.text(given.rule), begins_on, given.ends_on)
    days = (day for day in found if day not in given.skipped)
    return (moment(datetime.combine(day, given.starts), given.timezone) for day in days)


def due(series: Series, coming: int) -> tuple[list[date], date]:
    """The days of a series whose meetups are to be made now, and until when all are made then.

    A year and a half is looked ahead, but no further than thirty meetups, of which `coming` are
    there. Each day has its turn once.
    """
    until = clock.today() + AHEAD
    after = series.made_until or series.begins_on - _A_DAY
    skipped = set(series.skipped)
    coming_days = (
        day
        for day in _days(series, until)
        if day > after and day.isoformat() not in skipped and is_to_come(series, day)
    )
    room = max(0, MOST_AHEAD - coming)
    days = list(islice(coming_days, room))
    if len(days) < room:
        return days, max(after, min(until, series.ends_on or until))
    return days, days[-1] if days else after


def is_to_come(series: Series, day: date) -> bool:
    """Whether a meetup of the series on that day has not begun."""
    return moment(datetime.combine(day, series.starts), series.timezone).at > clock.now()


def place(event: Event, series: Series) -> date:
    """The day that a meetup has in its series, wherever it was moved by itself."""
    if event.is_apart and event.uid == series.uid:
        return wall_of(event.recurrence_id).date()
    return event.starts_on


def plan(series: Series, given: SeriesEdit, rows: Sequence[Event]) -> Plan:
    """What an edit does; `rows` are the meetups to come. Two queries.

    Raises InvalidInputError for a rule without days, ConflictError where nothing is to come.
    """
    meant = [row for row in rows if given.since is None or place(row, series) >= given.since]
    if given.scope is Scope.ALL:
        meant = list(rows)
    elif not meant:
        raise ConflictError("no meetup of this series comes on that day or after it")
    written = recurrence.text(given.rule)
    clock_is_same = (series.starts, series.timezone) == (given.starts, given.timezone)
    if len(meant) == len(rows) and written == series.rule and clock_is_same:
        return _in_place(series, given, meant)
    return _anew(series, given, meant, written)


def after(series: Series, given: SeriesFacts, begins_on: date) -> Series:
    """The series as an edit leaves it, in no table."""
    return Series(
        group_id=series.group_id,
        rule=recurrence.text(given.rule),
        begins_on=begins_on,
        ends_on=given.ends_on,
        starts=given.starts,
        minutes=given.minutes,
        timezone=given.timezone,
        facts=series_facts.merged(series.facts, given.shared),
        skipped=[day for day in series.skipped if date.fromisoformat(day) >= begins_on],
        made_until=min(filter(None, (series.made_until, given.ends_on)), default=None),
    )


def _in_place(series: Series, given: SeriesEdit, rows: Sequence[Event]) -> Plan:
    if given.ends_on is not None and given.ends_on < series.begins_on:
        first_day(given, series.begins_on)
    to_be = after(series, given, series.begins_on)
    kept = {
        place(row, series)
        for row in rows
        if given.ends_on is None or place(row, series) <= given.ends_on
    }
    steps = _steps(series, rows, {day: day for day in kept}, to_be, given.leftover)
    return Plan(to_be, begins_anew=False, steps=steps)


def _anew(series: Series, given: SeriesEdit, rows: Sequence[Event], written: str) -> Plan:
    olds = [place(row, series) for row in rows]
    begins_on = first_day(given, _earliest(series, given, olds, written))
    to_be = after(series, given, begins_on)
    made = max([begins_on, *olds, *([series.made_until] if series.made_until else [])])
    days = _days(to_be, made + _A_MONTH)
    if written == series.rule:
        pairs = {day: day for day in set(olds) & set(days)}
    else:
        pairs = paired(olds, days, by_week=_are_weekly(written, series.rule))
    to_be.made_until = max([made, *pairs.values()])
    taken = set(pairs.values()) | {date.fromisoformat(day) for day in to_be.skipped}
    added = (day for day in days if day <= to_be.made_until and day not in taken)
    steps = _steps(series, rows, pairs, to_be, given.leftover)
    return Plan(to_be, begins_anew=True, steps=steps, added=tuple(added))


def _earliest(series: Series, given: SeriesEdit, olds: Sequence[date], written: str) -> date:
    """From when on the new rule is asked for its first day.

    It is the day of the first meetup that changes; for another rule of the same kind the beginning
    of its week or month, so that Monday can take the place of Tuesday. Never what has begun.
    """
    today = clock.now().astimezone(ZoneInfo(given.timezone)).date()
    if not is_to_come(after(series, given, today), today):
        today += _A_DAY
    if not olds:
        return today
    since = min(olds)
    if written == series.rule:
        return since
    if _are_weekly(written, series.rule):
        since -= timedelta(days=since.weekday())
    elif "MONTHLY" in written and "MONTHLY" in series.rule:
        since = since.replace(day=1)
    return max(since, today)


def _days(series: Series, until: date) -> list[date]:
    found = recurrence.dates(series.rule, series.begins_on, series.ends_on)
    return list(takewhile(lambda day: day <= until, found))


def _are_weekly(*rules: str) -> bool:
    return all("WEEKLY" in rule for rule in rules)


def _steps(
    series: Series,
    rows: Sequence[Event],
    pairs: Mapping[date, date],
    to_be: Series,
    leftover: Leftover,
) -> tuple[Step, ...]:
    ids = [row.id for row in rows]
    answers, in_use = queries.answers(ids), queries.in_use(ids)
    found = []
    for row in rows:
        day, count = pairs.get(place(row, series)), answers.get(row.id, 0)
        if row.is_apart or row.is_cancelled:
            found.append(Step(row, Fate.APART, answers=count))
        elif day is not None:
            wall = datetime.combine(day, to_be.starts)
            wanted = values(to_be, wall)
            differs = {name for name in wanted if getattr(row, name) != wanted[name]}
            fate = Fate.CHANGES if differs else Fate.SAME
            found.append(Step(row, fate, wall, count, is_told=bool(differs & TOLD)))
        elif row.id not in in_use:
            found.append(Step(row, Fate.GOES))
        else:
            found.append(_left_over(row, leftover, count))
    return tuple(found)


def beyond(
    series: Series, rows: Sequence[Event], last_on: date | None, leftover: Leftover
) -> tuple[Step, ...]:
    """What becomes of the meetups after a last day; without one all are called off. Two queries.

    Those far ahead that nobody has put anything into go without a word.
    """
    steps = []
    ids = [row.id for row in rows]
    answers, in_use = queries.answers(ids), queries.in_use(ids)
    near = clock.now() + NEAR
    for row in rows:
        count, is_used = answers.get(row.id, 0), row.id in in_use
        if row.is_cancelled or (last_on is not None and place(row, series) <= last_on):
            continue
        is_seen = row.status is not EventStatus.DRAFT and row.starts_at < near
        if last_on is None and (is_used or is_seen):
            steps.append(_left_over(row, Leftover.CANCEL, count))
        elif not is_used and not row.is_apart:
            steps.append(Step(row, Fate.GOES))
        else:
            steps.append(_left_over(row, leftover, count))
    return tuple(steps)


def values(series: Series, wall: datetime) -> dict[str, Any]:
    """The columns of a meetup of this series that begins then."""
    times = series_facts.times(series, wall)
    return series_facts.values(series) | times | {"timezone": series.timezone}


def _left_over(row: Event, leftover: Leftover, answers: int) -> Step:
    """A meetup with something of people's in it, for which there is no day any more."""
    if leftover is Leftover.CANCEL:
        return Step(row, Fate.CANCELLED, answers=answers, is_told=True)
    return Step(row, Fate.KEPT, answers=answers)
