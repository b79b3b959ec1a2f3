"""The conference days: one that was, and the one that comes next, a month at first."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from usergroups.demo.content import Day, LocalGroup, days
from usergroups.demo.rhythm import nth_weekday
from usergroups.inputs.event import EventInput
from usergroups.models import EventStatus

# Before this many days a conference has a month and a city only.
_FIRM = 60


def of_group(local: LocalGroup, today: date) -> list[EventInput]:
    """The conference days that this group holds, as announced on this day."""
    return [_announced(local, day, today) for day in days() if day.group == local.group.slug]


def _announced(local: LocalGroup, day: Day, today: date) -> EventInput:
    zone = ZoneInfo(local.group.timezone)
    on = _date(day, today)
    is_firm = (on - today).days <= _FIRM
    if is_firm:
        starts_at = datetime.combine(on, day.at, zone)
        ends_at = starts_at + timedelta(minutes=day.minutes)
    else:
        starts_at = datetime.combine(on.replace(day=1), time(), zone)
        ends_at = datetime.combine(_month_after(on), time(), zone)
    return EventInput(
        uid=f"demo-{day.group}-{on.year}-day@demo.usergroups.example",
        title=day.title,
        description=day.text,
        starts_at=starts_at,
        ends_at=ends_at,
        timezone=local.group.timezone,
        all_day=not is_firm,
        status=EventStatus.CONFIRMED if is_firm else EventStatus.TENTATIVE,
        venue=day.venue.name if is_firm else local.group.city,
        latitude=day.venue.latitude if is_firm else None,
        longitude=day.venue.longitude if is_firm else None,
        url=day.url,
    )


def _date(day: Day, today: date) -> date:
    """The last such day before today, or the next from today on."""
    dates = [nth_weekday(today.year + year, day.month, day.weekday, day.nth) for year in (-1, 0, 1)]
    if day.show == "last":
        return max(date_ for date_ in dates if date_ < today)
    return min(date_ for date_ in dates if date_ >= today)


def _month_after(on: date) -> date:
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1)
