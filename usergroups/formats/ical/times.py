"""The times of one entry: what its lines say, as instants and the zone of its wall clock."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from usergroups.formats.ical.lines import Line, Lines, first
from usergroups.formats.ical.zones import Zones

# How long a meetup lasts whose calendar does not tell.
USUAL_LENGTH = timedelta(hours=2)
A_DAY = timedelta(days=1)
_BASIC = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[Tt]([0-9]{2})([0-9]{2})([0-9]{2})([Zz])?)?")
# ISO 8601 in its other clothes, which RFC 5545 does not allow and programs write.
_LENIENT = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})"
    r"(?:[Tt ]([0-9]{2}):?([0-9]{2})(?::?([0-9]{2}))?(?:[.,][0-9]+)?"
    r" ?([Zz]|[+-][0-9]{2}:?(?:[0-9]{2})?)?)?"
)
_DURATION = re.compile(
    r"([+-])?P(?=[0-9T])(?:([0-9]{1,5})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,7})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9})S)?)?"
)


class UnreadableError(Exception):
    """This entry has to be left out; the argument is the reason's stable code."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What times mean in one calendar, and a place to note what was guessed."""

    zones: Zones
    warnings: dict[str, None]

    def moment(self, line: Line, zone: tzinfo | None = None) -> date:
        """A DATE or DATE-TIME (RFC 5545 3.3.4, 3.3.5); the latter aware, in UTC where so given.

        `zone` is meant where the line names none. Raises UnreadableError.
        """
        name, text = line.parameter("TZID"), line.value.strip()
        match = _BASIC.fullmatch(text) or _LENIENT.fullmatch(text)
        if match is None and ":" in text:
            # A zone's name that somebody forgot to quote.
            rest, _, text = text.rpartition(":")
            name, text = f"{name}:{rest}", text.strip()
            match = _BASIC.fullmatch(text)
        if match is None:
            raise UnreadableError("bad_date")
        try:
            return self._moment(match, line.parameter("VALUE").upper(), name, zone)
        except OverflowError as far:
            raise UnreadableError("out_of_range") from far
        except ValueError as wrong:
            raise UnreadableError("bad_date") from wrong

    def _moment(self, match: re.Match[str], value: str, name: str, zone: tzinfo | None) -> date:
        year, month, day, hour, minute, second, mark = match.groups()
        on = date(int(year), int(month), int(day))
        if match.re is _LENIENT or (hour and value == "DATE"):
            self.warnings["repaired_date"] = None
        if hour is None or value == "DATE":
            if value != "DATE":
                self.warnings["date_without_value"] = None
            return on
        wall = self._wall(on, int(hour), int(minute), int(second or 0))
        if mark:
            return (wall - _told_offset(mark)).replace(tzinfo=UTC)
        return wall.replace(tzinfo=self.zones.named(name) if name else zone or self.floating)

    def _wall(self, on: date, hour: int, minute: int, second: int) -> datetime:
        """The time on the wall; 24:00 is tomorrow's 0:00, a leap second the next one."""
        late = A_DAY if (hour, minute, second) == (24, 0, 0) else timedelta()
        leap = timedelta(seconds=1) if second == 60 else timedelta()  # noqa: PLR2004  RFC 3.3.12
        if late or leap:
            self.warnings["repaired_date"] = None
        at = time(0 if late else hour, minute, second - leap.seconds)
        return datetime.combine(on, at) + late + leap

    @property
    def floating(self) -> tzinfo:
        """The zone of times that name none."""
        return self.zones.named("")

    def instant(self, moment: date) -> datetime:
        """The moment in UTC; a day is the instant at which it begins here."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(), ZoneInfo(self.zones.shown))
        try:
            return moment.astimezone(UTC)
        except OverflowError as far:
            raise UnreadableError("out_of_range") from far


@dataclass(frozen=True, slots=True)
class Length:
    """How long something lasts: days by the calendar, and exact time besides (RFC 5545 3.3.6)."""

    days: int = 0
    time: timedelta = timedelta()
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Times:
    """When an entry is: its start as its calendar gives it, and how long it lasts."""

    start: date
    length: Length

    @property
    def all_day(self) -> bool:
        """Whether it is given in days."""
        return not isinstance(self.start, datetime)

    @property
    def zone(self) -> tzinfo | None:
        """The zone of its start, none for a day."""
        return self.start.tzinfo if isinstance(self.start, datetime) else None


def ends_at(clock: Clock, start: date, length: Length) -> datetime:
    """When something that begins then ends. Raises UnreadableError."""
    try:
        return clock.instant(start + timedelta(days=length.days)) + length.time
    except OverflowError as far:
        raise UnreadableError("out_of_range") from far


def times_of(lines: Lines, clock: Clock) -> Times:
    """When the entry is. Raises UnreadableError."""
    if not lines.get("DTSTART"):
        raise UnreadableError("no_start")
    start = clock.moment(lines["DTSTART"][0])
    return Times(start, _length(lines, clock, start))


def stamp(lines: Lines, name: str) -> datetime | None:
    """A time stamp of the entry, None where it has none or nonsense (Google: year 0)."""
    match = _BASIC.fullmatch(first(lines, name))
    if match is None or match[4] is None:
        return None
    try:
        return datetime(*(int(part) for part in match.groups()[:6]), tzinfo=UTC)  # type: ignore[misc, arg-type]  # six numbers
    except ValueError:
        return None


def span(clock: Clock, start: date, end: date) -> Length | None:
    """The length from a start to an end of the same kind, None where it is negative or mixed."""
    if isinstance(start, datetime) != isinstance(end, datetime):
        return None
    if isinstance(start, datetime):
        time = clock.instant(end) - clock.instant(start)
        return Length(time=time) if time >= timedelta() else None
    return Length(days=(end - start).days) if end >= start else None


def duration(text: str) -> Length | None:
    """A DURATION that is not negative (RFC 5545 section 3.3.6)."""
    match = _DURATION.fullmatch(text.strip().upper())
    if match is None or match[1] == "-":
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    time = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return Length(days=weeks * 7 + days, time=time)


def _length(lines: Lines, clock: Clock, start: date) -> Length:
    is_day = not isinstance(start, datetime)
    unknown = Length(days=1) if is_day else Length(time=USUAL_LENGTH, is_known=False)
    given: Length | None = None
    try:
        if lines.get("DTEND"):
            zone = start.tzinfo if isinstance(start, datetime) else None
            given = span(clock, start, clock.moment(lines["DTEND"][0], zone))
        elif lines.get("DURATION"):
            given = duration(first(lines, "DURATION"))
        else:
            return unknown
    except UnreadableError:
        given = None
    if given is None or (is_day and given.time % A_DAY):
        clock.warnings["bad_end"] = None
        return unknown
    if is_day:
        given = Length(days=given.days + given.time // A_DAY)
    if given == Length():
        if is_day:
            clock.warnings["zero_length_day"] = None
        return unknown
    return given


def _told_offset(mark: str) -> timedelta:
    if mark in "Zz":
        return timedelta()
    hours, minutes = int(mark[1:3]), int(mark[3:].strip(":") or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if mark[0] == "-" else offset
