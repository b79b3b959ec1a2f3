"""A meetup carried along by a mail: plain values on its row, and a calendar file made of them.

A mail is written from its own row, without asking the database. The file has the UID and SEQUENCE
of the feed, so that who subscribes too has the meetup once. It has no METHOD: as a request it would
open a second channel of answers, which nobody reads.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from icalendar import Calendar

from usergroups.formats.ical.write import CalendarHead, write_calendar, write_event
from usergroups.links import Links
from usergroups.models import Attendance, Event, EventStatus, Group, Origin

_PLAIN = (
    "uid", "recurrence_id", "public_id", "title", "timezone", "all_day", "venue", "latitude",
    "longitude", "online_url", "url", "sequence",
)  # fmt: skip
_INSTANTS = ("starts_at", "ends_at", "created_at", "revised_at")
_WORDS = {"status": EventStatus, "attendance": Attendance, "origin": Origin}
_OF_GROUP = ("slug", "name", "city", "country", "timezone")


def pack(event: Event) -> dict[str, Any]:
    """What a mail needs of a meetup whose group is loaded, as plain values."""
    return (
        {name: getattr(event, name) for name in _PLAIN}
        | {name: getattr(event, name).isoformat() for name in _INSTANTS}
        | {name: getattr(event, name).value for name in _WORDS}
        | {"group": {name: getattr(event.group, name) for name in _OF_GROUP}}
    )


def unpack(values: Mapping[str, Any]) -> Event:
    """The meetup again, with its group, in no table."""
    group = Group(**values["group"], latitude=0, longitude=0)
    return Event(
        group=group,
        description="",
        **{name: values[name] for name in _PLAIN},
        **{name: datetime.fromisoformat(values[name]) for name in _INSTANTS},
        **{name: kind(values[name]) for name, kind in _WORDS.items()},
    )


def attachment(values: Mapping[str, Any], links: Links) -> bytes:
    """The calendar file (RFC 5545) of what `pack` gave."""
    event = unpack(values)
    page = links.event(event.public_id, event.slug)
    head = CalendarHead(
        event.group.name, "", page, links.event_calendar(event.public_id), event.timezone,
        event.revised_at,
    )  # fmt: skip
    written = write_calendar(head, [write_event(event, event.group, links)])
    calendar = Calendar.from_ical(written)
    del calendar["METHOD"]
    return bytes(calendar.to_ical(sorted=False))
