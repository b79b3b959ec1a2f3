"""Meetups in the vocabulary of schema.org, as search engines read it (JSON-LD).

The fields are those that https://schema.org/Event has and Google documents for events: what a
meetup does not have is left out, and nothing is made up.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from usergroups.links import Links
from usergroups.models import Attendance, EventStatus, Precision
from usergroups.models.event import Scheduled
from usergroups.text import excerpt, one_line

LONGEST_DESCRIPTION = 500
_MODES = {
    Attendance.IN_PERSON: "OfflineEventAttendanceMode",
    Attendance.ONLINE: "OnlineEventAttendanceMode",
    Attendance.HYBRID: "MixedEventAttendanceMode",
}
# What could end the script element early or, in old browsers, a line of script.
_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}
_QUARTER = timedelta(days=70)


class Organizer(Protocol):
    """A group, as far as a meetup names it."""

    @property
    def slug(self) -> str:
        """The end of its address."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def city(self) -> str:
        """Where it meets."""

    @property
    def country(self) -> str:
        """ISO 3166-1 alpha-2."""


@dataclass(frozen=True, slots=True)
class Seat:
    """The way to register. What costs nothing says so; of others' prices nothing is known."""

    url: str
    is_free: bool = False
    # None: nobody counts.
    is_sold_out: bool | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def meetup(
    event: Scheduled,
    group: Organizer,
    links: Links,
    seat: Seat | None = None,
    hosts: Iterable[Organizer] = (),
) -> dict[str, Any]:
    """A meetup as https://schema.org/Event; times with their offset, whole days as dates."""
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": one_line(event.title),
        "url": links.event(event.public_id, event.slug),
        **_times(event),
        **_state(event),
        "eventAttendanceMode": f"https://schema.org/{_MODES[event.attendance]}",
        "location": _location(event, group, links),
        "organizer": _organizers([group, *hosts], links),
    }
    if description := excerpt(event.description, LONGEST_DESCRIPTION):
        said["description"] = description
    if seat is not None:
        said["offers"] = _offer(seat)
        said |= {"isAccessibleForFree": True} if seat.is_free else {}
    return said


def script_text(said: Mapping[str, Any]) -> str:
    """The JSON as the text of a script element of the type application/ld+json."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _times(event: Scheduled) -> dict[str, str]:
    """To the minute, in whole days, or in months where the day is not fixed (ISO 8601)."""
    start, end = event.local_start, event.local_end
    if event.precision is Precision.MONTH:
        return {"startDate": f"{start:%Y-%m}"}
    if event.precision is Precision.QUARTER:
        return {"startDate": f"{start:%Y-%m}", "endDate": f"{start + _QUARTER:%Y-%m}"}
    if event.all_day:
        last = max((end - timedelta(microseconds=1)).date(), event.starts_on)
        return {"startDate": event.starts_on.isoformat(), "endDate": last.isoformat()}
    return {
        "startDate": start.isoformat(timespec="minutes"),
        "endDate": end.isoformat(timespec="minutes"),
    }


def _state(event: Scheduled) -> dict[str, str]:
    """Whether it takes place as announced, was called off, or moved, and then from when."""
    if event.status is EventStatus.CANCELLED:
        return {"eventStatus": "https://schema.org/EventCancelled"}
    if event.moved_from_at is None or event.moved_from_at == event.starts_at:
        return {"eventStatus": "https://schema.org/EventScheduled"}
    before = event.moved_from_at.astimezone(event.zone)
    return {
        "eventStatus": "https://schema.org/EventRescheduled",
        "previousStartDate": before.date().isoformat()
        if event.all_day
        else before.isoformat(timespec="minutes"),
    }


def _offer(seat: Seat) -> dict[str, Any]:
    said: dict[str, Any] = {"@type": "Offer", "url": one_line(seat.url)}
    if seat.is_free:
        # Nothing is nothing in every currency, but one must be named.
        said |= {"price": 0, "priceCurrency": "EUR"}
    if seat.is_sold_out is not None:
        state = "SoldOut" if seat.is_sold_out else "InStock"
        said["availability"] = f"https://schema.org/{state}"
    if seat.opens_at is not None:
        said["validFrom"] = seat.opens_at.isoformat(timespec="minutes")
    if seat.closes_at is not None:
        said["validThrough"] = seat.closes_at.isoformat(timespec="minutes")
    return said


def _organizers(groups: Iterable[Organizer], links: Links) -> dict[str, Any] | list[dict[str, Any]]:
    found = [
        {"@type": "Organization", "name": one_line(one.name), "url": links.group(one.slug)}
        for one in groups
    ]
    return found[0] if len(found) == 1 else found


def _location(event: Scheduled, group: Organizer, links: Links) -> list[dict[str, Any]]:
    places = []
    if event.attendance is not Attendance.ONLINE:
        places.append(_place(event, group))
    if event.attendance is not Attendance.IN_PERSON:
        # Its page tells how to take part where the address of the room is not public.
        page = links.event(event.public_id, event.slug)
        url = one_line(event.online_url or event.url) or page
        places.append({"@type": "VirtualLocation", "url": url})
    return places


def _place(event: Scheduled, group: Organizer) -> dict[str, Any]:
    place: dict[str, Any] = {
        "@type": "Place",
        "name": one_line(event.venue) or group.city,
        "address": {
            "@type": "PostalAddress",
            "addressLocality": group.city,
            "addressCountry": group.country,
        },
    }
    if event.latitude is not None and event.longitude is not None:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": event.latitude,
            "longitude": event.longitude,
        }
    return place
