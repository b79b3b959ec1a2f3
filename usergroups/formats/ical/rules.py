"""Recurrence rules (RFC 5545 section 3.3.10) followed day by day, and never further than asked.

The libraries' own search runs to the year 9999 for a 30 February. Here nothing is looked at beyond
the window, and no rule that counts is followed through more days than MOST_DAYS.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MOST_DAYS = 50_000
_WEEKDAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
_TIMES_OF_DAY = {"BYHOUR": "hour", "BYMINUTE": "minute", "BYSECOND": "second"}
_NUMBERS = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366}
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_TIMES_OF_DAY, *_NUMBERS}
_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z?))?")
A_DAY = timedelta(days=1)


class UnusableRuleError(Exception):
    """The rule is not followed; the argument is "bad_rrule" or "rrule_too_dense"."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, with what it leaves out filled in from the day it begins on."""

    frequency: str
    interval: int
    count: int | None
    until: date | None
    months: tuple[int, ...]
    month_days: tuple[int, ...]
    year_days: tuple[int, ...]
    weeks: tuple[int, ...]
    days: tuple[tuple[int, int], ...]
    positions: tuple[int, ...]
    week_start: int


def rule_of(text: str, start: date) -> Rule:
    """The rule of an RRULE's text. Raises UnusableRuleError."""
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency in _TOO_OFTEN:
        raise UnusableRuleError("rrule_too_dense")
    if frequency not in _FREQUENCIES or set(parts) - _PARTS:
        raise UnusableRuleError("bad_rrule")
    for name, unit in _TIMES_OF_DAY.items():
        # A single one that repeats what the start says anyway is only talkative.
        if name in parts and parts[name].lstrip("0") != f"{getattr(start, unit, -1)}".lstrip("0"):
            raise UnusableRuleError("rrule_too_dense")
    days = _days(parts.get("BYDAY", ""))
    if any(nth for nth, _ in days) and frequency not in {"MONTHLY", "YEARLY"}:
        raise UnusableRuleError("bad_rrule")
    numbers = {name: _numbers(parts.get(name, ""), most) for name, most in _NUMBERS.items()}
    if numbers["BYSETPOS"] and not (days or any(numbers[name] for name in list(_NUMBERS)[:-1])):
        raise UnusableRuleError("bad_rrule")
    if any(month < 1 for month in numbers["BYMONTH"]) or parts.get("WKST", "MO") not in _WEEKDAYS:
        raise UnusableRuleError("bad_rrule")
    rule = Rule(
        frequency=frequency,
        interval=_number(parts.get("INTERVAL", "1"), 10_000),
        count=_number(parts["COUNT"], 10**12) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        months=numbers["BYMONTH"],
        month_days=numbers["BYMONTHDAY"],
        year_days=numbers["BYYEARDAY"],
        weeks=numbers["BYWEEKNO"],
        days=days,
        positions=numbers["BYSETPOS"],
        week_start=_WEEKDAYS[parts.get("WKST", "MO")],
    )
    return _filled_in(rule, start)


def follow(rule: Rule, start: date, first: date, last: date) -> list[date]:
    """The rule's days from `first` to `last`, both included, that come after its start.

    The start itself always counts as the first of COUNT. Raises UnusableRuleError.
    """
    count = rule.count
    if count is not None and count > (last - start).days:
        count = None  # it cannot be reached, one day after another
    found: list[date] = []
    taken, looked_at = 1, 0
    for days in _periods(rule, start, start if count is not None else max(start, first), last):
        looked_at += len(days) or 1
        if looked_at > MOST_DAYS:
            raise UnusableRuleError("rrule_too_dense")
        for day in _chosen(rule, days):
            if day <= start:
                continue
            taken += 1
            if day > last or (count is not None and taken > count):
                return found
            if day >= first:
                found.append(day)
    return found


def is_on_rule(rule: Rule, start: date) -> bool:
    """Whether the day that the rule begins on is one of the rule's."""
    days = next(_periods(rule, start, start, start), [])
    return start in _chosen(rule, days)


def _parts(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.upper().replace(" ", "").split(";") if part]
    return {name: value for name, _, value in pairs}


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        raise UnusableRuleError("bad_rrule")
    number = int(text)
    if not 1 <= number <= most:
        raise UnusableRuleError("bad_rrule")
    return number


def _numbers(text: str, most: int) -> tuple[int, ...]:
    given = text.split(",") if text else []
    if len(given) > most * 2:
        raise UnusableRuleError("bad_rrule")
    return tuple(
        -_number(each[1:], most) if each[0:1] == "-" else _number(each.lstrip("+"), most)
        for each in given
    )


def _days(text: str) -> tuple[tuple[int, int], ...]:
    found = []
    for each in text.split(",")[:400] if text else []:
        match = _DAY.fullmatch(each)
        if match is None or (match[1] and not 1 <= abs(int(match[1])) <= _NUMBERS["BYWEEKNO"]):
            raise UnusableRuleError("bad_rrule")
        found.append((int(match[1] or 0), _WEEKDAYS[match[2]]))
    return tuple(dict.fromkeys(found))


def _until(text: str) -> date:
    """A day, a time on the wall (naive), or an instant."""
    match = _UNTIL.fullmatch(text)
    try:
        if match is None:
            raise UnusableRuleError("bad_rrule")
        if match[2] is None:
            return datetime.strptime(match[1], "%Y%m%d").replace(tzinfo=UTC).date()
        moment = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")  # noqa: DTZ007  or below
    except ValueError as wrong:
        raise UnusableRuleError("bad_rrule") from wrong
    return moment.replace(tzinfo=UTC) if match[3] else moment


def _filled_in(rule: Rule, start: date) -> Rule:
    """The rule with what it does not say taken from its start (RFC 5545 section 3.3.10)."""
    fields = {name: getattr(rule, name) for name in Rule.__slots__}
    weekday = ((0, start.weekday()),)
    says_no_day = not (rule.days or rule.month_days or rule.year_days)
    if rule.frequency == "WEEKLY" and not rule.days:
        fields["days"] = weekday
    elif rule.frequency == "MONTHLY" and says_no_day:
        fields["month_days"] = (start.day,)
    elif rule.frequency == "YEARLY" and says_no_day and rule.weeks:
        fields["days"] = weekday
    elif rule.frequency == "YEARLY" and says_no_day:
        fields["month_days"] = (start.day,)
        fields["months"] = rule.months or (start.month,)
    return Rule(**fields)


def _periods(rule: Rule, start: date, first: date, last: date) -> Iterator[list[date]]:
    """Days, weeks, months or years of the rule's, from the one that `first` is in, to `last`."""
    if rule.frequency in {"DAILY", "WEEKLY"}:
        size = 1 if rule.frequency == "DAILY" else 7
        begin = start.toordinal()
        begin -= (start.weekday() - rule.week_start) % 7 if size > 1 else 0
        step = size * rule.interval
        begin += (first.toordinal() - begin) // step * step
        wanted = {weekday for _, weekday in rule.days} or set(range(7))
        for at in range(begin, last.toordinal() + 1, step):
            ordinals = range(max(at, 1), min(at + size, date.max.toordinal() + 1))
            # The first day there is (1 January of the year 1) was a Monday.
            yield [date.fromordinal(each) for each in ordinals if (each - 1) % 7 in wanted]
        return
    size = 1 if rule.frequency == "MONTHLY" else 12
    begin = (start.year * 12 + start.month - 1) // size
    begin += ((first.year * 12 + first.month - 1) // size - begin) // rule.interval * rule.interval
    for at in range(begin, (last.year * 12 + last.month - 1) // size + 1, rule.interval):
        months = (divmod(month, 12) for month in range(at * size, at * size + size))
        yield [
            day
            for year, month in months
            if not rule.months or month + 1 in rule.months
            for day in _month(year, month + 1)
        ]


def _month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


def _chosen(rule: Rule, days: list[date]) -> list[date]:
    found = [day for day in days if _fits(rule, day)]
    if not rule.positions:
        return found
    size = len(found)
    places = {at - 1 if at > 0 else size + at for at in rule.positions}
    return [day for at, day in enumerate(found) if at in places]


def _fits(rule: Rule, day: date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days:
        length = monthrange(day.year, day.month)[1]
        if day.day not in rule.month_days and day.day - length - 1 not in rule.month_days:
            return False
    if rule.year_days:
        at, length = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
        if at not in rule.year_days and at - length - 1 not in rule.year_days:
            return False
    if rule.weeks:
        year, week, _ = day.isocalendar()
        weeks = date(year, 12, 28).isocalendar().week
        if week not in rule.weeks and week - weeks - 1 not in rule.weeks:
            return False
    return not rule.days or any(_is_nth(rule, day, *wanted) for wanted in rule.days)


def _is_nth(rule: Rule, day: date, nth: int, weekday: int) -> bool:
    """Whether the day is this weekday, and the nth of its month or year where that is said."""
    if day.weekday() != weekday:
        return False
    if nth == 0:
        return True
    if rule.frequency == "MONTHLY" or rule.months:
        at, length = day.day, monthrange(day.year, day.month)[1]
    else:
        at, length = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
    return (at - 1) // 7 + 1 == nth if nth > 0 else (length - at) // 7 + 1 == -nth
