"""Trying an outside calendar before there is a group it belongs to: what reading it would give."""

from datetime import timedelta
from typing import Any

from usergroups import clock
from usergroups.clients.http import Fetcher, FetchError
from usergroups.federation import confined
from usergroups.federation.ics_import import AHEAD, EARLIEST
from usergroups.formats.ical.octets import NotACalendarError
from usergroups.inputs.imported_event import Reading
from usergroups.models import EventStatus

_SHOWN = 5
# So many entries that were left out are named.
_NAMED = 10


def preview(url: str, client: Fetcher, *, timezone: str) -> dict[str, Any]:
    """What a calendar says, as an application keeps it. Never raises for what it says.

    `verdict` is accepted, partial or refused; a refusal has its `error` as a sentence and as a
    `code`: unreachable, not_calendar, too_large, too_many_events or too_costly.
    """
    try:
        answer = client.get(url)
        window = (EARLIEST, clock.now() + AHEAD)
        reading = confined.read(answer.body or b"", timezone=timezone or "UTC", window=window)
    except FetchError as failed:
        return _refused("unreachable", failed)
    except NotACalendarError as failed:
        return _refused(failed.reason, failed)
    return _told(reading)


def _refused(code: str, why: Exception) -> dict[str, Any]:
    return {"verdict": "refused", "error": str(why), "code": code, "events": []}


def _told(reading: Reading) -> dict[str, Any]:
    now = clock.now()
    coming = [
        event
        for event in reading.events
        if event.ends_at > now and event.status is not EventStatus.CANCELLED
    ]
    lately = sum(1 for event in reading.events if now - timedelta(days=365) < event.ends_at <= now)
    return {
        "verdict": "partial" if reading.skipped else "accepted",
        "error": None,
        "coming": len(coming),
        "lately": lately,
        "found": len(reading.events),
        "events": [
            {"uid": event.uid, "title": event.title, "start": event.starts_at.isoformat()}
            for event in coming[:_SHOWN]
        ],
        "left_out": len(reading.skipped),
        "skipped": [{"uid": uid, "reason": why} for uid, why in reading.skipped[:_NAMED]],
        "warnings": list(reading.warnings),
    }
