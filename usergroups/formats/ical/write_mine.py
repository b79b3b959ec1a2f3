"""A meetup in somebody's own calendar: that of every feed, with what they answered to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Alarm
from icalendar import Event as Component

from usergroups.formats.ical.write import (
    add_recurrence_id,
    add_times,
    describe,
    is_occurrence,
)
from usergroups.links import Links
from usergroups.models import Event, EventStatus, Group, RsvpStatus, Series
from usergroups.text import one_line, plain


@dataclass(frozen=True, slots=True)
class MyAnswer:
    """What somebody answered to a meetup, with the words for it in their language."""

    status: RsvpStatus
    changed_at: datetime
    # A word before the title, where one goes nowhere yet; empty for who goes.
    label: str = ""
    # What stands before the description.
    told: str = ""
    # How long before it their program reminds them; None: not at all.
    remind: timedelta | None = None

    @property
    def is_going(self) -> bool:
        """Whether that time is taken."""
        return self.status is RsvpStatus.GOING

    @property
    def is_open(self) -> bool:
        """Whether it may still become a seat."""
        return self.status in {RsvpStatus.OFFERED, RsvpStatus.WAITLISTED}


def write_answered(  # noqa: PLR0913, PLR0917  what a component is made of, and what is one's own
    event: Event,
    group: Group,
    links: Links,
    mine: MyAnswer,
    topics: Iterable[str] = (),
    series: Series | None = None,
    *,
    is_single: bool = False,
) -> bytes:
    """The VEVENT of a meetup that somebody answered, under the UID that it has everywhere.

    Who goes is busy meanwhile (OPAQUE, RFC 5545 section 3.8.2.7); a place in the line is TENTATIVE.
    `series` is given where the calendar holds the whole of it, to which this is then an exception;
    or where this is the single date of it, and needs no rule above it.
    """
    component = describe(event, group, links.event(event.public_id, event.slug), links, topics)
    add_times(component, event)
    if is_occurrence(event) and not is_single:
        add_recurrence_id(component, event, series.timezone if series else event.timezone)
    _date(component, event, mine, series)
    is_on = event.status in {EventStatus.CONFIRMED, EventStatus.TENTATIVE}
    if is_on and mine.is_open:
        _set(component, "status", "TENTATIVE")
    if is_on and mine.is_going:
        _set(component, "transp", "OPAQUE")
        _remind(component, event, mine.remind)
    if is_on and mine.label:
        _set(component, "summary", one_line(f"{mine.label}: {event.title}"))
    if mine.told:
        _set(component, "description", f"{plain(mine.told)}\n\n{component['description']}")
    return bytes(component.to_ical())


def _date(component: Component, event: Event, mine: MyAnswer, series: Series | None) -> None:
    """A new answer is a revision: programs leave alone what is dated and numbered as before.

    Its number counts what the organizers changed, and the seconds until the answer's last change:
    both only grow.
    """
    revised_at = max(event.revised_at, mine.changed_at).astimezone(UTC)
    for name in ("dtstamp", "last-modified"):
        _set(component, name, revised_at)
    sequence = max(event.sequence, series.sequence if series else 0)
    answered = int((mine.changed_at - event.created_at).total_seconds())
    _set(component, "sequence", sequence + max(answered, 0))


def _remind(component: Component, event: Event, before: timedelta | None) -> None:
    """A reminder (RFC 5545 section 3.6.6); whole days begin at midnight, when nobody wants one."""
    if before is None or event.all_day:
        return
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one_line(event.title))
    alarm.add("trigger", -before)
    component.add_component(alarm)


def _set(component: Component, name: str, value: Any) -> None:
    component.pop(name, None)
    component.add(name, value)
