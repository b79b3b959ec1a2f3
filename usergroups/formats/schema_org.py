"""Meetups in the vocabulary of schema.org, as search engines read it (JSON-LD)."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from usergroups.links import Links
from usergroups.models import Attendance, EventStatus
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


def meetup(event: Scheduled, group: Organizer, links: Links) -> dict[str, Any]:
    """A meetup as https://schema.org/Event; times with their offset, whole days as dates."""
    cancelled = event.status is EventStatus.CANCELLED
    description = excerpt(event.description, LONGEST_DESCRIPTION)
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": one_line(event.title),
        "url": links.event(event.public_id, event.slug),
        "startDate": event.local_start.isoformat(timespec="minutes"),
        "endDate": event.local_end.isoformat(timespec="minutes"),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if cancelled else 'Scheduled'}",
        "eventAttendanceMode": f"https://schema.org/{_MODES[event.attendance]}",
        "location": _location(event, group),
        "organizer": {
            "@type": "Organization",
            "name": one_line(group.name),
            "url": links.group(group.slug),
        },
    }
    if event.all_day:
        last = event.local_end - timedelta(microseconds=1)
        said["startDate"] = event.starts_on.isoformat()
        said["endDate"] = max(last.date(), event.starts_on).isoformat()
    if description:
        said["description"] = description
    return said


def script_text(said: Mapping[str, Any]) -> str:
    """The JSON as the text of a script element of the type application/ld+json."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _location(event: Scheduled, group: Organizer) -> list[dict[str, Any]]:
    places = []
    if event.attendance is not Attendance.ONLINE:
        places.append(_place(event, group))
    if event.attendance is not Attendance.IN_PERSON:
        virtual = {"@type": "VirtualLocation"}
        if event.online_url or event.url:
            virtual["url"] = one_line(event.online_url or event.url)
        places.append(virtual)
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
