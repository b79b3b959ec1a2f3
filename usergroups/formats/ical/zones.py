"""Which time zone is meant by a name in a stranger's calendar."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from usergroups.formats.ical.foreign_zone import BadTimezoneError, foreign_zone
from usergroups.inputs.fields import timezones

LONGEST_NAME = 100
# A calendar that explains more zones than this, and uses them, is no group's.
MOST_EXPLAINED = 20
UTC_NAMES = frozenset({"utc", "gmt", "z", "etc/utc", "etc/gmt", "etc/uct", "uct", "zulu"})
_OFFSET = re.compile(r"(?:utc|gmt)?[ ]*([+-])([0-9]{1,2})(?::?([0-9]{2}))?")
_FARTHEST = 14 * 60


class Zones:
    """The zones that one calendar names: those that everybody knows, and those it explains.

    `explained` are the texts of its VTIMEZONEs, `floating` the zone of times that name none,
    `at_home` the IANA zone of the group that it belongs to.
    """

    def __init__(
        self, explained: dict[str, str], *, floating: str, at_home: str, warnings: dict[str, None]
    ) -> None:
        self.explained = explained
        self.at_home = at_home
        self.warnings = warnings
        self._floating = floating
        self._named: dict[str, tzinfo] = {}
        self._alike: dict[tzinfo, str] = {}
        self._count = 0
        shown = iana(floating) if floating else None
        self.shown = at_home if shown in {None, "UTC"} else shown or at_home

    def named(self, name: str) -> tzinfo:
        """The zone of this name; the calendar's own where there is none."""
        name = name or self._floating
        if not name:
            return ZoneInfo(self.at_home)
        if name not in self._named:
            self._named[name] = self._found(name)
        return self._named[name]

    def iana_name(self, zone: tzinfo | None, moment: datetime) -> str:
        """The IANA zone by which to show a time of this zone.

        One that only its calendar explains is shown by a zone with the same clocks. UTC is an
        instant and no zone of anybody's: the calendar's then.
        """
        if zone is None or zone is UTC:
            return self.shown
        if isinstance(zone, ZoneInfo):
            return zone.key
        if zone not in self._alike:
            self._alike[zone] = _alike(zone, self.shown, moment)
        return self._alike[zone]

    def _found(self, name: str) -> tzinfo:
        known = exactly(name) or self._by_calendar(name) or iana(name) or _offset(name)
        if known is None:
            self.warnings["tz_guessed"] = None
            known = self.at_home
        if isinstance(known, tzinfo):
            return known
        return UTC if known == "UTC" else ZoneInfo(known)

    def _by_calendar(self, name: str) -> tzinfo | None:
        text = self.explained.get(name.strip().strip('"').lower())
        if text is None:
            return None
        self._count += 1
        try:
            if self._count <= MOST_EXPLAINED:
                return foreign_zone(name, text)
        except BadTimezoneError:
            pass
        self.warnings["bad_vtimezone"] = None
        return None


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    names = {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()}
    return names | {name.lower(): name for name in timezones()}


@lru_cache(maxsize=1024)
def exactly(name: str) -> str | None:
    """The IANA zone that is called so, by itself or by Windows; "UTC" for universal time."""
    given = name.strip().strip('"').strip("/").lower()
    if len(given) > LONGEST_NAME:
        return None
    return "UTC" if given in UTC_NAMES else _known().get(given)


@lru_cache(maxsize=1024)
def iana(name: str) -> str | None:
    """The same, also where the name stands behind a vendor's prefix (RFC 5545 3.2.19)."""
    parts = name.strip().strip('"').strip("/").split("/")
    if len(name) > 2 * LONGEST_NAME:
        return None
    candidates = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((zone for each in candidates if (zone := exactly(each))), None)


def _offset(name: str) -> tzinfo | None:
    """A name such as UTC+2 or GMT-0330."""
    match = _OFFSET.fullmatch(name.strip().lower())
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > _FARTHEST:
        return None
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def _alike(zone: tzinfo, at_home: str, moment: datetime) -> str:
    """The first zone, beginning at home, whose clocks show the same through a year."""
    walls = [moment.replace(tzinfo=None) + timedelta(days=days) for days in range(0, 365, 30)]
    wanted = [zone.utcoffset(wall) for wall in walls]
    for name in (at_home, *dict.fromkeys(WINDOWS_TO_OLSON.values())):
        if [ZoneInfo(name).utcoffset(wall) for wall in walls] == wanted:
            return name
    return at_home
