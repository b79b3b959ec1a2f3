"""When a demo group meets: dates that depend on its rhythm alone, and which of them to show today.

What a month holds never depends on the day one asks, so that a later run finds what an earlier one
has written.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from random import Random
from zoneinfo import ZoneInfo

from usergroups.demo.content import WEEKDAYS, LocalGroup, Weekday
from usergroups.models import GroupStatus

# How long ago the last meetup of a quiet group was.
_QUIET_FOR = timedelta(days=100)
_LOOK_BACK, _LOOK_AHEAD = 60, 24  # months
_NOT_YET_FOUNDED = date(2024, 1, 1)  # what a group that is forming counts from
_CALLED_OFF = 0.07  # of all meetups


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting of a group: the `number`th since it was founded, in the month of `key`."""

    key: str
    number: int
    starts_at: datetime
    ends_at: datetime
    is_called_off: bool

    @property
    def on(self) -> date:
        """The day on the wall of the group."""
        return self.starts_at.date()


def dice(*seeds: object) -> Random:
    """Chance that falls the same way each time for the same seeds."""
    return Random(" ".join(str(seed) for seed in seeds))  # noqa: S311  nothing secret hangs on it


def nth_weekday(year: int, month: int, weekday: Weekday, nth: int) -> date:
    """The nth such weekday of a month, counted from 1; the last one for -1."""
    first = date(year, month, 1)
    day = first + timedelta((WEEKDAYS.index(weekday) - first.weekday()) % 7)
    if nth > 0:
        return day + timedelta(weeks=nth - 1)
    in_month = [day + timedelta(weeks=week) for week in range(5)]
    return [each for each in in_month if each.month == month][-1]


def occurrences(local: LocalGroup, today: date) -> list[Occurrence]:
    """The meetups to show on this day: a group's state says how many past and coming ones."""
    past, coming = _windows(local, today)
    limit = _last_day(local, today)
    every = _all(local, today)
    earlier = [each for each in every if each.on < today and each.on <= limit]
    later = [each for each in every if each.on >= today]
    return earlier[max(len(earlier) - past, 0) :] + _with_live(later, coming)


def _with_live(later: list[Occurrence], wanted: int) -> list[Occurrence]:
    """The next ones up to as many that take place as wanted."""
    live = [each for each in later if not each.is_called_off][:wanted]
    return list(takewhile(lambda each: each.starts_at <= live[-1].starts_at, later)) if live else []


def _windows(local: LocalGroup, today: date) -> tuple[int, int]:
    chance = dice(local.group.slug)
    many, few = chance.randint(5, 14), chance.randint(1, 4)
    if local.rhythm.until and local.rhythm.until < today:
        return many, 0
    match local.group.status:
        case GroupStatus.FORMING:
            return 0, min(few, 2)
        case GroupStatus.QUIET:
            return min(many, 8), 0
        case _:
            return many, few


def _last_day(local: LocalGroup, today: date) -> date:
    """The day after which a group that no longer meets has no past meetups."""
    if local.rhythm.until:
        return local.rhythm.until
    return today - _QUIET_FOR if local.group.status is GroupStatus.QUIET else today


def _all(local: LocalGroup, today: date) -> list[Occurrence]:
    """Every meeting between the group's beginning and far ahead, whether or not it is shown."""
    every = local.rhythm.every
    founded = local.group.founded_on
    offset = dice(local.group.slug, "months").randrange(every)
    now = _month_number(min(local.rhythm.until or today, today))
    born = _month_number(founded or _NOT_YET_FOUNDED) + 1
    months = range(max(born, now - _LOOK_BACK), now + _LOOK_AHEAD)
    regular = [
        _occurrence(local, month, (month - born) // every + 1)
        for month in months
        if month % every == offset
    ]
    return [each for each in regular if not _is_holiday(each.on)]


def _is_holiday(on: date) -> bool:
    """Whether nobody would come: from the day before Christmas Eve to the day after New Year."""
    return (on.month, on.day) >= (12, 23) or (on.month, on.day) <= (1, 2)


def _occurrence(local: LocalGroup, month: int, number: int) -> Occurrence:
    rhythm, group = local.rhythm, local.group
    year, month0 = divmod(month, 12)
    on = nth_weekday(year, month0 + 1, rhythm.weekday, rhythm.nth)
    starts_at = datetime.combine(on, rhythm.at, ZoneInfo(group.timezone))
    key = f"{on:%Y-%m}"
    return Occurrence(
        key=key,
        number=number,
        starts_at=starts_at,
        # A length on the wall's clock is a length: no meetup spans the hour that clocks change.
        ends_at=starts_at + timedelta(minutes=rhythm.minutes),
        is_called_off=(
            group.status is not GroupStatus.FORMING
            and dice(group.slug, key, "called off").random() < _CALLED_OFF
        ),
    )


def _month_number(on: date) -> int:
    return on.year * 12 + on.month - 1
