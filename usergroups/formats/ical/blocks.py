"""Cutting a stranger's calendar into entries, so that a bad line costs a line, never the feed."""

import codecs
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from usergroups.errors import DomainError

LARGEST = 10_000_000
MOST_EVENTS = 5_000
LONGEST_LINE = 65_536
# All that is read of an entry; of whoever is invited, notes, alarms and attachments, nothing.
_READ = frozenset(
    {
        "UID", "RECURRENCE-ID", "SUMMARY", "DESCRIPTION", "LOCATION", "GEO", "URL", "CONFERENCE",
        "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "STATUS", "CLASS", "SEQUENCE",
        "CREATED", "LAST-MODIFIED", "DTSTAMP",
    }
)  # fmt: skip
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:"[^"]*"|[^":])*):(.*)', re.DOTALL)
_BEGINNING = re.compile(r"^BEGIN:VCALENDAR[ \t]*$", re.IGNORECASE | re.MULTILINE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class NotACalendarError(DomainError):
    """What came is no calendar, or more of one than is read; `reason` says which."""

    status = 422

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Line:
    """A content line's parameters as written, and its value."""

    parameters: str
    value: str


@dataclass(slots=True)
class Block:
    """The lines of one VEVENT, by name, and why it cannot be read, if so."""

    lines: defaultdict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    fault: str = ""

    def value(self, name: str) -> str:
        """The value of the first line of that name, empty where there is none."""
        found = self.lines.get(name)
        return found[0].value if found else ""


@dataclass(slots=True)
class Blocks:
    """A calendar cut up."""

    events: list[Block] = field(default_factory=list)
    timezone: str = ""
    warnings: dict[str, None] = field(default_factory=dict)


def cut(data: bytes) -> Blocks:
    """The entries of a calendar file.

    Raises NotACalendarError with the reason "not_calendar", "too_large" or "too_many_events".
    """
    blocks = Blocks()
    text = _text(data, blocks)
    beginnings = text.upper().count("BEGIN:VEVENT")
    if beginnings > MOST_EVENTS:
        raise NotACalendarError("too_many_events", f"it has {beginnings:,} events")
    _Cutter(blocks).run(text)
    if not blocks.events:
        blocks.warnings["empty_feed"] = None
    return blocks


def _text(data: bytes, blocks: Blocks) -> str:
    """The file as text, unfolded, its lines ended by line feeds."""
    if len(data) > LARGEST:
        raise NotACalendarError("too_large", f"it is larger than {LARGEST // 1_000_000} MB")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode()
        blocks.warnings["not_utf8"] = None
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # Octets are unfolded, not characters: some programs fold inside a character.
    data = data.replace(b"\n ", b"").replace(b"\n\t", b"")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        blocks.warnings["not_utf8"] = None
    if _CONTROLS.search(text):
        text = _CONTROLS.sub("", text)
        blocks.warnings["control_chars"] = None
    if not _BEGINNING.search(text):
        raise NotACalendarError("not_calendar", "it is not a calendar (no BEGIN:VCALENDAR)")
    return text


@dataclass(slots=True)
class _Cutter:
    """Walks the lines, knowing inside which components it is."""

    blocks: Blocks
    inside: list[str] = field(default_factory=list)
    open_events: list[Block] = field(default_factory=list)

    def run(self, text: str) -> None:
        closed = False
        for raw in _lines(text):
            name = raw[:6].upper()
            if name == "BEGIN:":
                self._begin(raw[6:].strip().upper())
            elif name.startswith("END:"):
                self._end(raw[4:].strip().upper())
                closed = closed or not self.inside
            else:
                self._line(raw)
        if self.inside or not closed:
            self.blocks.warnings["truncated"] = None
        for event in self.open_events:
            event.fault = event.fault or "unclosed"

    def _begin(self, name: str) -> None:
        self.inside.append(name)
        if name == "VEVENT":
            event = Block(fault="nested" if self.open_events else "")
            self.blocks.events.append(event)
            self.open_events.append(event)

    def _end(self, name: str) -> None:
        if not self.inside:
            return
        if self.inside[-1] != name:
            if name not in self.inside:
                if self.inside[-1] == "VEVENT":
                    self._close("VEVENT", "unclosed")
                return
            while self.inside[-1] != name:
                self._close(self.inside[-1], "unclosed")
        self._close(name, "")

    def _close(self, name: str, fault: str) -> None:
        self.inside.pop()
        if name == "VEVENT":
            event = self.open_events.pop()
            event.fault = event.fault or fault

    def _line(self, raw: str) -> None:
        if self.open_events and self.inside[-1] == "VEVENT":
            name = raw.partition(":")[0].partition(";")[0].upper()
            if name in _READ:
                self._keep(name, raw)
        elif self.inside == ["VCALENDAR"] and raw[:15].upper().startswith("X-WR-TIMEZONE:"):
            self.blocks.timezone = raw[14:].strip()

    def _keep(self, name: str, raw: str) -> None:
        if len(raw) > LONGEST_LINE:
            raw = raw[:LONGEST_LINE]
            self.blocks.warnings["line_truncated"] = None
        match = _LINE.fullmatch(raw)
        if match is None:
            self.blocks.warnings["bad_line"] = None
        else:
            self.open_events[-1].lines[name].append(Line(match[2], match[3]))


def _lines(text: str) -> Iterator[str]:
    return (line for line in text.split("\n") if line)
