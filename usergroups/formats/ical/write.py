"""Calendars as we publish them: one VEVENT for each meetup, joined below one head."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Component
from icalendar.prop import vCalAddress, vDuration, vInline, vText, vUri

from usergroups.formats.platforms import platform
from usergroups.formats.recurrence import wall_of
from usergroups.formats.vtimezone import vtimezone
from usergroups.links import Links
from usergroups.models import PUBLISHED, Attendance, Event, EventStatus, Group, Origin
from usergroups.text import one_line, plain

# How often programs should ask again.
REFRESH = timedelta(hours=6)
# A called-off meetup stays until everybody's program has asked again, and until its day is over.
CANCELLED_KEPT = timedelta(days=14)
# As programs paint it that ask nobody for a colour: a CSS3 name (RFC 7986 section 5.9).
COLOR = "seagreen"
CANCELLED_PREFIX = "Cancelled: "
LONGEST_UID = 250
# In octets. A feed is read again and again by everybody; the whole text is on the page.
LONGEST_DESCRIPTION = 4_000
_MORE = "…"
_UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Zulu", "UCT", "Universal"})
_END = b"END:VCALENDAR\r\n"
# A zone's name and the year: names are short, so that no line is folded before it.
_ZONED = re.compile(rb"\r\n(?:DTSTART|RECURRENCE-ID);TZID=([^:\r]+):(\d{4})")


@dataclass(frozen=True, slots=True)
class CalendarHead:
    """What a feed says of itself: its page, its own address, and the zone it is shown in.

    An address that is a secret is left out: files are passed on.
    """

    name: str
    description: str
    url: str
    source_url: str
    timezone: str
    revised_at: datetime | None


class Listed(Protocol):
    """What tells one component from another: a meetup, or a few columns of it."""

    @property
    def uid(self) -> str:
        """As its calendar knows it."""

    @property
    def recurrence_id(self) -> str:
        """Which date of a series it is; empty for single ones."""

    @property
    def origin(self) -> str:
        """Who wrote it: a word of Origin."""


def is_announced(event: Event, now: datetime) -> bool:
    """Whether a feed still holds this meetup.

    A cancelled one stays marked until two weeks after the cancellation and a day after its start,
    whichever is later, and is then left out; subscribers replace the whole feed.
    """
    if event.status is not EventStatus.CANCELLED:
        return event.status in PUBLISHED
    noticed = (event.cancelled_at or event.revised_at) + CANCELLED_KEPT
    return now < max(noticed, event.starts_at + timedelta(days=1))


def write_event(event: Event, group: Group, links: Links, topics: Iterable[str] = ()) -> bytes:
    """The VEVENT of one meetup (RFC 5545 section 3.6.1), lines folded and ended by CRLF.

    A meetup of a series of ours is that one occurrence of it (RFC 5545 section 3.8.4.4).
    """
    component = describe(event, group, links.event(event.public_id, event.slug), links, topics)
    add_times(component, event)
    if is_occurrence(event):
        add_recurrence_id(component, event, event.timezone)
    return bytes(component.to_ical())


def describe(
    event: Event, group: Group, page: str, links: Links, topics: Iterable[str] = ()
) -> Component:
    """All that a calendar says of a meetup but its times, with the page that tells more."""
    component = Component()
    component.add("uid", published_uid(event))
    component.add("dtstamp", event.revised_at.astimezone(UTC))
    component.add("last-modified", event.revised_at.astimezone(UTC))
    component.add("created", event.created_at.astimezone(UTC))
    component.add("sequence", event.sequence)
    title = one_line(event.title)
    component.add("summary", CANCELLED_PREFIX + title if event.is_cancelled else title)
    component.add("status", event.status.value.upper())
    component.add("transp", "TRANSPARENT")
    component.add("class", "PUBLIC")
    component.add("url", page)
    organizer = vCalAddress(links.group(group.slug))
    organizer.params["CN"] = one_line(group.name)
    component.add("organizer", organizer)
    _add_place(component, event)
    names = [one_line(topic) for topic in topics]
    if names:
        component.add("categories", names)
    component.add("description", _description(event, page))
    return component


def write_calendar(head: CalendarHead, events: Iterable[bytes]) -> bytes:
    """A whole feed of components that `write_event` made, in their order.

    Of time zones it carries those that the components name, from the year of the first of them.
    """
    body = b"".join(events)
    revised = head.revised_at
    dated = f"LAST-MODIFIED:{revised.astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n" if revised else ""
    opening = _opening(replace(head, revised_at=None))
    zones = (vtimezone(zone, year) for zone, year in sorted(_zones(body).items()))
    return b"".join((opening, dated.encode(), *zones, body, _END))


@lru_cache(maxsize=256)
def _opening(head: CalendarHead) -> bytes:
    """What stands before the components, but for when they were revised."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{urlsplit(head.url).netloc}//Usergroups//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, vText(one_line(head.name)))
    for name in ("description", "x-wr-caldesc"):
        if head.description:
            calendar.add(name, vText(plain(head.description)))
    calendar.add("x-wr-timezone", vText(head.timezone))
    calendar.add("color", COLOR)
    calendar.add("url", head.url)
    if head.source_url:
        calendar.add("source", vUri(head.source_url), parameters={"VALUE": "URI"})
    refresh = vDuration(REFRESH)
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vInline(vDuration(REFRESH).to_ical().decode()))
    return bytes(calendar.to_ical(sorted=False).removesuffix(_END))


def published_uid(event: Listed) -> str:
    """The UID under which a meetup is published (RFC 5545 section 3.8.4.7).

    An imported one keeps its own, so that whoever subscribes to both calendars sees it once; the
    dates of a series elsewhere are published singly, each with its date in the UID. Those of one
    of ours share its UID.
    """
    uid = one_line(event.uid)
    if event.recurrence_id and not is_occurrence(event):
        uid = f"{uid}-{one_line(event.recurrence_id)}"
    if len(uid.encode()) <= LONGEST_UID:
        return uid
    return hashlib.sha256(uid.encode()).hexdigest()


def is_occurrence(event: Listed) -> bool:
    """Whether it is one date of a series of ours: its recurrence id is a time on the wall."""
    return event.origin == Origin.NATIVE and event.recurrence_id != ""


def identity(event: Listed) -> tuple[str, str]:
    """What no two components of a calendar share: UID and RECURRENCE-ID."""
    return published_uid(event), event.recurrence_id if is_occurrence(event) else ""


def add_recurrence_id(component: Component, event: Event, timezone: str) -> None:
    """Say which occurrence it is: when the rule has it begin, in the zone of its series."""
    wall = wall_of(event.recurrence_id)
    component.add("recurrence-id", on_wall(wall, timezone))


def on_wall(wall: datetime, timezone: str) -> datetime:
    """A time of a series as its calendar gives it: on the wall of its zone, or in UTC."""
    return wall.replace(tzinfo=UTC if timezone in _UTC_NAMES else ZoneInfo(timezone))


def add_times(component: Component, event: Event) -> None:
    """Say from when until when it is: on its clock on the wall, in days, or in UTC."""
    if event.all_day:
        # The end is exclusive, so a day that has begun is part of it.
        last = max((event.local_end - timedelta(microseconds=1)).date(), event.starts_on)
        component.add("dtstart", event.starts_on)
        component.add("dtend", last + timedelta(days=1))
        return
    start, end = event.local_start, event.local_end
    is_over_change = start.utcoffset() != end.utcoffset()
    if event.timezone in _UTC_NAMES or _is_shown_twice(start) or is_over_change:
        # GNOME adds the time that a meetup takes to the clock on the wall it begins by.
        start, end = event.starts_at.astimezone(UTC), event.ends_at.astimezone(UTC)
    elif _is_shown_twice(end):
        # One may be in UTC without the other (RFC 5545 section 3.8.2.2), and the start stays on the
        # clock of its RECURRENCE-ID: there are programs that read the two by the same clock.
        end = event.ends_at.astimezone(UTC)
    component.add("dtstart", start)
    component.add("dtend", end)


def _is_shown_twice(wall: datetime) -> bool:
    """Whether clocks show this time twice, in autumn: programs differ on which is meant."""
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


def _add_place(component: Component, event: Event) -> None:
    venue = one_line(event.venue)
    if venue and event.attendance is not Attendance.ONLINE:
        component.add("location", venue)
    elif event.attendance is Attendance.ONLINE:
        component.add("location", "Online")
    if event.latitude is not None and event.longitude is not None:
        component.add("geo", vInline(f"{event.latitude:.6f};{event.longitude:.6f}"))
    if event.online_url:
        parameters = {"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": one_line(event.title)}
        component.add("conference", vUri(one_line(event.online_url)), parameters=parameters)


def _description(event: Event, page: str) -> str:
    text = plain(event.description).strip()
    octets = text.encode()
    if len(octets) > LONGEST_DESCRIPTION:
        begun = octets[: LONGEST_DESCRIPTION - len(_MORE.encode())].decode(errors="ignore")
        text = _at_a_word(begun) + _MORE
    also = (f"{platform(url)}: {url}" for url in (event.elsewhere or "").splitlines())
    parts = [text, one_line(event.url), *map(one_line, also), page]
    return "\n\n".join(part for part in parts if part)


def _at_a_word(begun: str) -> str:
    """A text cut anywhere, without a word that is not whole; some writing has no spaces."""
    words = begun.rsplit(maxsplit=1)[0]
    return words if 2 * len(words) > len(begun) else begun


def _zones(body: bytes) -> dict[str, int]:
    """The time zones that components name, each with the year of its earliest start."""
    years: dict[str, int] = {}
    for name, year in sorted(set(_ZONED.findall(body)), reverse=True):
        years[name.decode()] = int(year)
    return years
