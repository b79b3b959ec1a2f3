"""The dates of a series, found inside a window and no more of them than anybody needs."""

from calendar import monthrange
from datetime import UTC, date, datetime, time

import recurring_ical_events
from icalendar import Calendar
from icalendar import Event as Component
from icalendar.prop import vRecur

from usergroups.formats.ical.blocks import Block, Line
from usergroups.formats.ical.times import Clock, Times, UnreadableError

MOST_DATES = 104
# More single dates than this in one entry are no meetup's.
MOST_LISTED = 500
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_TIMES_OF_DAY = {"BYHOUR", "BYMINUTE", "BYSECOND"}
_DAILY_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY"}


def is_series(block: Block) -> bool:
    """Whether the entry stands for several dates."""
    return "RRULE" in block.lines or "RDATE" in block.lines


def dates(
    block: Block, times: Times, clock: Clock, window: tuple[datetime, datetime]
) -> list[date]:
    """The starts of a series inside the window, in order, as its calendar gives them.

    A rule that cannot be followed, or not at a bearable price, leaves the first date, with the
    warning "bad_rrule" or "rrule_too_dense".
    """
    try:
        component = _component(block, times, clock)
        calendar = Calendar()
        calendar.add_component(component)
        found = [
            occurrence.decoded("DTSTART")
            for occurrence in recurring_ical_events.of(calendar).between(*window)
        ]
    except UnreadableError as reason:
        clock.warnings[str(reason)] = None
        return [times.start]
    # The library and dateutil below it raise what they please at a stranger's rule.
    except Exception:  # noqa: BLE001
        clock.warnings["bad_rrule"] = None
        return [times.start]
    return sorted(found, key=clock.instant)[:MOST_DATES]


def _component(block: Block, times: Times, clock: Clock) -> Component:
    component = Component()
    component.add("uid", "one")
    component.add("dtstart", times.start)
    for line in block.lines.get("RRULE", [])[:1]:
        component.add("rrule", _rule(line.value, times.start))
    for name in ("RDATE", "EXDATE"):
        lines = block.lines.get(name, [])
        if sum(line.value.count(",") + 1 for line in lines) > MOST_LISTED:
            raise UnreadableError("rrule_too_dense")
        listed = [
            clock.moment(Line(line.parameters, value.partition("/")[0]))
            for line in lines
            for value in line.value.split(",")
        ]
        if listed:
            component.add(name, listed)
    return component


def _rule(text: str, start: date) -> vRecur:
    """The rule, if it is one that ends its search. Raises UnreadableError, ValueError."""
    rule: vRecur = vRecur.from_ical(text.strip().upper())
    if rule["FREQ"][0] not in _FREQUENCIES or _TIMES_OF_DAY & set(rule):
        raise UnreadableError("rrule_too_dense")
    if rule["FREQ"][0] == "DAILY" and set(rule) - _DAILY_PARTS:
        raise UnreadableError("bad_rrule")
    if min(rule.get("INTERVAL", [1])) < 1 or not _is_in_calendar(rule):
        raise UnreadableError("bad_rrule")
    until = rule.get("UNTIL", [None])[0]
    if isinstance(start, datetime) and until and not isinstance(until, datetime):
        # A day means all of it.
        rule["UNTIL"] = [datetime.combine(until, time.max, start.tzinfo).astimezone(UTC)]
    return rule


def _is_in_calendar(rule: vRecur) -> bool:
    """Whether any of its months has any of its days: 30 February is looked for until year 9999."""
    days, months = rule.get("BYMONTHDAY"), rule.get("BYMONTH")
    if not days or not months:
        return True
    return any(abs(day) <= monthrange(2024, month)[1] for day in days for month in months)
