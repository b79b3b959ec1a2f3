"""Dates and times as the clock on the wall at the meetup shows them, written by CLDR.

Each pattern is worked out once for a day or a minute and kept: a page has many of them.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal

from usergroups.models import Precision
from usergroups.web import language


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name."""
    return ZoneInfo(name)


def local(instant: datetime, timezone: str) -> datetime:
    """The instant on the clock of that zone."""
    return instant.astimezone(zone(timezone))


@lru_cache(maxsize=8192)
def _day(day: date, skeleton: str, name: str) -> str:
    if skeleton in {"full", "medium"}:
        return format_date(day, skeleton, locale=language.known(name))
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return format_skeleton(skeleton, at, tzinfo=UTC, locale=language.known(name))


@lru_cache(maxsize=4096)
def _minute(at: time, name: str) -> str:
    return format_time(at, "short", locale=language.known(name))


def _on(day: date) -> date:
    """The day alone: instants of two zones can be equal and fall on different days."""
    return day.date() if isinstance(day, datetime) else day


def last_day(until: datetime) -> date:
    """The last day of what ends at an instant, midnight being the end of the day before."""
    return (until - timedelta(microseconds=1)).date()


def full_day(day: date) -> str:
    """Wednesday, 10 June 2026."""
    return _day(_on(day), "full", language.chosen())


def iso_day(written: str) -> str:
    """10 Jun 2026, of a day written as 2026-06-10."""
    return _day(date.fromisoformat(written), "medium", language.chosen())


def short_day(day: date) -> str:
    """Wed, 10 Jun 2026."""
    return _day(_on(day), "yMMMEd", language.chosen())


def month(day: date) -> str:
    """June 2026."""
    return _day(_on(day), "yMMMM", language.chosen())


def month_in_short(day: date) -> str:
    """Jun 2026."""
    return _day(_on(day), "yMMM", language.chosen())


def period(day: date, precision: Precision) -> str:
    """September 2026, or 3rd quarter 2026: what is known of a day that is not fixed."""
    return _day(_on(day), "yQQQQ" if precision is Precision.QUARTER else "yMMMM", language.chosen())


def short_month(day: date) -> str:
    """Jun."""
    return _day(_on(day), "MMM", language.chosen())


def weekday(day: date) -> str:
    """Wed."""
    return _day(_on(day), "E", language.chosen())


def clock_time(at: datetime) -> str:
    """18:30, of an instant that is on its own clock already."""
    return _minute(at.time(), language.chosen())


@lru_cache(maxsize=4096)
def _zone_hint(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}" if hours else "UTC"


def offset(at: datetime) -> str:
    """UTC+2: how far that clock is from UTC at that instant."""
    return _zone_hint(at.utcoffset() or timedelta())


@lru_cache(maxsize=4096)
def _number(value: int, name: str) -> str:
    return str(format_decimal(value, locale=language.known(name)))


def number(value: int) -> str:
    """1,234 as the language writes it."""
    return _number(value, language.chosen())


def decimal(value: float) -> str:
    """1,234.5 as the language writes it, to one tenth."""
    return str(format_decimal(value, format="#,##0.#", locale=language.locale()))
