"""Looking at series: rules, dates left out, dates told apart."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime

from usergroups.formats.ical.lint_scan import Component, Notes, Property
from usergroups.formats.ical.lint_times import is_time, moment

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NUMBERS = r"[+-]?[0-9]{1,3}(,[+-]?[0-9]{1,3})*+"
_FREQUENCIES = "SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY"
_DENSE = {"SECONDLY", "MINUTELY", "HOURLY"}
_PARTS = {
    "FREQ": re.compile(_FREQUENCIES),
    "UNTIL": re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?"),
    "COUNT": re.compile("0*[1-9][0-9]{0,8}"),
    "INTERVAL": re.compile("0*[1-9][0-9]{0,8}"),
    "BYDAY": re.compile(rf"([+-]?[0-9]{{1,2}})?({'|'.join(_DAYS)})(,([+-]?[0-9]{{1,2}})?"
                        rf"({'|'.join(_DAYS)}))*+"),
    "WKST": re.compile("|".join(_DAYS)),
    **dict.fromkeys(
        ("BYSECOND", "BYMINUTE", "BYHOUR", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH",
         "BYSETPOS"),
        re.compile(_NUMBERS),
    ),
}  # fmt: skip
_TIMES_OF_DAY = {"BYHOUR", "BYMINUTE", "BYSECOND"}
_LISTED = ("EXDATE", "RDATE")
# Of so many dates in a line each is looked at.
_MOST_LISTED = 500


def look_at_series(event: Component, start: date, notes: Notes) -> None:
    """What is wrong with the rule of an event, and with the dates that it names."""
    rules = event.properties.get("RRULE", [])
    if len(rules) > 1 or "EXRULE" in event.properties:
        notes.add("rules_many", event.at)
    for rule in rules[:1]:
        _look_at_rule(rule, start, notes)
    begins = event.properties["DTSTART"][0]
    for name in (*_LISTED, "RECURRENCE-ID"):
        for found in event.properties.get(name, []):
            _look_at_exception(found, begins, start, notes)


def _look_at_rule(rule: Property, start: date, notes: Notes) -> None:
    parts = _parts(rule.value)
    if parts is None:
        notes.add("rule_form", rule.at, rule=rule.value)
        return
    if parts["FREQ"] in _DENSE or _TIMES_OF_DAY & set(parts):
        notes.add("rule_dense", rule.at, rule=rule.value)
    if "UNTIL" in parts and "COUNT" in parts:
        notes.add("rule_until_and_count", rule.at)
    if "UNTIL" in parts and not _is_of_kind(parts["UNTIL"], start):
        notes.add("rule_until", rule.at, until=parts["UNTIL"])
    if not _is_on(start, parts):
        notes.add("start_off_rule", rule.at, start=start.strftime("%Y-%m-%d"), rule=rule.value)


def _parts(text: str) -> dict[str, str] | None:
    """The parts of a rule; None where it is none."""
    found: dict[str, str] = {}
    for part in text.strip().upper().rstrip(";").split(";"):
        name, _, value = part.partition("=")
        form = _PARTS.get(name)
        if form is None or name in found or not form.fullmatch(value):
            return None
        found[name] = value
    return found if "FREQ" in found else None


def _is_of_kind(until: str, start: date) -> bool:
    """UNTIL is a day with a day, in UTC with a time: RFC 5545 3.3.10."""
    ends = moment(until)
    if ends is None or is_time(ends) != is_time(start):
        return False
    return not isinstance(ends, datetime) or ends.tzinfo is not None


def _is_on(start: date, parts: dict[str, str]) -> bool:
    """Whether the first date is one of the rule's, as far as its day tells."""
    if "BYMONTH" in parts and start.month not in _numbers(parts["BYMONTH"]):
        return False
    length = monthrange(start.year, start.month)[1]
    if "BYMONTHDAY" in parts:
        days = set(_numbers(parts["BYMONTHDAY"]))
        if not days & {start.day, start.day - length - 1}:
            return False
    if "BYDAY" not in parts:
        return True
    in_month = parts["FREQ"] == "MONTHLY" or (parts["FREQ"] == "YEARLY" and "BYMONTH" in parts)
    places = {(start.day + 6) // 7, -((length - start.day) // 7 + 1)}
    return any(
        day == _DAYS[start.weekday()] and (not place or not in_month or place in places)
        for place, day in _by_days(parts["BYDAY"])
    )


def _by_days(text: str) -> Iterator[tuple[int, str]]:
    for each in text.split(","):
        yield int(each[:-2] or 0), each[-2:]


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _look_at_exception(found: Property, begins: Property, start: date, notes: Notes) -> None:
    if found.name == "RDATE" and found.parameters.get("VALUE", "").upper() == "PERIOD":
        return
    for text in found.value.split(",", _MOST_LISTED)[:_MOST_LISTED]:
        value = moment(text.strip())
        if value is None:
            notes.add("bad_date", found.at, name=found.name, value=text)
        elif is_time(value) != is_time(start):
            notes.add("exception_type", found.at, name=found.name)
        elif _clock(found, value) != _clock(begins, start):
            notes.add("exception_zone", found.at, name=found.name)


def _clock(found: Property, value: date) -> str:
    """The zone in which a time is written."""
    is_utc = isinstance(value, datetime) and value.tzinfo is not None
    return "UTC" if is_utc else found.parameters.get("TZID", "")
