"""The times of one entry: what its lines say, as instants and the zone of its wall clock."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from icalendar.prop import vDDDTypes, vDuration

from usergroups.formats.ical.blocks import Block, Line
from usergroups.formats.ical.zones import iana

# How long a meetup lasts whose calendar does not tell.
USUAL_LENGTH = timedelta(hours=2)
A_DAY = timedelta(days=1)


class UnreadableError(Exception):
    """This entry has to be left out; the argument is the reason's stable code."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The zone of times that name none, and a place to note what was guessed."""

    timezone: str
    warnings: dict[str, None] = field(default_factory=dict)

    def moment(self, line: Line) -> date:
        """A DATE or DATE-TIME (RFC 5545 3.3.4, 3.3.5); the latter aware, in UTC where so given.

        Raises UnreadableError.
        """
        # No time holds a colon but for zone names that somebody forgot to quote.
        value = line.value.rpartition(":")[2].strip()
        try:
            moment = vDDDTypes.from_ical(value)
        except (ValueError, OverflowError) as wrong:
            raise UnreadableError("bad_date") from wrong
        if not isinstance(moment, datetime):
            if isinstance(moment, date):
                return moment
            raise UnreadableError("bad_date")
        return moment if moment.tzinfo else moment.replace(tzinfo=self._zone(line))

    def instant(self, moment: date) -> datetime:
        """The moment in UTC; a day is the instant at which it begins here."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(), ZoneInfo(self.timezone))
        try:
            return moment.astimezone(UTC)
        except OverflowError as far:
            raise UnreadableError("out_of_range") from far

    def _zone(self, line: Line) -> tzinfo:
        name = _parameter(line, "TZID")
        if not name:
            return ZoneInfo(self.timezone)
        zone = iana(name)
        if zone is None:
            self.warnings["tz_guessed"] = None
        return UTC if zone == "UTC" else ZoneInfo(zone or self.timezone)


@dataclass(frozen=True, slots=True)
class Times:
    """When an entry is: as instants, and its start as its calendar gives it."""

    start: date
    starts_at: datetime
    ends_at: datetime
    timezone: str

    @property
    def all_day(self) -> bool:
        """Whether it is given in days."""
        return not isinstance(self.start, datetime)


def times_of(block: Block, clock: Clock) -> Times:
    """When the entry is. Raises UnreadableError."""
    if "DTSTART" not in block.lines:
        raise UnreadableError("no_start")
    start = clock.moment(block.lines["DTSTART"][0])
    starts_at = clock.instant(start)
    ends_at = _end(block, clock, start)
    if ends_at < starts_at or (ends_at == starts_at and not isinstance(start, datetime)):
        clock.warnings["bad_end"] = None
        ends_at = clock.instant(start + A_DAY)
        if isinstance(start, datetime):
            ends_at = starts_at + USUAL_LENGTH
    return Times(start, starts_at, ends_at, _timezone(start) or clock.timezone)


def stamp(block: Block, name: str) -> datetime | None:
    """A time stamp of the entry, None where it has none or nonsense (Google: year 0)."""
    try:
        moment = vDDDTypes.from_ical(block.value(name).strip())
        if not isinstance(moment, datetime):
            return None
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _end(block: Block, clock: Clock, start: date) -> datetime:
    try:
        if "DTEND" in block.lines:
            return clock.instant(clock.moment(block.lines["DTEND"][0]))
        if "DURATION" in block.lines:
            length: timedelta = vDuration.from_ical(block.value("DURATION").strip())
            return clock.instant(start) + length
    except (UnreadableError, ValueError, OverflowError):
        clock.warnings["bad_end"] = None
    if isinstance(start, datetime):
        return clock.instant(start) + USUAL_LENGTH
    return clock.instant(start + A_DAY)


def _timezone(start: date) -> str:
    """The zone that the calendar names for this time; UTC is an instant, and no zone."""
    zone = start.tzinfo if isinstance(start, datetime) else None
    key = zone.key if isinstance(zone, ZoneInfo) else ""
    return "" if key == "UTC" else key


def _parameter(line: Line, name: str) -> str:
    for parameter in line.parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().upper() == name:
            return value.strip().strip('"')
    return ""
