"""A reading in the words that `usergroups calendar check --json` prints, of plain values alone."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from usergroups.formats.ical.octets import NotACalendarError
from usergroups.inputs.imported_event import ImportedEvent, Reading
from usergroups.vocabulary import EventStatus


def verdict(reading: Reading) -> dict[str, Any]:
    """`verdict` (accepted, or partial where entries were left out), events, skipped, warnings.

    Instants read 2026-06-11T23:30:00Z, whole days 2026-06-11; an end that nobody tells is None.
    """
    return {
        "verdict": "partial" if reading.skipped else "accepted",
        "error": None,
        "events": [_event(event) for event in reading.events],
        "skipped": [{"uid": uid or None, "reason": reason} for uid, reason in reading.skipped],
        "warnings": sorted(reading.warnings),
    }


def refusal(refused: NotACalendarError) -> dict[str, Any]:
    """The same for what could not be read at all; `error` is the class of the refusal."""
    return {
        "verdict": "refused",
        "error": refused.reason,
        "events": [],
        "skipped": [],
        "warnings": [],
    }


def _event(event: ImportedEvent) -> dict[str, Any]:
    told: dict[str, Any] = {
        "uid": event.uid,
        "start": _moment(event, event.starts_at),
        "end": _moment(event, event.ends_at) if event.end_is_known else None,
        "summary": event.title,
        "status": _status(event),
        "location": event.venue or None,
        "url": event.url or None,
        "organizer": event.organizer or None,
        "timezone": event.timezone,
    }
    if event.all_day:
        told["allday"] = True
    if event.is_override:
        told["recurrence_id"] = _recurrence_id(event.recurrence_id)
    return told


def _moment(event: ImportedEvent, moment: datetime) -> str:
    if event.all_day:
        return f"{moment.astimezone(ZoneInfo(event.timezone)):%Y-%m-%d}"
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _status(event: ImportedEvent) -> str:
    if event.status in {EventStatus.CANCELLED, EventStatus.TENTATIVE}:
        return event.status.value.upper()
    return "CONFIRMED"


def _recurrence_id(basic: str) -> str:
    """The extended form of an instant or a day in basic form."""
    extended = f"{basic[:4]}-{basic[4:6]}-{basic[6:8]}"
    return f"{extended}T{basic[9:11]}:{basic[11:13]}:{basic[13:15]}Z" if "T" in basic else extended
