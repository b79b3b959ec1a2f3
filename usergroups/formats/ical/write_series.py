"""A series of ours in a calendar: one VEVENT with its rule, and those dates that differ after it.

Everything is made of the meetups that the calendar holds: the rule begins with the first of them,
dates without one are left out (EXDATE), and a meetup that is like its series needs no component.
So the calendar says the same as our pages, however the series came to be so.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Event as Component
from icalendar.prop import vInt, vRecur

from usergroups.formats.ical.write import add_recurrence_id, add_times, describe, on_wall
from usergroups.formats.recurrence import dates, moment, wall_of
from usergroups.links import Links
from usergroups.models import Event, Group, Series

_LAST_SECOND = time(23, 59, 59)
# As far as programs look; clocks change within it everywhere where they do.
_LOOK_AHEAD = timedelta(days=3 * 366)
# What must be the same for a meetup to be like its series; its times are looked at apart.
_SHARED = (
    "title", "description", "timezone", "all_day", "status", "attendance", "venue", "latitude",
    "longitude", "online_url", "url",
)  # fmt: skip


def write_series(  # noqa: PLR0913, PLR0917  what every component is made of, and who tells the rest
    series: Series,
    usual: Event,
    rows: Sequence[Event],
    links: Links,
    topics: Iterable[str] = (),
    apart: AbstractSet[str] = frozenset(),
) -> bytes:
    """The VEVENTs of a series (RFC 5545 sections 3.8.4.4, 3.8.5), that with the rule first.

    `usual` is what its meetups are like, times apart, with what its calendar says of the series
    itself: UID, sequence, when it was made and last revised. `rows` are the meetups that have its
    UID, at least one. Those with recurrence ids `apart` are told by the caller, after this.
    One date and no other is a meetup like any other, with the UID of its series (`is_single`).
    """
    group, topics = rows[0].group, list(topics)
    if is_single(series, rows):
        component = _occurrence(series, rows[0], group, links, topics)
        del component["recurrence-id"]
        return bytes(component.to_ical())
    walls = sorted(wall_of(row.recurrence_id) for row in rows)
    said = [_master(series, usual, walls, group, links, topics)]
    said += [
        _occurrence(series, row, group, links, topics)
        for row in rows
        if row.recurrence_id not in apart and not _is_usual(row, usual, series)
    ]
    return b"".join(bytes(component.to_ical()) for component in said)


def is_single(series: Series, rows: Sequence[Event]) -> bool:
    """Whether a calendar holds one date of a series and its rule gives no other.

    Then it is told without the rule: programs have more ways to read a rule with one exception
    than a meetup, and some show both.
    """
    if len(rows) > 1 or series.ends_on is None:
        return False
    known = max(wall_of(rows[0].recurrence_id).date(), series.made_until or date.min)
    return series.ends_on <= known


def write_occurrence(
    series: Series, row: Event, group: Group, links: Links, topics: Iterable[str] = ()
) -> bytes:
    """The VEVENT of one date of a series, told by itself (RFC 5545 section 3.8.4.4)."""
    return bytes(_occurrence(series, row, group, links, topics).to_ical())


def _master(  # noqa: PLR0913, PLR0917  what every component is made of, and the dates
    series: Series,
    usual: Event,
    walls: Sequence[datetime],
    group: Group,
    links: Links,
    topics: Iterable[str],
) -> Component:
    component = describe(usual, group, links.series(series.public_id), links, topics)
    begins = on_wall(walls[0], series.timezone)
    component.add("dtstart", begins)
    component.add("dtend", begins + timedelta(minutes=series.minutes))
    rule = vRecur.from_ical(series.rule)
    last = walls[-1].date()
    ends_on = series.ends_on
    if ends_on is None and _meets_changes(series, walls[0].date()):
        ends_on = series.made_until
    if ends_on is not None:
        end = datetime.combine(max(ends_on, last), _LAST_SECOND)
        zone = ZoneInfo(series.timezone)
        rule["UNTIL"] = [end.replace(tzinfo=zone).astimezone(UTC)]
    component.add("rrule", rule)
    left_out = _left_out(series, walls)
    if left_out:
        component.add("exdate", left_out)
    return component


def _meets_changes(series: Series, since: date) -> bool:
    """Whether it begins or ends one day at a time that clocks skip or show twice, or meanwhile.

    Programs differ about when that is. Its meetups that are made say it in UTC; a rule that ends
    with them leaves nothing to be guessed, and goes on when more are made.
    """
    for day in dates(series.rule, since, since + _LOOK_AHEAD):
        start = moment(datetime.combine(day, series.starts), series.timezone)
        end = moment(start.wall + timedelta(minutes=series.minutes), series.timezone)
        if start.oddity or end.oddity or end.at - start.at != timedelta(minutes=series.minutes):
            return True
    return False


def _left_out(series: Series, walls: Sequence[datetime]) -> list[datetime]:
    """The times that the rule gives and at which there is nothing."""
    skipped = {date.fromisoformat(day) for day in series.skipped}
    made = max([walls[-1].date(), *([series.made_until] if series.made_until else [])])
    there = set(walls)
    found = (
        (day, datetime.combine(day, series.starts))
        for day in dates(series.rule, walls[0].date(), max([made, *skipped]))
    )
    return [
        on_wall(wall, series.timezone)
        for day, wall in found
        if wall not in there and (day <= made or day in skipped)
    ]


def _occurrence(
    series: Series, row: Event, group: Group, links: Links, topics: Iterable[str]
) -> Component:
    page = links.event(row.public_id, row.slug)
    component = describe(row, group, page, links, topics)
    add_times(component, row)
    # One with a lower number than its series could be taken for overtaken.
    component["sequence"] = vInt(max(row.sequence, series.sequence))
    add_recurrence_id(component, row, series.timezone)
    return component


def _is_usual(row: Event, usual: Event, series: Series) -> bool:
    """Whether the rule alone says all about a meetup.

    A time that clocks skip or show twice is said in UTC, since programs differ about it.
    """
    start = moment(wall_of(row.recurrence_id), series.timezone)
    end = moment(start.wall + timedelta(minutes=series.minutes), series.timezone)
    return (
        start.oddity is None
        and end.oddity is None
        and (row.starts_at, row.ends_at) == (start.at, end.at)
        and row.ends_at - row.starts_at == timedelta(minutes=series.minutes)
        and all(getattr(row, name) == getattr(usual, name) for name in _SHARED)
    )
