"""Content lines (RFC 5545 section 3.1): a name, parameters, a value; also those written badly."""

import re
from collections import defaultdict
from dataclasses import dataclass

LONGEST_LINE = 65_536
_VALUE = r'(?:"[^"]*"|[^";:,]*)'
_WELL_FORMED = re.compile(
    rf"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+={_VALUE}(?:,{_VALUE})*+)*+):(.*)", re.DOTALL
)
_LOOSE = re.compile(r'[ \t]*([A-Za-z0-9-]+)[ \t]*((?:;(?:"[^"]*"|[^":])*+)?):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([^=;":]+)=((?:"[^"]*"|[^;"])*+)')
# All that is read of an entry; of whoever is invited, notes, alarms and attachments, nothing.
_READ = frozenset(
    {
        "UID", "RECURRENCE-ID", "SUMMARY", "DESCRIPTION", "LOCATION", "GEO", "URL", "CONFERENCE",
        "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "STATUS", "CLASS",
        "SEQUENCE", "CREATED", "LAST-MODIFIED", "DTSTAMP", "ORGANIZER",
        "VERSION", "PRODID", "METHOD", "X-WR-TIMEZONE", "TZID", "TZOFFSETFROM", "TZOFFSETTO",
    }
)  # fmt: skip
# Lists of dates may be long; that they are too long to be followed is another matter.
_LISTS = ("RDATE", "EXDATE")


@dataclass(frozen=True, slots=True)
class Line:
    """A content line's parameters as written, and its value."""

    parameters: str
    value: str

    def parameter(self, name: str) -> str:
        """The parameter's value without quotes, empty where the line has none."""
        for key, value in _PARAMETER.findall(self.parameters):
            if key.strip().upper() == name:
                return str(value).strip().strip('"')
        return ""


Lines = defaultdict[str, list[Line]]


def lines_of(text: str, warnings: dict[str, None]) -> Lines:
    """The lines that matter, by name; in `warnings`, "bad_line" or "line_truncated" of any."""
    found: Lines = defaultdict(list)
    for raw in text.split("\n"):
        if not raw or raw.isspace():
            continue
        line = _bounded(raw, warnings)
        match = _WELL_FORMED.fullmatch(line)
        if match is None:
            if line is raw:  # of one that was cut short, enough has been said
                warnings["bad_line"] = None
            match = _LOOSE.fullmatch(line)
        if match is not None and (name := match[1].upper()) in _READ:
            found[name].append(Line(match[2], match[3]))
    return found


def first(lines: Lines, name: str) -> str:
    """The value of the first line of that name, empty where there is none."""
    found = lines.get(name)
    return found[0].value.strip() if found else ""


def _bounded(raw: str, warnings: dict[str, None]) -> str:
    if len(raw) <= LONGEST_LINE or raw[:6].upper().startswith(_LISTS):
        return raw
    warnings["line_truncated"] = None
    return raw[:LONGEST_LINE]
