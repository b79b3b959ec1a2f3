"""Strange and hostile calendars: small ones made here, and the collection beside the checkout."""

import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from usergroups.formats.ical.read import NotACalendarError, read_calendar
from usergroups.formats.ical.verdict import refusal, verdict

COLLECTION = Path(__file__).parents[3].parent / "shared" / "corpus"
WINDOW = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
A_WEEK = timedelta(days=7)
_EVENT = re.compile(rb"BEGIN:VEVENT.*?END:VEVENT\r?\n", re.DOTALL | re.IGNORECASE)
_DATED = re.compile(
    rb"^(?:DTSTART|DTEND|RDATE|EXDATE|RECURRENCE-ID|RRULE)[^\n]*", re.MULTILINE | re.IGNORECASE
)
_DAY = re.compile(rb"(?<![0-9])[0-9]{8}(?![0-9])")
_UID = re.compile(rb"^UID:([^\r\n]+)", re.MULTILINE | re.IGNORECASE)


def cases() -> dict[str, dict[str, Any]]:
    """The cases of the collection by name, none where it is not here."""
    expected = COLLECTION / "expected.json"
    return json.loads(expected.read_text())["cases"] if expected.exists() else {}


def bytes_of(name: str) -> bytes:
    """The bytes of a case, as they were served."""
    file = COLLECTION / name
    return file.read_bytes() if file.exists() else gzip.decompress(_zipped(name).read_bytes())


def _zipped(name: str) -> Path:
    return COLLECTION / f"{name}.gz"


def told(data: bytes, **given: Any) -> dict[str, Any]:
    """What the reader says of these bytes, in plain words."""
    try:
        return verdict(
            read_calendar(data, **{"timezone": "Europe/Paris", "window": WINDOW} | given)
        )
    except NotACalendarError as refused:
        return refusal(refused)


def difference(got: dict[str, Any], wanted: dict[str, Any]) -> list[object]:
    """What is said otherwise than wanted. Names that are made up may be any."""
    wrong: list[object] = [
        (name, got[name], wanted[name])
        for name in ("verdict", "error", "warnings")
        if got[name] != wanted[name]
    ]
    if sorted(map(repr, got["skipped"])) != sorted(map(repr, wanted["skipped"])):
        wrong.append((got["skipped"], wanted["skipped"]))
    left = list(got["events"])
    for event in wanted["events"]:
        facts = {"recurrence_id": None, "allday": None} | event
        if facts["uid"] is None:
            del facts["uid"]
        same = [one for one in left if all(one.get(key) == facts[key] for key in facts)]
        if same:
            left.remove(same[0])
        else:
            wrong.append(event)
    return wrong + left


def renamed(data: bytes) -> bytes:
    """The same calendar with other UIDs."""
    return _UID.sub(lambda uid: b"UID:other-" + uid[1], data)


def with_new_names(wanted: dict[str, Any]) -> dict[str, Any]:
    """What is wanted of `renamed` bytes."""
    return wanted | {
        part: [one | {"uid": one["uid"] and f"other-{one['uid']}"} for one in wanted[part]]
        for part in ("events", "skipped")
    }


def shuffled(data: bytes) -> bytes:
    """The same calendar with its events the other way round."""
    events = _EVENT.findall(data)
    return _EVENT.sub(lambda _: events.pop(), data)


def a_week_later(data: bytes) -> bytes:
    """The same calendar with the dates of its events moved by a week."""
    return _EVENT.sub(
        lambda event: _DATED.sub(lambda line: _DAY.sub(_moved, line[0]), event[0]), data
    )


def _moved(day: re.Match[bytes]) -> bytes:
    try:
        later = datetime.strptime(day[0].decode(), "%Y%m%d").replace(tzinfo=UTC) + A_WEEK
    except (ValueError, OverflowError):
        return day[0]
    return f"{later.year:04}{later:%m%d}".encode()


def wanted_a_week_later(wanted: dict[str, Any]) -> dict[str, Any]:
    """What is wanted of bytes `a_week_later`."""
    times = ("start", "end", "recurrence_id")
    events = [
        event | {name: _later(event[name]) for name in times if event.get(name)}
        for event in wanted["events"]
    ]
    return wanted | {"events": events}


def _later(moment: str) -> str:
    pattern = "%Y-%m-%dT%H:%M:%SZ" if "T" in moment else "%Y-%m-%d"
    return f"{datetime.strptime(moment, pattern).replace(tzinfo=UTC) + A_WEEK:{pattern}}"
