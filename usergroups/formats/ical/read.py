"""Calendars of other people, read with suspicion: whatever the bytes, a reading or one error."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from usergroups.formats.ical.blocks import MOST_EVENTS, Block, cut
from usergroups.formats.ical.details import details, number, text
from usergroups.formats.ical.lines import Lines, first, lines_of
from usergroups.formats.ical.octets import NotACalendarError
from usergroups.formats.ical.series import Window, dates, is_series
from usergroups.formats.ical.times import (
    Clock,
    Length,
    Times,
    UnreadableError,
    ends_at,
    stamp,
    times_of,
)
from usergroups.formats.ical.units import Unit, units_of
from usergroups.formats.ical.zones import Zones
from usergroups.inputs.imported_event import ImportedEvent, Reading
from usergroups.text import one_line

__all__ = ["MOST_EVENTS", "NotACalendarError", "read_calendar"]

# Rules are followed in this last part of the window: a year back and two on is all one looks at.
RULES_SPAN = timedelta(days=3 * 366)
# So many have room in one reading; of a series that comes later there is the first date.
MOST_DATES = 25_000
LONGEST_UID = 255
_HIDDEN = {"PRIVATE", "CONFIDENTIAL"}
_NEVER = datetime.min.replace(tzinfo=UTC)


def read_calendar(
    data: bytes,
    *,
    timezone: str,
    window: Window,
    known: frozenset[str] = frozenset(),
    most_events: int = MOST_EVENTS,
) -> Reading:
    """What a calendar file says of the time inside the window, by start.

    `timezone` is the IANA zone of the group it belongs to, meant by times that name no other.
    Units whose hash is `known` are named in the reading's `unchanged`, and not read.
    Each entry is read by itself: a bad one is left out with a reason, the others stand.
    Raises NotACalendarError and nothing else, whatever the bytes.
    """
    blocks = cut(data, most_events)
    warnings = blocks.warnings
    zones = Zones(blocks.timezones, floating=blocks.timezone, at_home=timezone, warnings=warnings)
    reader = _Reader(Clock(zones, warnings), window, blocks.method)
    unchanged = set()
    for unit in units_of(blocks, timezone, window):
        if unit.hash in known:
            unchanged.add(unit.hash)
        else:
            reader.take(unit)
    return reader.reading(frozenset(unchanged))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One readable VEVENT."""

    lines: Lines
    times: Times

    @property
    def version(self) -> tuple[int, datetime, datetime]:
        """Of two with the same name, the greater counts (RFC 5546 section 2.1.5)."""
        return (
            number(first(self.lines, "SEQUENCE")),
            stamp(self.lines, "LAST-MODIFIED") or _NEVER,
            stamp(self.lines, "DTSTAMP") or _NEVER,
        )

    @property
    def is_override(self) -> bool:
        """Whether it tells of one date of a series."""
        return bool(self.lines.get("RECURRENCE-ID"))

    @property
    def goes_on(self) -> bool:
        """Whether it tells of its date and of all that follow (RFC 5545 section 3.2.13)."""
        line = self.lines["RECURRENCE-ID"][0]
        return line.parameter("RANGE").upper() == "THISANDFUTURE"


# The dates of a series that have entries of their own, by name: the date replaced, and the entry.
_Overrides = dict[str, tuple[date, _Entry]]


class _Reader:
    """Gathers the events of one unit after the other."""

    def __init__(self, clock: Clock, window: Window, method: str) -> None:
        self.clock, self.window, self.method = clock, window, method
        self.rules_window = (max(window[0], window[1] - RULES_SPAN), window[1])
        self.found: dict[tuple[str, str], ImportedEvent] = {}
        self.skipped: list[tuple[str, str]] = []

    def reading(self, unchanged: frozenset[str]) -> Reading:
        """All that was found."""
        return Reading(
            events=tuple(sorted(self.found.values(), key=lambda each: (each.starts_at, each.uid))),
            skipped=tuple(self.skipped),
            warnings=tuple(self.clock.warnings),
            unchanged=unchanged,
        )

    def take(self, unit: Unit) -> None:
        """Read all that one UID stands for: a meetup, or a series and the dates that differ."""
        entries = []
        for block in unit.blocks:
            with self._leaving_out(unit):
                entries.append(self._entry(block))
        master = self._newest([entry for entry in entries if not entry.is_override])
        overrides = self._overrides(unit, entries, master)
        if len(overrides) and len(entries) == len(unit.blocks) and master is None:
            self.clock.warnings["orphan_override"] = None
        if master is not None:
            with self._leaving_out(unit):
                self._take_master(unit, master, overrides)
        for name, (_, entry) in overrides.items():
            with self._leaving_out(unit):
                override = {"recurrence_id": name, "is_override": True}
                self._keep(self._single(unit, entry).model_copy(update=override))

    @contextmanager
    def _leaving_out(self, unit: Unit) -> Iterator[None]:
        """What goes wrong inside costs this entry, with a reason, and nothing else."""
        uid = one_line(unit.uid)[:LONGEST_UID]
        try:
            yield
        except UnreadableError as reason:
            self.skipped.append((uid, str(reason)))
        except OverflowError:
            self.skipped.append((uid, "out_of_range"))
        except ValueError:  # such as a title made of nothing that can be shown
            self.skipped.append((uid, "unreadable"))

    def _entry(self, block: Block) -> _Entry:
        if block.fault:
            lines_of(block.text, self.clock.warnings)
            raise UnreadableError(block.fault)
        lines = lines_of(block.text, self.clock.warnings)
        if first(lines, "CLASS").upper() in _HIDDEN:
            raise UnreadableError("not_public")
        return _Entry(lines, times_of(lines, self.clock))

    def _newest(self, entries: list[_Entry]) -> _Entry | None:
        if len(entries) > 1:
            self.clock.warnings["duplicate_uid"] = None
        return max(entries, key=lambda entry: entry.version, default=None)

    def _overrides(self, unit: Unit, entries: list[_Entry], master: _Entry | None) -> _Overrides:
        versions: dict[str, tuple[date, list[_Entry]]] = {}
        for entry in entries:
            if entry.is_override:
                with self._leaving_out(unit):
                    moment = self._replaced(entry, master)
                    versions.setdefault(self._id(moment), (moment, []))[1].append(entry)
        return {
            name: (moment, newest)
            for name, (moment, each) in versions.items()
            if (newest := self._newest(each)) is not None
        }

    def _replaced(self, entry: _Entry, master: _Entry | None) -> date:
        """The date that an entry is told instead of, in the way its series gives dates."""
        start = (master or entry).times.start
        zone = start.tzinfo if isinstance(start, datetime) else None
        moment = self.clock.moment(entry.lines["RECURRENCE-ID"][0], zone)
        if isinstance(start, datetime) and not isinstance(moment, datetime):
            return datetime.combine(moment, start.timetz())
        if isinstance(moment, datetime) and not isinstance(start, datetime):
            return moment.date()
        return moment

    def _take_master(self, unit: Unit, master: _Entry, overrides: _Overrides) -> None:
        if is_series(master.lines):
            room = MOST_DATES - len(self.found)
            starts = dates(master.lines, master.times, self.clock, self.rules_window, room)
        elif overrides:
            starts = {master.times.start: master.times.length}
        else:
            self._keep(self._single(unit, master))
            return
        later = [each for each in overrides.values() if each[1].goes_on]
        later.sort(key=lambda each: self.clock.instant(each[0]))
        made: dict[int, ImportedEvent] = {}
        for moment, usual in starts.items():
            if (name := self._id(moment)) not in overrides:
                entry, start, length = self._as_told_before(master, later, moment, usual)
                if id(entry) not in made:
                    made[id(entry)] = self._event(unit, entry, start, length)
                times = self._times(start, length) | {"recurrence_id": name}
                self._keep(made[id(entry)].model_copy(update=times))

    def _as_told_before(
        self, master: _Entry, later: list[tuple[date, _Entry]], moment: date, length: Length
    ) -> tuple[_Entry, date, Length]:
        """What holds for a date: the series, or an entry for an earlier one and all that follow."""
        for replaced, entry in reversed(later):
            start = entry.times.start
            if self.clock.instant(replaced) < self.clock.instant(moment) and (
                isinstance(start, datetime) == isinstance(moment, datetime)
            ):
                return entry, moment + (start - replaced), entry.times.length
        return master, moment, length

    def _single(self, unit: Unit, entry: _Entry) -> ImportedEvent:
        event = self._event(unit, entry, entry.times.start, entry.times.length)
        if not self.window[0] <= event.starts_at < self.window[1]:
            raise UnreadableError("out_of_range")
        return event

    def _event(self, unit: Unit, entry: _Entry, start: date, length: Length) -> ImportedEvent:
        times = self._times(start, length)
        zone = start.tzinfo if isinstance(start, datetime) else None
        return ImportedEvent(
            uid=self._uid(entry.lines, times["starts_at"]),
            timezone=self.clock.zones.iana_name(zone, times["starts_at"]),
            all_day=not isinstance(start, datetime),
            unit=unit.hash,
            **times,
            **details(entry.lines, self.method, self.clock.warnings),
        )

    def _times(self, start: date, length: Length) -> dict[str, Any]:
        return {
            "starts_at": self.clock.instant(start),
            "ends_at": ends_at(self.clock, start, length),
            "end_is_known": length.is_known,
        }

    def _keep(self, event: ImportedEvent) -> None:
        key = event.uid, event.recurrence_id
        if key in self.found:
            self.clock.warnings["duplicate_uid"] = None
        self.found.setdefault(key, event)

    def _id(self, moment: date) -> str:
        """The name of a date of a series, however its calendar spells it."""
        if isinstance(moment, datetime):
            return f"{self.clock.instant(moment):%Y%m%dT%H%M%SZ}"
        return f"{moment:%Y%m%d}"

    def _uid(self, lines: Lines, starts_at: datetime) -> str:
        uid = one_line(text(lines, "UID", {}))
        if uid and len(uid) <= LONGEST_UID:
            return uid
        self.clock.warnings["long_uid" if uid else "missing_uid"] = None
        known = uid or f"{starts_at} {first(lines, 'SUMMARY')}"
        return hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()
