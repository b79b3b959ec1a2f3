"""Looking at times and at the zones that they are in."""

import re
from datetime import UTC, date, datetime

from usergroups.formats.ical.lint_scan import Component, Document, Notes, Property
from usergroups.formats.ical.zones import UTC_NAMES, iana
from usergroups.inputs.fields import timezones

_MOMENT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?")
_LAST_SECOND = 59
_YEARLY = re.compile(
    r"(?=.*FREQ=YEARLY)(?=.*BYMONTH=[0-9]+(;|$))"
    r"(?=.*(BYDAY=[+-]?[1-5](MO|TU|WE|TH|FR|SA|SU)(;|$)"
    r"|BYMONTHDAY=|BYDAY=(MO|TU|WE|TH|FR|SA|SU)(;|$))).*"
)


def moment(text: str) -> date | None:
    """A day or a time as RFC 5545 3.3.4 and 3.3.5 write them; None for anything else.

    In UTC it is aware. A leap second is the one before it.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, month, day, *rest = match.groups()
    try:
        if rest[0] is None:
            return date(int(year), int(month), int(day))
        hour, minute, second = (int(part) for part in rest[:3])
        at = (int(year), int(month), int(day), hour, minute)
        if second == _LAST_SECOND + 1:
            second = _LAST_SECOND
        return datetime(*at, second, tzinfo=UTC if rest[3] else None)
    except ValueError:
        return None


def is_time(value: date) -> bool:
    """Whether it is a time and not a day."""
    return isinstance(value, datetime)


class Zones:
    """The zones of a file: those that it explains, those that its times are in."""

    def __init__(self, document: Document, notes: Notes) -> None:
        self.notes = notes
        self.explained: set[str] = set()
        self.used: dict[str, int] = {}
        self.default = next(
            (name for each in document.calendars if (name := each.value("X-WR-TIMEZONE"))), ""
        )
        for zone in document.zones:
            self._look_at(zone)

    def time(self, found: Property) -> date | None:
        """What a time says; what is wrong with it is noted. Several by commas: the first."""
        text = found.value.strip()
        value = moment(text)
        if value is None:
            self.notes.add("bad_date", found.at, name=found.name, value=text)
        elif not is_time(value):
            if found.parameters.get("VALUE", "").upper() != "DATE":
                self.notes.add("date_without_value", found.at, name=found.name)
        else:
            self._zone(found, value)
        return value

    def settle(self) -> None:
        """Note what of the zones is not explained or not known, once all times were seen."""
        known = timezones()
        for name, at in self.used.items():
            zone = iana(name)
            is_explained = name in self.explained
            if zone is None:
                self.notes.add("zone_private" if is_explained else "zone_unknown", at, zone=name)
                continue
            if name not in known and name.lower() not in UTC_NAMES:
                is_windows = "/" not in name
                self.notes.add("zone_windows" if is_windows else "zone_prefixed", at, zone=name)
            if not is_explained:
                self.notes.add("vtimezone_missing", at, zone=name)

    def _zone(self, found: Property, value: date) -> None:
        name = found.parameters.get("TZID", "")
        is_utc = isinstance(value, datetime) and value.tzinfo is not None
        if name and is_utc:
            self.notes.add("zone_with_utc", found.at)
        elif name:
            self.used.setdefault(name, found.at)
        elif not is_utc:
            code = "x_wr_timezone_only" if self.default else "floating_time"
            self.notes.add(code, found.at, name=found.name)

    def _look_at(self, zone: Component) -> None:
        name = zone.value("TZID").strip('"')
        if name in self.explained:
            self.notes.add("vtimezone_twice", zone.at, zone=name)
        self.explained.add(name)
        if "X-LIC-LOCATION" in zone.properties:
            self.notes.add("vtimezone_location", zone.at)
        observances = [part for part in zone.parts if part.name in {"STANDARD", "DAYLIGHT"}]
        if not observances or any(not _is_whole(part) for part in observances):
            self.notes.add("vtimezone_empty", zone.at, zone=name)
        for part in observances:
            if listed := part.first("RDATE"):
                self.notes.add("vtimezone_dates", listed.at, zone=name)
            rule = part.first("RRULE")
            if rule and not _YEARLY.fullmatch(rule.value.upper()[:200]):
                self.notes.add("vtimezone_rule", rule.at, zone=name, rule=rule.value)


def _is_whole(observance: Component) -> bool:
    return all(observance.value(name) for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"))
