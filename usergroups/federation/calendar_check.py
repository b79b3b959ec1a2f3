"""Examining a calendar: what it says as we read it, and what others will show wrong of it."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from usergroups.clients.http import Fetcher, FetchError, TooLargeError
from usergroups.federation import confined
from usergroups.formats.ical.lint import Finding, Severity, finding, lint
from usergroups.formats.ical.octets import LARGEST, NotACalendarError
from usergroups.formats.ical.verdict import refusal, verdict

# The reason of what nobody answered, beside those of what was no calendar.
UNREACHABLE, TOO_LARGE = "unreachable", "too_large"
# So many meetups, and entries left out, are kept to be shown.
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it.

    `told` are verdict, error, events, skipped and warnings in plain values; `trouble` is a sentence
    where there was nothing to look at.
    """

    told: dict[str, Any]
    findings: list[Finding]
    trouble: str = ""

    @property
    def is_well(self) -> bool:
        """Whether it can be read, and nothing of it is shown wrong by programs that many use."""
        wrong = any(each.severity is Severity.ERROR for each in self.findings)
        return self.told["verdict"] != "refused" and not wrong


def check_address(url: str, client: Fetcher, *, timezone: str, now: datetime) -> Checked:
    """Fetch a calendar and examine it. Never raises for what it says, or for who does not answer.

    `timezone` is meant by times that name no zone; read are this year and the next.
    """
    return _checked(lambda: client.get(url).body or b"", timezone, now, asked_at=now)


def check_file(data: bytes, *, timezone: str, now: datetime, gzipped: bool = False) -> Checked:
    """Examine a file as it is; `gzipped` as an answer with Content-Encoding: gzip is read."""
    return _checked(lambda: _inflated(data) if gzipped else data, timezone, now)


def _checked(
    fetch: Callable[[], bytes], timezone: str, now: datetime, asked_at: datetime | None = None
) -> Checked:
    try:
        data = fetch()
    except FetchError as failed:
        is_large = isinstance(failed, TooLargeError)
        nothing = NotACalendarError(TOO_LARGE if is_large else UNREACHABLE, str(failed))
        found = [finding(TOO_LARGE, 1, 1, 1, {})] if is_large else []
        return Checked(refusal(nothing), found, str(failed))
    found = lint(data, asked_at=asked_at)
    window = (datetime(now.year, 1, 1, tzinfo=UTC), datetime(now.year + 2, 1, 1, tzinfo=UTC))
    try:
        return Checked(verdict(confined.read(data, timezone=timezone, window=window)), found)
    except NotACalendarError as refused:
        return Checked(refusal(refused), found, str(refused))


def _inflated(data: bytes) -> bytes:
    """What was packed, and no more of it than tells that it is too large."""
    try:
        inflate = zlib.decompressobj(wbits=31)
        unpacked = inflate.decompress(data, LARGEST + 1)
    except zlib.error as broken:
        raise FetchError("the file is not what its ending .gz says") from broken
    if len(unpacked) <= LARGEST and not inflate.eof:
        raise FetchError("the file ends in the middle")
    return unpacked


def kept(checked: Checked, now: datetime) -> dict[str, Any]:
    """What a page shows of it for a day: not all that a stranger's calendar can hold."""
    told = checked.told
    coming = [event for event in told["events"] if event["start"] >= f"{now:%Y-%m-%d}"]
    return {
        "verdict": told["verdict"],
        "error": told["error"],
        "trouble": checked.trouble,
        "found": len(told["events"]),
        "coming": len(coming),
        "events": coming[:_SHOWN],
        "left_out": len(told["skipped"]),
        "skipped": told["skipped"][:_SHOWN],
        "warnings": told["warnings"],
        "findings": [
            {
                "code": each.code,
                "line": each.line,
                "column": each.column,
                "times": each.times,
                "values": dict(each.values),
            }
            for each in checked.findings
        ],
    }
