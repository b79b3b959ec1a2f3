"""Cutting a stranger's calendar into entries, so that a bad line costs a line, never the feed."""

import re
from dataclasses import dataclass, field

from usergroups.formats.ical.lines import LONGEST_LINE, Lines, first, lines_of
from usergroups.formats.ical.octets import NotACalendarError, text_of

MOST_EVENTS = 5_000
MOST_TIMEZONES = 500
DEEPEST = 50
# Line ends are looked for much faster than beginnings of lines.
_MARK = re.compile(r"\n[ \t]*(BEGIN|END)[ \t]*:[ \t]*([^\n]*)", re.IGNORECASE)
_TZID = re.compile(r"\nTZID[^:\n]*:([^\n]*)", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """The lines of one VEVENT without those of its alarms, and why it cannot be read, if so.

    `outer` is the VEVENT that it stands in, where there is one.
    """

    parts: list[str] = field(default_factory=list)
    fault: str = ""
    outer: "Block | None" = None

    @property
    def text(self) -> str:
        """Its lines, each after a line feed."""
        return "".join(self.parts)


@dataclass(slots=True)
class Blocks:
    """A calendar cut up; `timezones` are the texts of its VTIMEZONEs by name, in small letters."""

    events: list[Block] = field(default_factory=list)
    timezones: dict[str, str] = field(default_factory=dict)
    timezone: str = ""
    method: str = ""
    warnings: dict[str, None] = field(default_factory=dict)


def cut(data: bytes, most_events: int = MOST_EVENTS) -> Blocks:
    """The entries of a calendar file.

    Raises NotACalendarError with the reason "not_calendar", "too_large" or "too_many_events".
    """
    blocks = Blocks()
    text = "\n" + text_of(data, blocks.warnings)
    cutter = _Cutter(blocks, text, most_events)
    cutter.run()
    _read_head(blocks, lines_of("\n".join(cutter.head), blocks.warnings))
    if not blocks.events:
        blocks.warnings["empty_feed"] = None
    return blocks


def _read_head(blocks: Blocks, head: Lines) -> None:
    if not (head.get("VERSION") and head.get("PRODID")):
        blocks.warnings["missing_header"] = None
    blocks.timezone = first(head, "X-WR-TIMEZONE")
    blocks.method = first(head, "METHOD").upper()


@dataclass(slots=True)
class _Cutter:
    """Walks where components begin and end, knowing inside which ones it is."""

    blocks: Blocks
    text: str
    most_events: int
    head: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    open_events: list[Block] = field(default_factory=list)
    too_deep: int = 0
    zone_at: int = 0

    def run(self) -> None:
        closed, at = False, 0
        for mark in _MARK.finditer(self.text):
            self._between(at, mark.start())
            at, name = mark.end(), mark[2].strip().upper()
            if mark[1][0] in "Bb":
                self._begin(name, mark.start())
            else:
                self._end(name, at)
                closed = closed or not self.inside
        self._between(at, len(self.text))
        if self.inside or not closed:
            self.blocks.warnings["truncated"] = None
        for event in self.open_events:
            event.fault = event.fault or "unclosed"
        for event in self.blocks.events:
            # Where the outer one never ends it is the one that is broken.
            if event.outer is not None and event.outer.fault != "unclosed":
                event.fault = event.fault or "nested"

    def _between(self, begin: int, end: int) -> None:
        """Lines between two marks belong to the innermost component."""
        if end - begin <= 1:
            return
        where = self.inside[-1] if self.inside and not self.too_deep else ""
        if where == "VEVENT":
            self.open_events[-1].parts.append(self.text[begin:end])
        elif where == "VCALENDAR":
            self.head.append(self.text[begin : min(end, begin + LONGEST_LINE)])
        elif not self.inside and not self.text[begin:end].isspace():
            self.blocks.warnings["stray_lines"] = None

    def _begin(self, name: str, at: int) -> None:
        if len(self.inside) >= DEEPEST:
            self.too_deep += 1
            self.blocks.warnings["nested_too_deep"] = None
            return
        if name == "VCALENDAR" and name in self.inside:
            self.blocks.warnings["nested_calendar"] = None
        self.inside.append(name)
        if name == "VEVENT":
            event = Block(outer=self.open_events[-1] if self.open_events else None)
            self.blocks.events.append(event)
            self.open_events.append(event)
            if len(self.blocks.events) > self.most_events:
                message = f"it has more than {self.most_events:,} events"
                raise NotACalendarError("too_many_events", message)
        elif name == "VTIMEZONE":
            self.zone_at = at

    def _end(self, name: str, at: int) -> None:
        if self.too_deep:
            self.too_deep -= 1
            return
        if name not in self.inside:
            if self.inside and self.inside[-1] == "VEVENT":
                self._close("VEVENT", "unclosed")
            elif name == "VCALENDAR" or not self.inside:
                self.blocks.warnings["stray_lines"] = None
            return
        while self.inside[-1] != name:
            self._close(self.inside[-1], "unclosed")
        self._close(name, "")
        if name == "VTIMEZONE":
            self._keep_timezone(self.text[self.zone_at : at])

    def _close(self, name: str, fault: str) -> None:
        self.inside.pop()
        if name == "VEVENT":
            event = self.open_events.pop()
            event.fault = event.fault or fault

    def _keep_timezone(self, text: str) -> None:
        if len(self.blocks.timezones) >= MOST_TIMEZONES:
            self.blocks.warnings["too_many_timezones"] = None
        elif (name := _TZID.search(text)) is not None:
            self.blocks.timezones.setdefault(name[1].strip().strip('"').lower(), text)
