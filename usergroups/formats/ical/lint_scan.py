"""A calendar file as it is written, before anything is mended: what stands in which byte."""

import codecs
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from usergroups.formats.ical.lines import LONGEST_LINE

# What lies beyond so many lines was put there to keep us busy.
MOST_LINES = 200_000
LONGEST = 75  # octets, without the line's end (RFC 5545 section 3.1)
_LINE = re.compile(rb"([^\r\n]++)(?:\r\n|\n|\r|\Z)")
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_CONTENT = re.compile(
    r'([A-Za-z0-9-]++)((?:;[A-Za-z0-9-]++=(?:"[^"]*+"|[^";:,]*+)(?:,(?:"[^"]*+"|[^";:,]*+))*+)*+)'
    r":(.*)",
    re.DOTALL,
)
_PARAMETER = re.compile(r';([A-Za-z0-9-]++)=("[^"]*+"|[^;]*+)')
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Those that turn text around, those that nobody sees, and those that some take for line ends.
_UNSEEN = re.compile(rb"\xe2\x80[\x8b\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xc2\x85")
_REST_OF_A_LETTER = {bytes([octet]) for octet in range(0x80, 0xC0)}  # in UTF-8
# All that is looked at; of the rest only that it is a line at all.
_LOOKED_AT = frozenset(
    {
        "VERSION", "PRODID", "METHOD", "UID", "NAME", "X-WR-CALNAME", "X-WR-TIMEZONE", "SOURCE",
        "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "SUMMARY",
        "DESCRIPTION", "LOCATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS",
        "SEQUENCE", "LAST-MODIFIED", "CLASS", "ORGANIZER", "ATTENDEE", "CONTACT", "URL", "GEO",
        "TZID", "TZOFFSETFROM", "TZOFFSETTO", "X-LIC-LOCATION",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Property:
    """A content line: its name in capitals, its parameters, its value, where it begins."""

    name: str
    parameters: dict[str, str]
    value: str
    at: int


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END: its properties by name, its parts in their order."""

    name: str
    at: int
    properties: defaultdict[str, list[Property]] = field(default_factory=lambda: defaultdict(list))
    parts: list["Component"] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        """The first property of this name."""
        found = self.properties.get(name)
        return found[0] if found else None

    def value(self, name: str) -> str:
        """The value of the first property of this name, empty where there is none."""
        found = self.first(name)
        return found.value.strip() if found else ""


@dataclass(slots=True)
class Notes:
    """What was found: each code once, where it was first, in how many places."""

    found: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, at: int, **values: object) -> None:
        """Write something down; of what is there already only that it is there once more."""
        self.times[code] = self.times.get(code, 0) + 1
        if code not in self.found:
            self.found[code] = at, {name: _short(str(value)) for name, value in values.items()}


@dataclass(slots=True)
class Document:
    """The components of a file."""

    calendars: list[Component] = field(default_factory=list)
    events: list[Component] = field(default_factory=list)
    zones: list[Component] = field(default_factory=list)


def scan(data: bytes, notes: Notes) -> Document:
    """The components of a calendar file; what is wrong with its bytes goes to the notes."""
    charset = _charset(data, notes)
    _line_ends(data, notes)
    for code, pattern in (("control_characters", _CONTROL), ("unseen_characters", _UNSEEN)):
        found = pattern.search(data)
        if found and (charset == "utf-8" or code == "control_characters"):
            notes.add(code, found.start())
    walker = _Walker(notes)
    for at, line in _unfolded(data, notes):
        walker.take(at, line.decode(charset, "replace"))
    walker.finish(len(data))
    return walker.document


def _charset(data: bytes, notes: Notes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        notes.add("bom", 0)
    broken = _broken_at(data)
    # What was folded inside a letter is whole once it is unfolded.
    if broken is None or _broken_at(_FOLD.sub(b"", data)) is None:
        return "utf-8"
    notes.add("not_utf8", broken)
    return "cp1252"


def _broken_at(data: bytes) -> int | None:
    try:
        data.decode()
    except UnicodeDecodeError as broken:
        return broken.start
    return None


def _line_ends(data: bytes, notes: Notes) -> None:
    both, feeds, returns = data.count(b"\r\n"), data.count(b"\n"), data.count(b"\r")
    if returns > both:
        notes.add("line_ends_cr", data.replace(b"\r\n", b"\n\n").find(b"\r"))
    if feeds > both:
        at = re.search(rb"(?<!\r)\n", data)
        notes.add("line_ends_lf", at.start() if at else 0)
    if not data.endswith((b"\n", b"\r")):
        notes.add("no_last_line_end", len(data))


def _unfolded(data: bytes, notes: Notes) -> Iterator[tuple[int, bytes]]:
    """Each line with its continuations, and where it begins."""
    start, pieces, end = 0, list[bytes](), 0
    for number, match in enumerate(_LINE.finditer(data)):
        if number == MOST_LINES:
            notes.add("lines_many", match.start(), most=f"{MOST_LINES:,}")
            return
        text = match[1]
        if match.start() != end and end:
            notes.add("blank_lines", end)
        end = match.end()
        if len(text) > LONGEST:
            notes.add("long_line", match.start(), octets=len(text))
        if text[:1] in {b" ", b"\t"} and pieces:
            if text[1:2] in _REST_OF_A_LETTER:
                notes.add("fold_in_character", match.start())
            pieces.append(text[1:])
            continue
        if pieces:
            yield start, b"".join(pieces)
        start, pieces = match.start(), [text]
    if pieces:
        yield start, b"".join(pieces)


class _Walker:
    """Takes line by line, knowing inside which components it is."""

    def __init__(self, notes: Notes) -> None:
        self.notes, self.document = notes, Document()
        self.inside: list[Component] = []
        # How many of each name are open: nobody shall make us look through a deep pile again and
        # again.
        self.open = Counter[str]()

    def take(self, at: int, line: str) -> None:
        line = line.removeprefix("\ufeff")
        start = line[:6].upper()
        if start == "BEGIN:":
            self._begin(at, line[6:].strip().upper())
        elif not self.inside:
            self.notes.add("text_after" if self.document.calendars else "text_before", at)
        elif start.startswith("END:"):
            self._end(at, line[4:].strip().upper())
        else:
            self._property(at, line[:LONGEST_LINE])

    def finish(self, at: int) -> None:
        """The file has ended, or enough was seen; what is open then is not looked at."""
        if self.inside and "lines_many" not in self.notes.found:
            self.notes.add("truncated", at, name=self.inside[-1].name)
        cut = {component.at for component in self.inside}
        self.document.events = [each for each in self.document.events if each.at not in cut]
        self.document.zones = [each for each in self.document.zones if each.at not in cut]

    def _begin(self, at: int, name: str) -> None:
        component = Component(name, at)
        if name == "VCALENDAR":
            if self.inside:
                self.notes.add("nested", at, name=name, outer=self.inside[-1].name)
            elif self.document.calendars:
                self.notes.add("several_calendars", at)
            self.document.calendars.append(component)
        elif not self.inside:
            self.notes.add("text_after" if self.document.calendars else "text_before", at)
        elif name == "VEVENT":
            if self.inside[-1].name != "VCALENDAR":
                self.notes.add("nested", at, name=name, outer=self.inside[-1].name)
            self.document.events.append(component)
        elif name == "VTIMEZONE":
            self.document.zones.append(component)
        if self.inside:
            self.inside[-1].parts.append(component)
        self.inside.append(component)
        self.open[name] += 1

    def _end(self, at: int, name: str) -> None:
        inner = self.inside[-1].name
        if inner != name:
            self.notes.add("wrong_end", at, name=name, inner=inner)
        if self.open[name]:
            while self._leave() != name:
                pass

    def _leave(self) -> str:
        left = self.inside.pop().name
        self.open[left] -= 1
        return left

    def _property(self, at: int, line: str) -> None:
        match = _CONTENT.fullmatch(line)
        if match is None:
            self.notes.add("bad_line", at, text=line)
        elif (name := match[1].upper()) in _LOOKED_AT:
            parameters = {
                parameter.upper(): value.strip('"')
                for parameter, value in _PARAMETER.findall(match[2])
            }
            self.inside[-1].properties[name].append(Property(name, parameters, match[3], at))


def _short(value: str, most: int = 60) -> str:
    """A value as a sentence can hold it."""
    seen = "".join(sign if sign.isprintable() else " " for sign in value[: most + 1]).strip()
    return f"{seen[:most]}…" if len(value) > most else seen
