"""Meetups as search engines read them."""

import json
from datetime import UTC, datetime

import pytest

from usergroups.formats.schema_org import Seat, meetup, script_text
from usergroups.links import Links
from usergroups.models import Attendance, Event, EventStatus, Group, Precision

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


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, {"eventStatus": "EventScheduled"}),
        (
            {"moved_from_at": datetime(2026, 6, 4, 16, 30, tzinfo=UTC)},
            {"eventStatus": "EventRescheduled", "previousStartDate": "2026-06-04T18:30+02:00"},
        ),
        (
            {"moved_from_at": datetime(2026, 6, 3, 22, tzinfo=UTC), "all_day": True},
            {"eventStatus": "EventRescheduled", "previousStartDate": "2026-06-04"},
        ),
        # There and back again.
        (
            {"moved_from_at": datetime(2026, 6, 11, 17, tzinfo=UTC)},
            {"eventStatus": "EventScheduled"},
        ),
        (
            {
                "moved_from_at": datetime(2026, 6, 4, 17, tzinfo=UTC),
                "status": EventStatus.CANCELLED,
            },
            {"eventStatus": "EventCancelled"},
        ),
    ],
)
def test_moved_and_called_off(given, state):
    said = meetup(event(**given), GROUP, LINKS)
    state["eventStatus"] = f"https://schema.org/{state['eventStatus']}"
    assert {name: said[name] for name in ("eventStatus", "previousStartDate") if name in said} == (
        state
    )


@pytest.mark.parametrize(
    ("precision", "dates"),
    [
        (Precision.MONTH, {"startDate": "2026-10"}),
        (Precision.QUARTER, {"startDate": "2026-10", "endDate": "2026-12"}),
    ],
)
def test_a_day_that_is_not_fixed_is_not_made_up(precision, dates):
    begins = datetime(2026, 9, 30, 22, tzinfo=UTC)
    said = meetup(event(precision=precision, starts_at=begins, ends_at=begins), GROUP, LINKS)
    assert {name: said[name] for name in ("startDate", "endDate") if name in said} == dates


def test_offers():
    opens = datetime(2026, 6, 1, 8, tzinfo=UTC)
    here = Seat(
        "https://groups.example/rsvp/k3v9", is_free=True, is_sold_out=False, opens_at=opens,
        closes_at=opens.replace(day=9),
    )  # fmt: skip
    said = meetup(event(), GROUP, LINKS, here)
    assert said["isAccessibleForFree"] is True
    assert said["offers"] == {
        "@type": "Offer",
        "url": "https://groups.example/rsvp/k3v9",
        "price": 0,
        "priceCurrency": "EUR",
        "availability": "https://schema.org/InStock",
        "validFrom": "2026-06-01T08:00+00:00",
        "validThrough": "2026-06-09T08:00+00:00",
    }
    elsewhere = meetup(event(), GROUP, LINKS, Seat("https://tickets.example/1"))
    assert elsewhere["offers"] == {"@type": "Offer", "url": "https://tickets.example/1"}
    assert "isAccessibleForFree" not in elsewhere
    assert "offers" not in meetup(event(), GROUP, LINKS)


def test_everybody_who_holds_it_and_both_ways_to_take_part():
    other = Group(slug="lyon", name="Lyon R", city="Lyon", country="FR", timezone="Europe/Paris")
    said = meetup(event(attendance=Attendance.HYBRID), GROUP, LINKS, hosts=[other])
    assert [(one["name"], one["url"]) for one in said["organizer"]] == [
        ("Paris R", "https://groups.example/groups/paris"),
        ("Lyon R", "https://groups.example/groups/lyon"),
    ]
    assert [place["@type"] for place in said["location"]] == ["Place", "VirtualLocation"]
    assert said["location"][1]["url"] == "https://groups.example/events/k3v9/r-friends"


def test_script_text_cannot_end_its_element():
    title = "</script><script>alert(1)</script> <!-- & \u2028\u2029 é"
    text = script_text({"name": title})
    assert text == (
        '{"name":"\\u003c/script\\u003e\\u003cscript\\u003ealert(1)\\u003c/script\\u003e '
        '\\u003c!-- \\u0026 \\u2028\\u2029 é"}'
    )
    assert json.loads(text) == {"name": title}
