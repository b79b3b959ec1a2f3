"""Looking at the events of a calendar: who they are, how they stand, what they tell."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from usergroups.formats.ical.lint_scan import Component, Document, Notes
from usergroups.formats.ical.lint_series import look_at_series
from usergroups.formats.ical.lint_times import Zones, is_time, moment

LONGEST_UID = 255
_STATES = {"TENTATIVE", "CONFIRMED", "CANCELLED"}
_NUMBER = re.compile("[0-9]{1,10}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*+:\S")
_MARKUP = re.compile(r"</?(p|br|b|i|a|div|span|ul|li|strong|em|h[1-6])(\s[^<>]{0,500})?/?>|&amp;",
                     re.IGNORECASE)  # fmt: skip
_UNESCAPED = re.compile(r"(?:[^\\,;]|\\.)*+[,;]", re.DOTALL)
_CANCELLED = re.compile(r"\W{0,2}(cancell?ed|abgesagt|annulé|cancelado)\b", re.IGNORECASE)
_TEXTS = ("SUMMARY", "LOCATION", "DESCRIPTION")
_LONGEST_LOOK = 20_000
# DTSTAMP so near to when we asked is the moment of the answer, not that of a change.
_JUST_NOW = timedelta(minutes=5)
_SOME = 2


def look_at_events(
    document: Document, zones: Zones, notes: Notes, *, asked_at: datetime | None
) -> None:
    """What is wrong with each event, and with all of them together."""
    is_published = any(each.value("METHOD").upper() == "PUBLISH" for each in document.calendars)
    for event in document.events:
        _look_at_identity(event, notes)
        _look_at_state(event, notes)
        _look_at_people(event, notes, is_published=is_published)
        _look_at_texts(event, notes)
        _look_at_times(event, zones, notes)
    _look_at_uids(document.events, notes)
    _look_at_stamps(document.events, notes, asked_at)


def _look_at_identity(event: Component, notes: Notes) -> None:
    uid = event.value("UID")
    if not uid:
        notes.add("uid_missing", event.at)
    elif len(uid.encode()) > LONGEST_UID:
        notes.add("uid_long", event.at)
    if not event.value("DTSTAMP"):
        notes.add("dtstamp_missing", event.at)
    sequence = event.first("SEQUENCE")
    if sequence is None:
        notes.add("sequence_missing", event.at)
    elif not _NUMBER.fullmatch(sequence.value.strip()):
        notes.add("sequence_form", sequence.at, sequence=sequence.value)


def _look_at_state(event: Component, notes: Notes) -> None:
    status, title = event.value("STATUS").upper(), event.value("SUMMARY")
    if not status:
        notes.add("status_missing", event.at)
    elif status not in _STATES:
        notes.add("status_unknown", event.properties["STATUS"][0].at, status=status)
    if status != "CANCELLED" and _CANCELLED.match(title):
        notes.add("cancelled_in_title", event.properties["SUMMARY"][0].at, title=title)
    if event.value("CLASS").upper() in {"PRIVATE", "CONFIDENTIAL"}:
        notes.add("private_event", event.at)
    if not title:
        notes.add("summary_missing", event.at)


def _look_at_people(event: Component, notes: Notes, *, is_published: bool) -> None:
    organizer = event.first("ORGANIZER")
    if organizer is None and is_published:
        notes.add("organizer_missing", event.at)
    if organizer and not _URI.match(organizer.value):
        notes.add("organizer_form", organizer.at, value=organizer.value)
    for name in ("ORGANIZER", "CONTACT"):
        for found in event.properties.get(name, []):
            if found.value.lower().startswith("mailto:") or (
                name == "CONTACT" and "@" in found.value
            ):
                notes.add("personal_address", found.at, name=name, value=found.value)
    for found in event.properties.get("ATTENDEE", []):
        notes.add("attendee", found.at)
    for part in event.parts:
        if part.name == "VALARM":
            notes.add("alarm", part.at)


def _look_at_texts(event: Component, notes: Notes) -> None:
    for name in _TEXTS:
        for found in event.properties.get(name, [])[:1]:
            text = found.value[:_LONGEST_LOOK]
            if _UNESCAPED.match(text):
                notes.add("unescaped_text", found.at, name=name)
            if markup := _MARKUP.search(text):
                notes.add("markup", found.at, name=name, text=text[markup.start() :])
    url, position = event.first("URL"), event.first("GEO")
    if url and not _is_address(url.value.strip()):
        notes.add("address_form", url.at, value=url.value)
    if position and not _is_position(position.value):
        notes.add("position_form", position.at, value=position.value)


def _look_at_times(event: Component, zones: Zones, notes: Notes) -> None:
    begins, ends = event.first("DTSTART"), event.first("DTEND")
    if begins is None:
        notes.add("start_missing", event.at)
        return
    start = zones.time(begins)
    if start is None:
        return
    if ends and event.first("DURATION"):
        notes.add("end_and_duration", ends.at)
    end = zones.time(ends) if ends else None
    if ends and end is not None:
        if is_time(start) != is_time(end):
            notes.add("end_type", ends.at)
        elif begins.parameters.get("TZID") == ends.parameters.get("TZID"):
            _look_at_order(start, end, ends.at, notes)
    elif ends is None and is_time(start) and not event.first("DURATION"):
        notes.add("end_missing", event.at)
    look_at_series(event, start, notes)


def _look_at_order(start: date, end: date, at: int, notes: Notes) -> None:
    if isinstance(start, datetime) and isinstance(end, datetime):
        if (start.tzinfo is None) == (end.tzinfo is None) and end <= start:
            notes.add("end_not_later", at)
    elif end == start:
        notes.add("all_day_end", at)
    elif end < start:
        notes.add("end_not_later", at)


def _look_at_uids(events: list[Component], notes: Notes) -> None:
    seen = set[tuple[str, str]]()
    masters = {event.value("UID") for event in events if "RECURRENCE-ID" not in event.properties}
    told = set[str]()
    for event in events:
        uid, date_of_series = event.value("UID"), event.value("RECURRENCE-ID")
        if not uid:
            continue
        if (uid, date_of_series) in seen:
            notes.add("uid_duplicate", event.at, uid=uid)
        seen.add((uid, date_of_series))
        if not date_of_series:
            told.add(uid)
        elif uid not in masters:
            notes.add("orphan_override", event.at, uid=uid)
        elif uid not in told:
            notes.add("override_first", event.at)


def _look_at_stamps(events: list[Component], notes: Notes, asked_at: datetime | None) -> None:
    """Whether all events are stamped with the moment of the answer."""
    stamps = Counter(event.value("DTSTAMP") for event in events)
    if len(events) < _SOME or len(stamps) != 1 or not events[0].value("DTSTAMP"):
        return
    stamp = moment(events[0].value("DTSTAMP"))
    changes = {event.value("LAST-MODIFIED") for event in events}
    is_now = (
        asked_at is not None
        and isinstance(stamp, datetime)
        and abs(stamp.replace(tzinfo=UTC) - asked_at) < _JUST_NOW
    )
    if is_now or (len(changes) > 1 and "" not in changes):
        notes.add("dtstamp_now", events[0].properties["DTSTAMP"][0].at)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and " " not in text


def _is_position(text: str) -> bool:
    try:
        latitude, longitude = (float(part) for part in text.split(";"))
    except ValueError:
        return False
    return -90 <= latitude <= 90 and -180 <= longitude <= 180  # noqa: PLR2004  degrees
