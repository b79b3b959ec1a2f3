"""What an entry tells besides its times, made fit to be shown."""

import html
import re
from typing import Any
from urllib.parse import urlsplit

from usergroups.formats.ical.lines import Lines, first
from usergroups.formats.ical.times import stamp
from usergroups.text import excerpt, one_line, plain
from usergroups.vocabulary import Attendance, EventStatus

LONGEST_ADDRESS = 2_000
LONGEST_TEXT = 20_000
LONGEST_LINE = 200
# So long a line may have been cut already.
LONGEST_CUT = 65_000
NORTH_POLE, DATE_LINE = 90, 180
_ONLINE = re.compile(r"(online|virtual)( event| meeting| meetup)?", re.IGNORECASE)
_CANCELLED = re.compile(r"cancell?ed: ", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "N": "\n"}
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile("[0-9]{1,9}")
_CARET = re.compile(r"\^([n'^])")
_CARETS = {"n": "\n", "'": '"', "^": "^"}
_STATES = {"TENTATIVE": EventStatus.TENTATIVE, "CANCELLED": EventStatus.CANCELLED}

Warnings = dict[str, None]


def details(lines: Lines, method: str, warnings: Warnings) -> dict[str, Any]:
    """The attributes of an ImportedEvent that are neither its name nor its times."""
    url = _url(lines, warnings)
    description = _without_link(plain(text(lines, "DESCRIPTION", warnings)).strip(), url)
    is_whole = len(first(lines, "DESCRIPTION")) < LONGEST_CUT  # otherwise that has been said
    title = text(lines, "SUMMARY", warnings).strip()
    if "\n" in title or "\r" in title:
        warnings["newline_in_summary"] = None
    title = one_line(title)
    status = _STATES.get(first(lines, "STATUS").upper(), EventStatus.CONFIRMED)
    # Outlook says so in the title alone.
    if method == "CANCEL" or (not lines.get("STATUS") and _CANCELLED.match(title)):
        status = EventStatus.CANCELLED
    if status is EventStatus.CANCELLED:
        title = _CANCELLED.sub("", title, count=1)
    return {
        "title": _cut(title, LONGEST_LINE, warnings) or excerpt(description, 80) or "Meetup",
        "description": _cut(description, LONGEST_TEXT, warnings if is_whole else {}),
        "status": status,
        "url": url,
        "sequence": number(first(lines, "SEQUENCE")),
        "created_at": stamp(lines, "CREATED"),
        "revised_at": stamp(lines, "LAST-MODIFIED") or stamp(lines, "DTSTAMP"),
        "organizer": _organizer(lines),
        **_place(lines, warnings),
    }


def text(lines: Lines, name: str, warnings: Warnings) -> str:
    """A TEXT value without its escapes (RFC 5545 section 3.3.11), nor those of HTML."""
    value = first(lines, name)
    if _TURNING.search(value):
        warnings["bidi_controls"] = None
    if "\\" in value:
        value = _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), value)
    if "&" in value:
        value = _ENTITY.sub(lambda entity: html.unescape(entity[0]), value)
    return value


def number(value: str) -> int:
    """A SEQUENCE, 0 where it is nonsense."""
    return int(value) if _NUMBER.fullmatch(value) else 0


def _cut(value: str, longest: int, warnings: Warnings) -> str:
    if len(value) > longest:
        warnings["field_truncated"] = None
    return value[:longest]


def _organizer(lines: Lines) -> str:
    """The name of whoever invites; an address of a person's is nobody else's business."""
    found = lines.get("ORGANIZER")
    if not found:
        return ""
    name = _CARET.sub(lambda caret: _CARETS[caret[1]], found[0].parameter("CN"))
    if not name and ":" not in found[0].value:
        name = found[0].value  # Mobilizon gives the name itself
    name = one_line(name)[:LONGEST_LINE]
    return "" if "@" in name else name


def _place(lines: Lines, warnings: Warnings) -> dict[str, Any]:
    """Where it is: an address of the web is where one takes part online."""
    venue = one_line(text(lines, "LOCATION", warnings))
    online_url = _address(first(lines, "CONFERENCE"))
    if _address(venue):
        venue, online_url = "", online_url or _address(venue)
    is_online = not venue and bool(online_url)
    if _ONLINE.fullmatch(venue):
        venue, is_online = "", True
    latitude, longitude = _position(first(lines, "GEO"))
    attendance = Attendance.HYBRID if online_url else Attendance.IN_PERSON
    return {
        "venue": _cut(venue, LONGEST_LINE, warnings).strip(),
        "online_url": online_url,
        "attendance": Attendance.ONLINE if is_online else attendance,
        "latitude": latitude,
        "longitude": longitude,
    }


def _position(geo: str) -> tuple[float, float] | tuple[None, None]:
    try:
        latitude, longitude = (float(part) for part in geo.split(";"))
    except ValueError:
        return None, None
    on_earth = abs(latitude) <= NORTH_POLE and abs(longitude) <= DATE_LINE
    # Programs that know no place write the one where both are nought.
    if on_earth and (latitude, longitude) != (0, 0):
        return latitude, longitude
    return None, None


def _url(lines: Lines, warnings: Warnings) -> str:
    given = first(lines, "URL")
    url = "" if plain(given) != given else _address(given)
    if given and not url:
        warnings["bad_url"] = None
    return url


def _address(given: str) -> str:
    """The address, if it is one of the web and holds no password."""
    address = one_line(given)
    if not address.lower().startswith(("http://", "https://")) or len(address) > LONGEST_ADDRESS:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.hostname and "@" not in parts.netloc and " " not in address else ""


def _without_link(description: str, url: str) -> str:
    """The description without a last line that only repeats the address."""
    if url and description.endswith(url):
        shorter = description[: -len(url)]
        return shorter.rstrip() if not shorter or shorter[-1] == "\n" else description
    return description
