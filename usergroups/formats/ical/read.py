"""Calendars of other people, read with suspicion: whatever the bytes, a reading or one error."""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from usergroups.formats.ical.blocks import MOST_EVENTS, Block, NotACalendarError, cut
from usergroups.formats.ical.series import dates, is_series
from usergroups.formats.ical.times import A_DAY, Clock, Times, UnreadableError, stamp, times_of
from usergroups.formats.ical.zones import iana
from usergroups.inputs.imported_event import ImportedEvent, Reading
from usergroups.models import Attendance, EventStatus
from usergroups.text import excerpt, one_line, plain

__all__ = ["NotACalendarError", "read_calendar"]

Window = tuple[datetime, datetime]

# Rules are followed in this last part of the window: a year back and two on is all one looks at.
RULES_SPAN = timedelta(days=3 * 366)
# Nothing is older: rules that began in the year 1 are only there to keep us busy.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_UID = 255
LONGEST_ADDRESS = 2_000
LONGEST_TEXT = 20_000
LONGEST_LINE = 200
NORTH_POLE, DATE_LINE = 90, 180
_ONLINE = re.compile(r"(online|virtual)( event| meeting| meetup)?", re.IGNORECASE)
_PREFIX = re.compile(r"cancell?ed: ", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "N": "\n"}
_NUMBER = re.compile("[0-9]{1,9}")
_STATES = {"TENTATIVE": EventStatus.TENTATIVE, "CANCELLED": EventStatus.CANCELLED}


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
    Each entry is read by itself: a bad one is left out with a reason, the others stand.
    Raises NotACalendarError and nothing else, whatever the bytes.
    """
    blocks = cut(data)
    clock = Clock(_zone_of(blocks.timezone, timezone, blocks.warnings), blocks.warnings)
    reader = _Reader(clock, window)
    for block in blocks.events:
        reader.take(block)
    return reader.reading()


class _Reader:
    """Gathers events, the newest version of each (UID, recurrence id)."""

    def __init__(self, clock: Clock, window: Window) -> None:
        self.clock, self.window = clock, window
        self.rules_window = (max(window[0], window[1] - RULES_SPAN), window[1])
        self.singles: dict[tuple[str, str], ImportedEvent] = {}
        self.series: dict[tuple[str, str], ImportedEvent] = {}
        self.skipped: list[tuple[str, str]] = []

    def take(self, block: Block) -> None:
        uid = one_line(_text(block, "UID"))
        try:
            self._read(uid, block)
        except UnreadableError as reason:
            self.skipped.append((uid, str(reason)))
        except OverflowError:
            self.skipped.append((uid, "out_of_range"))
        except ValueError:  # such as a title made of nothing that can be shown
            self.skipped.append((uid, "unreadable"))

    def reading(self) -> Reading:
        found = {**self.series, **self.singles}
        events = sorted(found.values(), key=lambda event: (event.starts_at, event.uid))
        return Reading(
            events=tuple(events),
            skipped=tuple(self.skipped),
            warnings=tuple(self.clock.warnings),
        )

    def _read(self, uid: str, block: Block) -> None:
        if block.fault:
            raise UnreadableError(block.fault)
        if block.value("CLASS").strip().upper() in {"PRIVATE", "CONFIDENTIAL"}:
            raise UnreadableError("not_public")
        times = times_of(block, self.clock)
        if times.starts_at < EARLIEST:
            raise UnreadableError("out_of_range")
        event = _event(self._uid(uid, block, times), block, times)
        if "RECURRENCE-ID" in block.lines:
            moment = self.clock.moment(block.lines["RECURRENCE-ID"][0])
            event = event.model_copy(update={"recurrence_id": self._id(moment)})
        elif is_series(block):
            self._expand(event, block, times)
            return
        if not self.window[0] <= event.starts_at < self.window[1]:
            raise UnreadableError("out_of_range")
        self._keep(self.singles, event)

    def _expand(self, event: ImportedEvent, block: Block, times: Times) -> None:
        length = event.ends_at - event.starts_at
        days = timedelta(days=round(length / A_DAY))
        for moment in dates(block, times, self.clock, self.rules_window):
            starts_at = self.clock.instant(moment)
            # A day is not always 24 hours.
            ends_at = self.clock.instant(moment + days) if event.all_day else starts_at + length
            one = {
                "recurrence_id": self._id(moment),
                "starts_at": starts_at,
                "ends_at": ends_at,
            }
            self._keep(self.series, event.model_copy(update=one))

    def _keep(self, kept: dict[tuple[str, str], ImportedEvent], event: ImportedEvent) -> None:
        key = event.uid, event.recurrence_id
        other = kept.get(key)
        if other is not None:
            self.clock.warnings["duplicate_uid"] = None
        if other is None or _version(other) <= _version(event):
            kept[key] = event

    def _id(self, moment: date) -> str:
        """The name of a date of a series, however its calendar spells it."""
        if isinstance(moment, datetime):
            return f"{self.clock.instant(moment):%Y%m%dT%H%M%SZ}"
        return f"{moment:%Y%m%d}"

    def _uid(self, uid: str, block: Block, times: Times) -> str:
        if uid and len(uid) <= LONGEST_UID:
            return uid
        self.clock.warnings["long_uid" if uid else "missing_uid"] = None
        known = uid or f"{times.starts_at} {_text(block, 'SUMMARY')}"
        return hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()


def _event(uid: str, block: Block, times: Times) -> ImportedEvent:
    url = _address(block.value("URL"))
    description = _without_link(plain(_text(block, "DESCRIPTION")).strip(), url)[:LONGEST_TEXT]
    status = _STATES.get(block.value("STATUS").strip().upper(), EventStatus.CONFIRMED)
    title = one_line(_text(block, "SUMMARY"))
    if status is EventStatus.CANCELLED:
        title = _PREFIX.sub("", title, count=1)
    sequence = block.value("SEQUENCE").strip()
    return ImportedEvent(
        uid=uid,
        title=title[:LONGEST_LINE] or excerpt(description, 80) or "Meetup",
        description=description,
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        timezone=times.timezone,
        all_day=times.all_day,
        status=status,
        url=url,
        sequence=int(sequence) if _NUMBER.fullmatch(sequence) else 0,
        created_at=stamp(block, "CREATED"),
        revised_at=stamp(block, "LAST-MODIFIED") or stamp(block, "DTSTAMP"),
        **_place(block),
    )


def _place(block: Block) -> dict[str, object]:
    """Where it is: an address of the web is where one takes part online."""
    venue = one_line(_text(block, "LOCATION"))[:LONGEST_LINE]
    online_url = _address(block.value("CONFERENCE"))
    if _address(venue):
        venue, online_url = "", online_url or _address(venue)
    is_online = not venue and bool(online_url)
    if _ONLINE.fullmatch(venue):
        venue, is_online = "", True
    latitude, longitude = _position(block.value("GEO"))
    attendance = Attendance.HYBRID if online_url else Attendance.IN_PERSON
    return {
        "venue": venue,
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


def _address(text: str) -> str:
    """The address, if it is one of the web and holds no password."""
    address = one_line(text)
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


def _text(block: Block, name: str) -> str:
    """A TEXT value without its escapes (RFC 5545 section 3.3.11)."""
    return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[1]), block.value(name))


def _version(event: ImportedEvent) -> tuple[int, datetime]:
    return event.sequence, event.revised_at or datetime.min.replace(tzinfo=UTC)


def _zone_of(given: str, group_zone: str, warnings: dict[str, None]) -> str:
    """The zone of a calendar's times: the one it is shown in, if that tells more than UTC."""
    if not given:
        return group_zone
    zone = iana(given)
    if zone is None:
        warnings["tz_guessed"] = None
    return group_zone if zone in {None, "UTC"} else zone
