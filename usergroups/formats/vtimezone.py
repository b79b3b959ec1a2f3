"""Time zones as calendars carry them: VTIMEZONE by yearly rules (RFC 5545 section 3.6.5).

Rules, never lists of dates: several calendar programs read only DTSTART, RRULE and the two
offsets of each observance, and are an hour off where they find RDATE instead.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

FIRST_YEAR = 1970
# What signed 32-bit seconds reach, and so most programs; rules without an end go on after it.
LAST_YEAR = 2037
LINE = 75
_WEEK = 7
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Shorter than any state of a clock since 1970 (Recife tried summer time for a week in 2000).
_STEP = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class _Onset:
    """The instant at which clocks change, the wall clock before it, and both offsets."""

    at: datetime
    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool

    @property
    def change(self) -> tuple[object, ...]:
        """What clocks do, and at which time of day."""
        return self.before, self.after, self.name, self.is_daylight, self.wall.time()


@dataclass(frozen=True, slots=True)
class _Shape:
    """A way to say "that day of every year": in RFC 5545, and as bounds to the day of the month.

    A negative first day counts from the month's end.
    """

    rule: str
    month: int
    weekday: int
    first: int
    last: int

    def means(self, wall: datetime) -> bool:
        """Whether this day is meant."""
        first = self.first
        if first < 0:
            first += monthrange(wall.year, wall.month)[1] + 1
        return (
            wall.month == self.month
            and wall.weekday() == self.weekday
            and first <= wall.day <= self.last
        )


@dataclass(frozen=True, slots=True)
class _Observance:
    """Onsets that one rule describes; the rule is empty for a single one."""

    first: _Onset
    last: _Onset
    rule: str


@lru_cache(maxsize=1024)
def vtimezone(zone_name: str, since: int = FIRST_YEAR) -> bytes:
    """The VTIMEZONE component of an IANA zone, right from the beginning of year `since` to 2037.

    Raises zoneinfo.ZoneInfoNotFoundError for a name that is none.
    """
    zone = ZoneInfo(zone_name)
    start = datetime(min(max(since, FIRST_YEAR), LAST_YEAR), 1, 1, tzinfo=zone)
    kept = [observance for observance in _observances(zone_name) if observance.last.at >= start]
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone_name}"]
    if not any(observance.first.at <= start for observance in kept):
        lines += _written(_standing(start))
    for observance in kept:
        lines += _written(observance)
    lines.append("END:VTIMEZONE")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


@lru_cache(maxsize=1024)
def _observances(zone_name: str) -> tuple[_Observance, ...]:
    """All changes of a zone's clocks, as few observances as rules allow, by their first onset.

    Sought from the end, so that today's rules reach back as far as they hold.
    """
    left = list(_onsets(ZoneInfo(zone_name)))
    observances = []
    while left:
        run, rule = max(
            ((_run(left, shape), shape.rule) for shape in _shapes(left[-1].wall)),
            key=lambda found: len(found[0]),
        )
        observances.append(_Observance(run[0], run[-1], _ended(run, rule)))
        taken = {onset.at for onset in run}
        left = [onset for onset in left if onset.at not in taken]
    return tuple(reversed(observances))


def _onsets(zone: ZoneInfo) -> Iterator[_Onset]:
    end = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
    at = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    probes = []
    while at < end:
        probes.append((at, at.astimezone(zone).utcoffset()))
        at += _STEP
    for (early, before), (late, after) in pairwise(probes):
        if before != after:
            yield _onset(zone, early, late)


def _onset(zone: ZoneInfo, early: datetime, late: datetime) -> _Onset:
    """The change between two instants, found by halving, to the second."""
    start = early.astimezone(zone)
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early).total_seconds() // 2)
        if middle.astimezone(zone).utcoffset() == start.utcoffset():
            early = middle
        else:
            late = middle
    local = late.astimezone(zone)
    before, after = start.utcoffset() or timedelta(0), local.utcoffset() or timedelta(0)
    return _Onset(
        late,
        late.replace(tzinfo=None) + before,
        before,
        after,
        local.tzname() or "LMT",
        _is_daylight(start, local),
    )


def _is_daylight(before: datetime, after: datetime) -> bool:
    """Whether the clock is ahead in the warm half of the year.

    Where law calls summer the standard and winter a negative daylight saving time (Dublin), the
    words are turned round: few programs know of negative ones.
    """
    none = timedelta(0)
    saved, saved_before = after.dst() or none, before.dst() or none
    return saved > none or (saved == none and saved_before < none)


def _shapes(wall: datetime) -> Iterator[_Shape]:
    """The ways in which laws name a day, the plainest first."""
    month, day, weekday = wall.month, wall.day, wall.weekday()
    in_month, name = f"FREQ=YEARLY;BYMONTH={month}", _DAYS[weekday]
    longest = monthrange(wall.year, month)[1]
    nth = (day - 1) // _WEEK + 1
    if day > longest - _WEEK:
        yield _Shape(f"{in_month};BYDAY=-1{name}", month, weekday, -_WEEK, longest + 1)
    if nth * _WEEK <= longest:
        yield _Shape(f"{in_month};BYDAY={nth}{name}", month, weekday, nth * _WEEK - 6, nth * _WEEK)
    for first in range(max(day - 6, 1), min(day, longest - 6) + 1):
        days = ",".join(str(first + more) for more in range(_WEEK))
        yield _Shape(f"{in_month};BYMONTHDAY={days};BYDAY={name}", month, weekday, first, first + 6)


def _run(onsets: list[_Onset], shape: _Shape) -> list[_Onset]:
    """The last onset and those of the years right before it that the same rule describes."""
    last = onsets[-1]
    run = [last]
    for onset in reversed(onsets[:-1]):
        year = run[-1].wall.year - 1
        if onset.wall.year < year:
            break
        if onset.wall.year == year and onset.change == last.change and shape.means(onset.wall):
            run.append(onset)
    return run[::-1]


def _ended(run: list[_Onset], rule: str) -> str:
    if len(run) == 1:
        return ""
    if run[-1].wall.year == LAST_YEAR:
        return rule
    # A day late, because some programs compare UNTIL with the clock on the wall.
    return f"{rule};UNTIL={run[-1].at + timedelta(days=1):%Y%m%dT%H%M%SZ}"


def _standing(start: datetime) -> _Observance:
    """What the clock shows when the time of interest begins, as an onset without a change."""
    none = timedelta(0)
    offset, is_daylight = start.utcoffset() or none, (start.dst() or none) > none
    wall, name = start.replace(tzinfo=None), start.tzname() or "LMT"
    onset = _Onset(start, wall, offset, offset, name, is_daylight)
    return _Observance(onset, onset, "")


def _written(observance: _Observance) -> list[str]:
    first = observance.first
    kind = "DAYLIGHT" if first.is_daylight else "STANDARD"
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{first.wall:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{_offset(first.before)}",
        f"TZOFFSETTO:{_offset(first.after)}",
        f"TZNAME:{first.name}",
        *([f"RRULE:{observance.rule}"] if observance.rule else []),
        f"END:{kind}",
    ]


def _folded(line: str) -> str:
    """In lines of 75 octets (RFC 5545 section 3.1); ours are ASCII and never need a third."""
    return line if len(line) <= LINE else f"{line[:LINE]}\r\n {line[LINE:]}"


def _offset(offset: timedelta) -> str:
    """As in RFC 5545 section 3.3.14; seconds only where there are any (Monrovia until 1972)."""
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    minutes, rest = divmod(seconds, 60)
    return f"{sign}{minutes // 60:02}{minutes % 60:02}" + (f"{rest:02}" if rest else "")
