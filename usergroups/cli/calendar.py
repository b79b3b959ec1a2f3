"""`usergroups calendar …`: the calendar doctor."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from usergroups import clock
from usergroups.cli.door import Door, counted, out
from usergroups.config import Config
from usergroups.errors import DomainError
from usergroups.federation.calendar_check import Checked, check_address, check_file
from usergroups.formats.ical.lint import Finding, Severity
from usergroups.formats.ical.octets import LARGEST
from usergroups.inputs.fields import timezones

_SHOWN = 10
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}


class UnreadableFileError(DomainError):
    """A file cannot be opened."""


@click.group(cls=Door)
def calendar() -> None:
    """Look whether calendars are right (the calendar doctor)."""


@calendar.command()
@click.argument("url_or_file")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
@click.option(
    "--now", metavar="INSTANT",
    help="Look as at this instant, such as 2026-06-01T00:00:00Z: its year and the next are read.",
)  # fmt: skip
@click.option(
    "--timezone", default="UTC", show_default=True, metavar="ZONE",
    help="The IANA zone of times that name none, such as Europe/Paris.",
)  # fmt: skip
def check(url_or_file: str, now: str | None, timezone: str, *, as_json: bool) -> None:
    """Say what calendar programs will make of a calendar.

    What it holds, what Outlook, Google and Apple will show wrong of it and why, with the clause of
    the standard and how to mend it. Exit code 1 if anything is wrong, or it could not be read. A
    file ending in .gz is read as an answer with Content-Encoding: gzip.

    \b
    Examples:
      usergroups calendar check https://example.org/events.ics
      usergroups calendar check meetups.ics --timezone Europe/Paris --json
    """
    if timezone not in timezones():
        raise click.BadParameter(f"{timezone!r} is no IANA zone", param_hint="--timezone")
    checked = _checked(url_or_file, timezone, _instant(now))
    if as_json:
        click.echo(json.dumps(_as_json(checked), ensure_ascii=False))
    else:
        _tell(url_or_file, checked, timezone)
    if not checked.is_well:
        raise click.exceptions.Exit(1)


def _instant(text: str | None) -> datetime:
    try:
        at = datetime.fromisoformat(text) if text else clock.now()
    except ValueError as wrong:
        raise click.BadParameter(
            f"{text!r} is no instant such as 2026-06-01T00:00:00Z", param_hint="--now"
        ) from wrong
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _checked(location: str, timezone: str, now: datetime) -> Checked:
    if "://" in location:
        # With all that takes calendars in: a file is examined without, in half the time.
        from usergroups.federation import ics_import

        client = ics_import.fetcher(Config.from_env())
        checked = check_address(location, client, timezone=timezone, now=now)
        client.close()
        return checked
    try:
        with Path(location).open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as missing:
        raise UnreadableFileError(f"{location}: {missing.strerror}") from missing
    return check_file(data, timezone=timezone, now=now, gzipped=location.endswith(".gz"))


def _as_json(checked: Checked) -> dict[str, Any]:
    findings = [
        {
            "severity": each.severity.value,
            "clause": each.clause,
            "message": each.message,
            "code": each.code,
            "line": each.line,
            "column": each.column,
            "times": each.times,
        }
        for each in checked.findings
    ]
    return {**checked.told, "findings": findings}


def _tell(location: str, checked: Checked, timezone: str) -> None:
    told = checked.told
    if checked.trouble:
        out.print(f"{location}: {checked.trouble}", style="red", markup=False)
    else:
        out.print(f"{location}: {counted(len(told['events']), 'meetup')}", markup=False)
    for event in told["events"][:_SHOWN]:
        out.print(f"  {_when(event, timezone)}  {event['summary']}", markup=False)
    if (more := len(told["events"]) - _SHOWN) > 0:
        out.print(f"  and {more} more", markup=False)
    for left in told["skipped"]:
        out.print(f"  left out {left['uid']}: {left['reason']}", style="yellow", markup=False)
    if told["warnings"]:
        out.print(f"  guessed or mended: {', '.join(told['warnings'])}", markup=False)
    for each in checked.findings:
        _tell_finding(location, each)
    sums = Counter(each.severity for each in checked.findings)
    numbers = [counted(sums[severity], severity.value) for severity in Severity if sums[severity]]
    out.print(", ".join(numbers) or "nothing is wrong with it", style="bold", markup=False)


def _tell_finding(location: str, found: Finding) -> None:
    again = f" ({found.times} times)" if found.times > 1 else ""
    place = f"{location}:{found.line}:{found.column}: {found.severity.value}"
    style = _STYLES[found.severity]
    out.print(f"{place}: {found.what}{again} [{found.clause}]", style=style, markup=False)
    for sentence in (*found.shown.values(), f"→ {found.mend}"):
        out.print(f"    {sentence}", markup=False)


def _when(event: dict[str, Any], timezone: str) -> str:
    if event.get("allday"):
        return f"{event['start']}, all day"
    zone = event.get("timezone") or timezone
    start = datetime.fromisoformat(event["start"]).astimezone(ZoneInfo(zone))
    return f"{start:%Y-%m-%d %H:%M} {zone}"
