"""The calendar doctor's eye: what Outlook, Google and Apple will show wrong of a calendar, and why.

Pure, and bounded: each line is looked at once, whatever stands in it.
"""

import codecs
import re
from collections.abc import Mapping
from datetime import datetime

from usergroups.formats.ical.blocks import MOST_EVENTS
from usergroups.formats.ical.lint_events import look_at_events
from usergroups.formats.ical.lint_rule import Finding, Rule, Severity
from usergroups.formats.ical.lint_rules_events import RULES as OF_EVENTS
from usergroups.formats.ical.lint_rules_file import RULES as OF_FILES
from usergroups.formats.ical.lint_rules_times import RULES as OF_TIMES
from usergroups.formats.ical.lint_scan import Component, Document, Notes, scan
from usergroups.formats.ical.lint_times import Zones
from usergroups.formats.ical.octets import LARGEST

__all__ = ["RULES", "Finding", "Severity", "finding", "lint"]

RULES: dict[str, Rule] = OF_FILES | OF_EVENTS | OF_TIMES

# What Google reads of a calendar, and how many events every program copes with.
LARGE = 1_000_000
MANY_EVENTS = 1_000
_BEGINNING = re.compile(rb"^(?:\xef\xbb\xbf)?BEGIN:VCALENDAR", re.IGNORECASE)
_LATER = re.compile(rb"[\r\n](?:\xef\xbb\xbf)?BEGIN:VCALENDAR", re.IGNORECASE)
_EVENT = re.compile(rb"BEGIN:VEVENT", re.IGNORECASE)
_PAGE = re.compile(rb"\s*(<!doctype html|<html|<head|<body|<\?xml)", re.IGNORECASE)
_GRAVITY = list(Severity)


def lint(data: bytes, *, asked_at: datetime | None = None) -> list[Finding]:
    """What is wrong with a calendar file, gravest first, each thing once. Never raises.

    `asked_at` is when its server was asked, where one was: stamps of that moment tell that it
    stamps its answers and not its changes. Clauses are of RFC 5545, 5546 and 7986 unless they say
    otherwise; what programs show is measured where it could be, else from their makers' documents.
    """
    notes = Notes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        notes.add("utf16", 0)
        data = data[: LARGEST + 1].decode("utf-16", "replace").encode()
    refusal = _refusal(data, notes)
    if not refusal:
        _look_at(scan(data, notes), data, notes, asked_at)
    return _findings(notes, data)


def finding(code: str, line: int, column: int, times: int, values: Mapping[str, str]) -> Finding:
    """A finding as it was kept: by its code. Raises KeyError for one that there is not."""
    return Finding(code, RULES[code], line, column, times, values)


def _refusal(data: bytes, notes: Notes) -> bool:
    """Whether it is not looked at any further."""
    if len(data) > LARGEST:
        notes.add("too_large", 0)
    elif not _BEGINNING.match(data) and not _LATER.search(data):
        notes.add("html_page" if _PAGE.match(data) else "not_calendar", 0)
    elif (events := len(_EVENT.findall(data))) > MOST_EVENTS:
        notes.add("too_many_events", 0, events=f"{events:,}")
    else:
        return False
    return True


def _look_at(document: Document, data: bytes, notes: Notes, asked_at: datetime | None) -> None:
    if len(data) > LARGE:
        notes.add("large", 0, size=f"{len(data) / 1_000_000:.1f}")
    if len(document.events) > MANY_EVENTS:
        notes.add("many_events", 0, events=f"{len(document.events):,}")
    for calendar in document.calendars[:1]:
        _look_at_head(calendar, notes)
    if not document.events:
        notes.add("empty_feed", 0)
    zones = Zones(document, notes)
    look_at_events(document, zones, notes, asked_at=asked_at)
    zones.settle()


def _look_at_head(calendar: Component, notes: Notes) -> None:
    if calendar.value("VERSION") != "2.0":
        notes.add("version_missing", calendar.at)
    if not calendar.value("PRODID"):
        notes.add("prodid_missing", calendar.at)
    if uid := calendar.first("UID"):
        notes.add("calendar_uid", uid.at)
    method = calendar.value("METHOD").upper()
    if not method:
        notes.add("method_missing", calendar.at)
    elif method != "PUBLISH":
        notes.add("method_other", calendar.properties["METHOD"][0].at, method=method)
    if not calendar.value("NAME") and not calendar.value("X-WR-CALNAME"):
        notes.add("name_missing", calendar.at)
    interval, source = calendar.first("REFRESH-INTERVAL"), calendar.first("SOURCE")
    if interval is None and not calendar.value("X-PUBLISHED-TTL"):
        notes.add("refresh_missing", calendar.at)
    if interval and interval.parameters.get("VALUE", "").upper() != "DURATION":
        notes.add("refresh_interval_value", interval.at)
    if source and source.parameters.get("VALUE", "").upper() != "URI":
        notes.add("source_value", source.at)


def _findings(notes: Notes, data: bytes) -> list[Finding]:
    found = [
        finding(code, *_place(data, at), notes.times[code], values)
        for code, (at, values) in notes.found.items()
    ]
    return sorted(found, key=lambda each: (_GRAVITY.index(each.severity), each.line))


def _place(data: bytes, at: int) -> tuple[int, int]:
    """The line in which an octet stands, and its place there; both from 1."""
    both = data.count(b"\r\n", 0, at)
    line = data.count(b"\n", 0, at) + data.count(b"\r", 0, at) - both + 1
    return line, at - max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at))
