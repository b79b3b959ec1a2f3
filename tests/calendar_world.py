"""Five cities whose clocks differ, with series over both changes and everything done to them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tests.factories import make_event, make_group, make_membership, make_rsvp, make_user
from usergroups import clock, db
from usergroups.inputs.my_calendar import MyCalendarInput
from usergroups.inputs.series import SeriesInput, SkipInput
from usergroups.models import (
    Attendance,
    Event,
    EventStatus,
    Group,
    RsvpStatus,
    Topic,
    User,
)
from usergroups.queries import series as queries
from usergroups.services import events, my_calendars, series
from usergroups.services.revisions import mark_changed

# Clocks change on other days and by other laws in each, and never in Kolkata.
CITIES = {
    "london": ("GB", "Europe/London", 51.5074, -0.1278),
    "dublin": ("IE", "Europe/Dublin", 53.3498, -6.2603),
    "new-york": ("US", "America/New_York", 40.7128, -74.006),
    "sydney": ("AU", "Australia/Sydney", -33.8688, 151.2093),
    "kolkata": ("IN", "Asia/Kolkata", 22.5726, 88.3639),
}
# Once everything is made this far, both changes of a year are past everywhere.
MADE_UNTIL = datetime(2027, 5, 1, tzinfo=UTC)
HOSTILE = 'END:VCALENDAR\r\nX;Y="q":\\n, ^n \u202eback\x07 👩‍👩‍👧 ' + "née 日本語, " * 9
_MONTHLY: dict[str, Any] = {
    "repeat": "weekday_of_month", "nth": 2, "weekday": "TU", "starts": "19:00", "ends": "21:30",
    "begins_on": date(2026, 6, 12), "venue": "Room 3, 1 High Street",
}  # fmt: skip
# With an end, since khal reads fifteen years of a rule that has none.
_WEEKLY = _MONTHLY | {
    "repeat": "weekly", "weekdays": ("TH",), "starts": "18:30", "ends": "20:00",
    "ends_on": date(2027, 12, 30),
}  # fmt: skip
_NIGHT = _MONTHLY | {
    "repeat": "day_of_month", "month_day": -1, "every": 2, "starts": "22:00", "ends": "01:00",
}  # fmt: skip


def plant() -> User:
    """The world, and somebody in one of its groups who answered meetups in all."""
    with db.transaction() as session:
        topic = Topic(slug="python", name='Python; "3", \\')
        session.add(topic)
        groups = [
            make_group(
                slug=slug, name=f"{slug.title()} {HOSTILE[:40]}", country=country, timezone=zone,
                latitude=latitude, longitude=longitude, topics=[topic] if slug != "dublin" else [],
            )
            for slug, (country, zone, latitude, longitude) in CITIES.items()
        ]  # fmt: skip
        ids = [group.id for group in groups]
    for group_id in ids:
        _series(group_id)
        with db.transaction() as session:
            _singles(session.get_one(Group, group_id))
            mark_changed(session.get_one(Group, group_id))
    return _somebody(ids[0])


def own_calendars(user: User) -> list[str]:
    """Addresses of this person's calendars: of what they answered, and of their groups besides."""
    wanted = (
        MyCalendarInput(has_answers=True),
        MyCalendarInput(has_answers=True, has_groups=True, remind_minutes=60),
    )
    with db.transaction():
        return [f"/me/calendar/{my_calendars.make(each, by=user)[1]}.ics" for each in wanted]


def _series(group_id: int) -> None:
    with db.transaction():
        monthly = _made(group_id, _MONTHLY, "Second Tuesday")
        weekly = _made(group_id, _WEEKLY, "Every Thursday")
        _made(group_id, _NIGHT, "Into the night")
        _made(group_id, _MONTHLY | {"nth": 4, "ends_on": date(2027, 4, 30)}, "Until spring")
        _made(
            group_id,
            _MONTHLY | {"nth": 1, "ends_on": date(2026, 7, 31), "status": "tentative"},
            "Only once",
        )
    later = clock.now() + timedelta(days=210)
    with clock.frozen_at(later), db.transaction():
        series.extend(queries.held(weekly))
    found = _rows(monthly)
    day, hour = timedelta(days=1), timedelta(hours=1)
    # The first of a series, those next to a change of clocks, and one moved behind the next.
    _revised(found[0], starts_at=found[0].starts_at - hour)
    _revised(found[3], starts_at=found[3].starts_at + day, ends_at=found[3].ends_at + day + hour)
    _revised(found[4], ends_at=found[4].ends_at + 2 * hour, title=f"Long {monthly} {HOSTILE}")
    _revised(found[8], starts_at=found[8].starts_at + 40 * day, ends_at=found[8].ends_at + 40 * day)
    _skipped(monthly, found[6])
    found = _rows(weekly)
    for number in (1, 18, 19, 20, 21, 41):
        _revised(found[number], ends_at=found[number].ends_at + hour / 2)
    _skipped(weekly, found[17])
    _skipped(weekly, found[22])


def _made(group_id: int, facts: dict[str, Any], title: str) -> int:
    group = db.session().get_one(Group, group_id)
    given = facts | {"title": f"{title}, {group.slug}", "timezone": group.timezone}
    return series.make(group, SeriesInput.model_validate(given), by=None).id


def _rows(series_id: int) -> list[Event]:
    with db.reading() as session:
        query = select(Event).where(Event.series_id == series_id).order_by(Event.starts_at)
        return list(session.scalars(query))


def _revised(row: Event, **values: Any) -> None:
    with db.transaction() as session:
        event = session.get_one(Event, row.id)
        events.revise(event, values)
        series.edited_apart(event)


def _skipped(series_id: int, row: Event) -> None:
    with db.transaction():
        given = SkipInput(meetup=row.public_id, reason="Holidays")
        series.skip(queries.held(series_id), given, by=None)


def _singles(group: Group) -> None:
    """Meetups by themselves: days, states, nights when clocks change, difficult words."""
    zone = ZoneInfo(group.timezone)

    def at(*when: int, fold: int = 0) -> datetime:
        return datetime(*when, tzinfo=zone, fold=fold).astimezone(UTC)

    slug = group.slug
    for title, given in {
        "Two days": {"starts_at": at(2026, 10, 24), "ends_at": at(2026, 10, 26), "all_day": True},
        "A day": {"starts_at": at(2026, 7, 14), "ends_at": at(2026, 7, 15), "all_day": True},
        "Perhaps": {"starts_at": at(2026, 9, 2, 19), "status": EventStatus.TENTATIVE},
        "Called off": {"starts_at": at(2026, 9, 3, 19), "status": EventStatus.CANCELLED},
        "Past": {"starts_at": at(2026, 5, 3, 19)},
        "Long past": {"starts_at": at(2025, 11, 2, 19)},
        "Through the night": {"starts_at": at(2026, 10, 24, 23), "ends_at": at(2026, 10, 25, 6)},
        "First 01:30": {"starts_at": at(2026, 10, 25, 1, 30)},
        "Second 01:30": {"starts_at": at(2026, 10, 25, 1, 30, fold=1)},
        "Online": {
            "starts_at": at(2026, 9, 4, 19), "timezone": "UTC", "attendance": Attendance.ONLINE,
            "online_url": "https://meet.example/a,b;c?x=1&y=2",
        },
        HOSTILE: {
            "starts_at": at(2026, 9, 5, 19), "description": f"{HOSTILE}\n\n{HOSTILE}\u2028" * 3,
            "venue": f'Café "R"; 1\\2, {HOSTILE}', "latitude": 51.5, "longitude": -0.0000004,
        },
    }.items():  # fmt: skip
        make_event(group, title=f"{title} {slug}", uid=f"{title[:9]}-{slug}@x", **given)


def _somebody(group_id: int) -> User:
    states = (RsvpStatus.GOING, RsvpStatus.WAITLISTED, RsvpStatus.DECLINED)
    with db.transaction() as session:
        user = make_user(timezone="Europe/London")
        make_membership(user, session.get_one(Group, group_id))
        query = select(Event).order_by(Event.id)
        for number, event in enumerate(session.scalars(query).all()[::3]):
            make_rsvp(event, user, states[number % len(states)])
    return user
