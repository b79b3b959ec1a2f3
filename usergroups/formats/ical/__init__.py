"""iCalendar (RFC 5545), both directions: what we publish, and what other calendars say."""

from usergroups.formats.ical.read import NotACalendarError, read_calendar
from usergroups.formats.ical.write import (
    CalendarHead,
    is_announced,
    published_uid,
    write_calendar,
    write_event,
)

__all__ = [
    "CalendarHead",
    "NotACalendarError",
    "is_announced",
    "published_uid",
    "read_calendar",
    "write_calendar",
    "write_event",
]
