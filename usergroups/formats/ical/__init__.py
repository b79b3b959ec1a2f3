"""iCalendar (RFC 5545), both directions: what we publish, and what other calendars say."""

from usergroups.formats.ical.read import NotACalendarError, read_calendar
from usergroups.formats.ical.write import (
    CalendarHead,
    is_announced,
    write_calendar,
    write_event,
)

__all__ = [
    "CalendarHead",
    "NotACalendarError",
    "is_announced",
    "read_calendar",
    "write_calendar",
    "write_event",
]
