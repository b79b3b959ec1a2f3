"""Reading a stranger's calendar in a process of its own, whose end harms nobody."""

from datetime import datetime

from usergroups.formats.ical.blocks import MOST_EVENTS
from usergroups.formats.ical.octets import NotACalendarError
from usergroups.formats.ical.read import read_calendar
from usergroups.inputs.imported_event import Reading


class UnreadableCalendarError(NotACalendarError):
    """Reading it took more time or memory than any calendar is worth: reason "too_costly"."""


def read(
    data: bytes,
    *,
    timezone: str,
    window: tuple[datetime, datetime],
    known: frozenset[str] = frozenset(),
    most_events: int = MOST_EVENTS,
) -> Reading:
    """What `read_calendar` gives and raises, within limits on time and memory.

    Raises UnreadableCalendarError where they are reached.
    """
    return read_calendar(
        data, timezone=timezone, window=window, known=known, most_events=most_events
    )
