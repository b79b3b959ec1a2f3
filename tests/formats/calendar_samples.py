"""Meetups for the tests of calendars, unsaved: `meetup()` and a whole feed with hard cases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from usergroups.formats.ical.write import CalendarHead, write_calendar, write_event
from usergroups.links import Links
from usergroups.models import Attendance, Event, EventStatus, Group

SAMPLES = Path(__file__).parents[1] / "samples"
LINKS = Links("https://groups.example")
GROUP = Group(
    slug="lyon", name='Lyon "R", données; café', city="Lyon", country="FR", timezone="Europe/Paris"
)
HEAD = CalendarHead(
    name="Lyon",
    description="Meetups of Lyon",
    url="https://groups.example/groups/lyon",
    source_url="https://groups.example/groups/lyon/calendar.ics",
    timezone="Europe/Paris",
    revised_at=datetime(2026, 5, 2, 8, tzinfo=UTC),
)
WINDOW = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


def meetup(number: int = 1, **given) -> Event:
    """A confirmed meetup of two hours in Lyon, not in any database."""
    starts_at = given.get("starts_at", datetime(2026, 6, 11, 17, tzinfo=UTC))
    facts = {
        "public_id": f"k3v{number}", "uid": f"meetup-{number}@groups.example",
        "recurrence_id": "", "title": f"Meetup {number}", "description": "",
        "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2),
        "timezone": "Europe/Paris", "all_day": False, "status": EventStatus.CONFIRMED,
        "attendance": Attendance.IN_PERSON, "venue": "", "online_url": "", "url": "",
        "sequence": 0, "created_at": datetime(2026, 4, 1, 9, tzinfo=UTC),
        "revised_at": datetime(2026, 5, 1, 9, 30, tzinfo=UTC),
    }  # fmt: skip
    return Event(**facts | given)


def local(zone: str, *when: int, fold: int = 0) -> datetime:
    """The instant at which the clock on the wall shows this."""
    return datetime(*when, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def day(zone: str, *on: int, days: int = 1) -> dict[str, object]:
    """What an event of whole days has of its own."""
    end = datetime(*on) + timedelta(days=days)
    return {
        "all_day": True,
        "timezone": zone,
        "starts_at": local(zone, *on),
        "ends_at": local(zone, end.year, end.month, end.day),
    }


def hard_cases() -> list[Event]:
    """Both changes of the clock in many zones, whole days, states, and difficult text."""
    zones = (
        "Europe/Paris", "Europe/Dublin", "America/New_York", "America/Santiago",
        "Australia/Sydney", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata",
        "Asia/Jerusalem", "Pacific/Chatham",
    )  # fmt: skip
    days = ((3, 12), (3, 28), (3, 30), (4, 6), (10, 3), (10, 5), (10, 24), (10, 26), (11, 2))
    found = [
        meetup(
            number, timezone=zone, title=f"{zone} {month}-{on}",
            starts_at=local(zone, 2026, month, on, 18, 30),
        )
        for number, (zone, (month, on)) in enumerate(
            ((zone, each) for zone in zones for each in days), start=100
        )
    ]  # fmt: skip
    return [
        *found,
        meetup(1, title="The first 02:30", starts_at=local("Europe/Paris", 2026, 10, 25, 2, 30)),
        meetup(
            2, title="The second 02:30",
            starts_at=local("Europe/Paris", 2026, 10, 25, 2, 30, fold=1),
        ),
        meetup(
            3, title="Through the night of the change",
            starts_at=local("Europe/Paris", 2026, 3, 28, 22),
            ends_at=local("Europe/Paris", 2026, 3, 29, 8),
        ),
        meetup(4, title="A day", **day("Europe/Paris", 2026, 7, 14)),
        meetup(5, title="Three days", **day("America/New_York", 2026, 10, 31, days=3)),
        meetup(6, title="Called off", status=EventStatus.CANCELLED, sequence=1),
        meetup(7, title="Perhaps", status=EventStatus.TENTATIVE),
        meetup(
            8, title="Everywhere", timezone="UTC", attendance=Attendance.ONLINE,
            online_url="https://meet.example/a,b;c?x=1&y=2",
        ),
        meetup(
            9, title="Čtvrtek: “データ”, 🎉; \\n literally " * 6, venue="Salle A, 3; rue É\\",
            description="One,\ntwo; three\\four\n\n" + "été 日本 " * 60 + "\n- end",
            latitude=45.764, longitude=4.8357, url="",
        ),
        meetup(10, title="One of a series", uid="s@elsewhere", recurrence_id="20260611T170000Z"),
    ]  # fmt: skip


def feed(events: list[Event]) -> bytes:
    """These meetups as one calendar."""
    return write_calendar(
        HEAD, [write_event(event, GROUP, LINKS, ["R", "a, b"]) for event in events]
    )
