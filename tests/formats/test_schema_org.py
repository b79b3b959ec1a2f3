"""Meetups as search engines read them."""

import json
from datetime import UTC, datetime

from usergroups.formats.schema_org import meetup, script_text
from usergroups.links import Links
from usergroups.models import Attendance, Event, EventStatus, Group

GROUP = Group(slug="paris", name="Paris R", city="Paris", country="FR", timezone="Europe/Paris")
LINKS = Links("https://groups.example")


def event(**given):
    """A meetup in Paris."""
    facts = {
        "public_id": "k3v9", "title": "R & friends", "description": "Hello,\n\n**all**",
        "starts_at": datetime(2026, 6, 11, 17, tzinfo=UTC),
        "ends_at": datetime(2026, 6, 11, 19, tzinfo=UTC), "timezone": "Europe/Paris",
        "all_day": False, "status": EventStatus.CONFIRMED, "attendance": Attendance.IN_PERSON,
        "venue": "Library", "latitude": 48.85, "longitude": 2.35, "online_url": "", "url": "",
    }  # fmt: skip
    return Event(**facts | given)


def test_a_meetup_whole():
    assert meetup(event(), GROUP, LINKS) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "R & friends",
        "url": "https://groups.example/events/k3v9/r-friends",
        "startDate": "2026-06-11T19:00+02:00",
        "endDate": "2026-06-11T21:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": [
            {
                "@type": "Place",
                "name": "Library",
                "address": {
                    "@type": "PostalAddress",
                    "addressLocality": "Paris",
                    "addressCountry": "FR",
                },
                "geo": {"@type": "GeoCoordinates", "latitude": 48.85, "longitude": 2.35},
            }
        ],
        "organizer": {
            "@type": "Organization",
            "name": "Paris R",
            "url": "https://groups.example/groups/paris",
        },
        "description": "Hello, all",
    }


def test_a_cancelled_day_online():
    said = meetup(
        event(
            all_day=True, status=EventStatus.CANCELLED, attendance=Attendance.ONLINE,
            starts_at=datetime(2026, 6, 10, 22, tzinfo=UTC),
            ends_at=datetime(2026, 6, 12, 22, tzinfo=UTC), description="",
            online_url="https://meet.example/room",
        ),
        GROUP,
        LINKS,
    )  # fmt: skip
    assert (said["startDate"], said["endDate"]) == ("2026-06-11", "2026-06-12")
    assert said["eventStatus"] == "https://schema.org/EventCancelled"
    assert said["location"] == [{"@type": "VirtualLocation", "url": "https://meet.example/room"}]
    assert "description" not in said


def test_script_text_cannot_end_its_element():
    title = "</script><script>alert(1)</script> <!-- & \u2028\u2029 é"
    text = script_text({"name": title})
    assert text == (
        '{"name":"\\u003c/script\\u003e\\u003cscript\\u003ealert(1)\\u003c/script\\u003e '
        '\\u003c!-- \\u0026 \\u2028\\u2029 é"}'
    )
    assert json.loads(text) == {"name": title}
