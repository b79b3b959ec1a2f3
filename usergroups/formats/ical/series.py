"""The dates of a series, found inside a window and no more of them than anybody needs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from usergroups.formats.ical.lines import Line, Lines
from usergroups.formats.ical.rules import (
    Rule,
    UnusableRuleError,
    follow,
    is_on_rule,
    rule_of,
)
from usergroups.formats.ical.times import Clock, Length, Times, UnreadableError, duration, span

Window = tuple[datetime, datetime]

MOST_DATES = 104
# More single dates than this in one entry are no meetup's.
MOST_LISTED = 500
MOST_RULES = 5


def is_series(lines: Lines) -> bool:
    """Whether the entry stands for several dates."""
    return bool(lines.get("RRULE") or lines.get("RDATE"))


@dataclass(frozen=True, slots=True)
class _Left:
    """The dates that EXDATE leaves out: moments, and whole days of what has times."""

    instants: set[datetime] = field(default_factory=set)
    days: set[date] = field(default_factory=set)


def dates(
    lines: Lines, times: Times, clock: Clock, window: Window, most: int = MOST_DATES
) -> dict[date, Length]:
    """The starts of a series inside the window, in order, as its calendar gives them, and lengths.

    A rule that cannot be followed, or not at a bearable price, leaves the first date, with the
    warning "bad_rrule" or "rrule_too_dense". Raises UnreadableError("out_of_range") where none is
    inside, left out or not.
    """
    try:
        found = _found(lines, times, clock, window, most)
    except UnusableRuleError as reason:
        clock.warnings[str(reason)] = None
        found = _inside({times.start: times.length}, clock, window)
    most = max(1, min(most, MOST_DATES))
    if len(found) > most:
        clock.warnings["rrule_too_dense"] = None
    return dict(sorted(found.items(), key=lambda each: clock.instant(each[0]))[:most])


def _found(
    lines: Lines, times: Times, clock: Clock, window: Window, most: int
) -> dict[date, Length]:
    listed = [*lines.get("RDATE", []), *lines.get("EXDATE", [])]
    if most < 1 or sum(line.value.count(",") + 1 for line in listed) > MOST_LISTED:
        raise UnusableRuleError("rrule_too_dense")
    if lines.get("EXRULE"):  # given up by RFC 5545 (appendix A.3), and a way to leave out all
        raise UnusableRuleError("bad_rrule")
    starts = {times.start: times.length}
    for line in lines.get("RRULE", [])[:MOST_RULES]:
        rule = rule_of(line.value, times.start)
        starts |= dict.fromkeys(_by_rule(rule, times, clock, window), times.length)
    starts |= dict(_by_list(lines, times, clock))
    left = _left_out(lines, times, clock)
    return {
        moment: length
        for moment, length in _inside(starts, clock, window).items()
        if not _is_left_out(clock, moment, left)
    }


def _inside(starts: dict[date, Length], clock: Clock, window: Window) -> dict[date, Length]:
    inside = {each: starts[each] for each in starts if _is_inside(clock, each, window)}
    if not inside:
        raise UnreadableError("out_of_range")
    return inside


def _by_rule(rule: Rule, times: Times, clock: Clock, window: Window) -> Iterator[date]:
    start = times.start
    is_timed = isinstance(start, datetime)
    first_day = start.date() if isinstance(start, datetime) else start
    if is_timed and rule.until is not None and not _is_utc(rule.until):
        clock.warnings["until_not_utc"] = None
    if not is_on_rule(rule, first_day):
        clock.warnings["dtstart_off_rule"] = None
    day = timedelta(days=1)
    begin, last = window[0].date() - day, window[1].date() + day
    if rule.until is not None:
        last = min(last, _day_of(rule.until) + day)
    for on in follow(rule, first_day, begin, last):
        moment = datetime.combine(on, start.timetz()) if isinstance(start, datetime) else on
        if not _is_over(clock, moment, rule.until):
            yield moment


def _is_over(clock: Clock, moment: date, until: date | None) -> bool:
    """Whether a date comes after UNTIL: an instant, a time on the wall, or all of a day."""
    if until is None:
        return False
    if not (isinstance(until, datetime) and isinstance(moment, datetime)):
        return _day_of(moment) > _day_of(until)
    if until.tzinfo is None:
        return moment.replace(tzinfo=None) > until
    return clock.instant(moment) > until


def _by_list(lines: Lines, times: Times, clock: Clock) -> Iterator[tuple[date, Length]]:
    """The dates that RDATE adds, periods among them (RFC 5545 sections 3.8.5.2 and 3.3.9)."""
    for line in _listed(lines, "RDATE"):
        given, _, end = line.value.partition("/")
        try:
            moment = clock.moment(Line(line.parameters, given), times.zone)
            length = _period(clock, line, moment, end, times) if end else times.length
        except UnreadableError:
            clock.warnings["bad_rdate"] = None
            continue
        if isinstance(times.start, datetime) and not isinstance(moment, datetime):
            moment = datetime.combine(moment, times.start.timetz())
        elif isinstance(moment, datetime) and not isinstance(times.start, datetime):
            moment = moment.date()
        yield moment, length


def _period(clock: Clock, line: Line, moment: date, end: str, times: Times) -> Length:
    if end[:1] in {"P", "p", "+"}:
        given = duration(end)
    else:
        given = span(clock, moment, clock.moment(Line(line.parameters, end), times.zone))
    if given is None:
        clock.warnings["bad_end"] = None
    return given or times.length


def _left_out(lines: Lines, times: Times, clock: Clock) -> _Left:
    left = _Left()
    for line in _listed(lines, "EXDATE"):
        try:
            moment = clock.moment(line, times.zone)
        except UnreadableError:
            clock.warnings["bad_exdate"] = None
            continue
        if isinstance(moment, datetime) and not times.all_day:
            left.instants.add(clock.instant(moment))
        else:
            left.days.add(_day_of(moment))
    return left


def _is_left_out(clock: Clock, moment: date, left: _Left) -> bool:
    return _day_of(moment) in left.days or (
        bool(left.instants) and clock.instant(moment) in left.instants
    )


def _is_inside(clock: Clock, moment: date, window: Window) -> bool:
    try:
        return window[0] <= clock.instant(moment) < window[1]
    except UnreadableError:  # such as the first date of a rule that began in the year 1
        return False


def _listed(lines: Lines, name: str) -> Iterator[Line]:
    return (
        Line(line.parameters, value)
        for line in lines.get(name, [])
        for value in line.value.split(",")
        if value.strip()
    )


def _is_utc(moment: date) -> bool:
    return isinstance(moment, datetime) and moment.tzinfo is UTC


def _day_of(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
