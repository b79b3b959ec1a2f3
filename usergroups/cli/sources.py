"""`usergroups sources …`: the calendars that groups have elsewhere."""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import click

from usergroups import db
from usergroups.cli.door import Door, counted, err, out, progress
from usergroups.cli.settings import ready
from usergroups.clients.http import Fetcher
from usergroups.config import Config
from usergroups.errors import NotFoundError
from usergroups.federation import confined, ics_import
from usergroups.models import Group
from usergroups.queries import sources as source_queries
from usergroups.queries.groups import by_slug
from usergroups.services import sources as source_services
from usergroups.services.source_sync import SyncReport

# Calendars read at a time; how long one waits whose server is busy.
_AT_ONCE, _PAUSE = 8, 0.2
# After so many pauses we say what we wait for.
_SILENT = 10
_WAITING = (
    "somebody reads it already, or others of its server; if they were killed, it is free within "
    "two minutes"
)


@click.group(cls=Door)
def sources() -> None:
    """Attach outside calendars to groups, and read them."""


@sources.command()
@click.argument("group_slug", required=False)
@click.argument("url_or_file", required=False)
@click.option(
    "--from", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Every .ics file of this folder; the file's name is the group's slug.",
)  # fmt: skip
def add(group_slug: str | None, url_or_file: str | None, folder: Path | None) -> None:
    """Attach a calendar to a group and read it at once.

    \b
    Examples:
      usergroups sources add python-lyon https://www.meetup.com/…/events/ical/
      usergroups sources add --from calendars/    named python-lyon.ics, …
    """
    if (folder is None) == (group_slug is None or url_or_file is None):
        raise click.UsageError("give either GROUP_SLUG and URL_OR_FILE, or --from FOLDER")
    config = ready()
    ids, unknown = [], []
    with db.transaction():
        if folder is None:
            ids.append(_attached(str(group_slug), str(url_or_file)))
        for file in sorted(folder.glob("*.ics")) if folder else ():
            try:
                ids.append(_attached(file.stem, str(file)))
            except NotFoundError as no_group:
                unknown.append(f"{file}: {no_group}")
    _report(_synced(ids, config), unknown)


@sources.command()
@click.argument("group_slug", required=False)
@click.option("--all", "every", is_flag=True, help="Also those that are not due yet.")
def sync(group_slug: str | None, *, every: bool) -> None:
    """Read the calendars of one group, or those that are due.

    Exit code 1 if any could not be read.
    """
    config = ready()
    with db.reading():
        if group_slug:
            ids = source_queries.of_group(_group(group_slug).id)
        else:
            ids = source_queries.every() if every else source_queries.due()
    _report(_synced(ids, config))


def _attached(slug: str, location: str) -> int:
    """The id of the source, made if it is new."""
    is_url = "://" in location
    return source_services.attach(
        _group(slug), location if is_url else str(Path(location).resolve())
    ).id


def _group(slug: str) -> Group:
    group = by_slug(slug)
    if group is None:
        raise NotFoundError(f"there is no group {slug!r}; `usergroups groups export` lists them")
    return group


def _synced(ids: list[int], config: Config) -> list[tuple[str, SyncReport]]:
    """Read these calendars, several at a time and few of one server, the first ones first."""
    client = ics_import.fetcher(config)
    with db.reading():
        locations = source_queries.locations(ids)
    confined.stand_by()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        done = [pool.submit(_patiently, id_, locations[id_], client) for id_ in ids]
        reports = [
            future.result()
            for future in progress(as_completed(done), what="calendars", total=len(ids))
        ]
    client.close()
    return sorted(reports, key=lambda one: one[0])


def _patiently(source_id: int, location: str, client: Fetcher) -> tuple[str, SyncReport]:
    """Read one calendar, once its server has answered what else it is asked."""
    waits = 0
    while (report := ics_import.sync(source_id, client)) is None:
        waits += 1
        if waits == _SILENT:
            err.print(f"{location}: {_WAITING}", style="yellow", markup=False)
        time.sleep(_PAUSE)
    return location, report


def _report(reports: list[tuple[str, SyncReport]], unknown: Iterable[str] = ()) -> None:
    failed = list(unknown)
    for location, report in reports:
        if report.failure:
            failed.append(f"{location}: {report.failure}")
        for uid, reason in report.skipped:
            err.print(f"{location}: left out {uid}: {reason}", style="yellow", markup=False)
        for warning in report.warnings:
            err.print(f"{location}: {warning}", style="yellow", markup=False)
    for line in failed:
        err.print(line, style="red", markup=False)
    out.print(_sums([report for _, report in reports], len(failed)), markup=False)
    if failed:
        raise click.exceptions.Exit(1)


def _sums(reports: list[SyncReport], failed: int) -> str:
    sums = {
        "added": sum(report.added for report in reports),
        "updated": sum(report.updated for report in reports),
        "cancelled": sum(report.cancelled for report in reports),
        "unchanged": sum(report.unchanged for report in reports),
        "skipped": sum(len(report.skipped) for report in reports),
    }
    # Rare, and worth a second look where it happens.
    rare = {
        "withdrawn": sum(report.withdrawn for report in reports),
        "returned": sum(report.returned for report in reports),
        "held": sum(report.vanished for report in reports if report.is_held),
    }
    sums |= {word: number for word, number in rare.items() if number}
    words = ", ".join(f"{number} {word}" for word, number in sums.items())
    nothing = "nothing changed: " if reports and not any(r.changes for r in reports) else ""
    return f"{counted(len(reports), 'calendar')}, {failed} failed; {nothing}{words}"
