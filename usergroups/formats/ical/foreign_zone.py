"""A time zone that only its calendar explains, by a VTIMEZONE (RFC 5545 section 3.6.5).

Outlook calls every such zone "Customized Time Zone"; two calendars mean different ones by it. What
a calendar says of its zones therefore stays with the calendar, in no registry.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from usergroups.formats.ical.lines import Lines, first, lines_of
from usergroups.formats.ical.rules import UnusableRuleError, follow, is_on_rule, rule_of

LONGEST_TEXT = 100_000
MOST_OBSERVANCES = 100
MOST_ONSETS = 500
# What is outside has the offset of the nearest change inside.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2040, 12, 31)
_OBSERVANCE = re.compile(
    r"^BEGIN:(?:STANDARD|DAYLIGHT)[ \t]*\n(.*?)^END:(?:STANDARD|DAYLIGHT)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2}):?([0-9]{2})?")
_LOCAL = re.compile(r"([0-9]{8})T([0-9]{6})Z?")
_FARTHEST = timedelta(hours=24)


class BadTimezoneError(ValueError):
    """The VTIMEZONE is not one whose changes can be listed."""


@dataclass(frozen=True, slots=True, order=True)
class Onset:
    """From this time on the wall, told by the offset before, another offset holds."""

    at: datetime
    before: timedelta
    after: timedelta


class ForeignZone(tzinfo):
    """The zone that a list of onsets makes."""

    def __init__(self, name: str, onsets: list[Onset]) -> None:
        self.name = name
        self.onsets = onsets
        self._at = [onset.at for onset in onsets]

    def utcoffset(self, dt: datetime | None) -> timedelta:
        """The offset at a time on the wall; of two that it may mean, the first (3.3.5)."""
        if dt is None:
            return self.onsets[-1].after
        wall = dt.replace(tzinfo=None)
        place = bisect_right(self._at, wall) - 1
        if place < 0:
            return self.onsets[0].before
        onset = self.onsets[place]
        # A time that clocks skip is told by the offset before they do.
        is_skipped = wall < onset.at + (onset.after - onset.before)
        return onset.before if is_skipped else onset.after

    def dst(self, dt: datetime | None) -> None:
        """Nobody asks."""

    def tzname(self, dt: datetime | None) -> str:  # noqa: ARG002  the interface's
        """Its name in the calendar."""
        return self.name


def foreign_zone(name: str, text: str) -> ForeignZone:
    """The zone of a VTIMEZONE's text. Raises BadTimezoneError."""
    if len(text) > LONGEST_TEXT:
        raise BadTimezoneError
    observances = _OBSERVANCE.findall(text)
    if not 1 <= len(observances) <= MOST_OBSERVANCES:
        raise BadTimezoneError
    onsets: set[Onset] = set()
    try:
        for observance in observances:
            onsets.update(_onsets(lines_of(observance, {})))
    except (UnusableRuleError, ValueError, OverflowError) as wrong:
        raise BadTimezoneError from wrong
    return ForeignZone(name, sorted(onsets))


def _onsets(lines: Lines) -> list[Onset]:
    start = _local(first(lines, "DTSTART"))
    before, after = _offset(first(lines, "TZOFFSETFROM")), _offset(first(lines, "TZOFFSETTO"))
    days = [start.date()]
    text = first(lines, "RRULE")
    if text:
        rule = rule_of(text, start)
        # Clocks change at most yearly by a rule; anything else is there to keep us busy.
        if rule.frequency != "YEARLY" or not rule.months:
            raise BadTimezoneError
        last = min(LAST_DAY, _last_day(rule.until))
        if not is_on_rule(rule, start.date()):
            days = []
        days += follow(rule, start.date(), FIRST_DAY, last)
    listed = [value for line in lines.get("RDATE", []) for value in line.value.split(",")]
    if len(listed) > MOST_ONSETS:
        raise BadTimezoneError
    moments = [datetime.combine(day, start.time()) for day in days]
    return [Onset(at, before, after) for at in [*moments, *map(_local, listed)]]


def _last_day(until: date | None) -> date:
    if until is None:
        return LAST_DAY
    return until.date() if isinstance(until, datetime) else until


def _local(text: str) -> datetime:
    match = _LOCAL.fullmatch(text.strip())
    if match is None:
        raise BadTimezoneError
    return (
        datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")
        .replace(tzinfo=UTC)
        .replace(tzinfo=None)
    )


def _offset(text: str) -> timedelta:
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise BadTimezoneError
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=int(match[4] or 0))
    if offset >= _FARTHEST:
        raise BadTimezoneError
    return -offset if match[1] == "-" else offset
