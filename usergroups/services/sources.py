"""Outside calendars: attaching them, and taking in what they say."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select

from usergroups import clock
from usergroups.db import session
from usergroups.inputs.imported_event import ImportedEvent, Reading
from usergroups.models import (
    Event,
    EventStatus,
    Group,
    Origin,
    Source,
    SourceKind,
    SourceState,
    User,
)
from usergroups.services import audit, doubles
from usergroups.services.events import of_source, revise
from usergroups.services.revisions import mark_changed

EVERY = timedelta(hours=3)
LONGEST_WAIT = timedelta(days=2)
# Before this many failures in a row a source is merely stale.
PATIENCE = 3


@dataclass(slots=True)
class SyncReport:
    """What one pass over a source did. `cancelled` counts those newly called off, also if new.

    `skipped` names each entry left out, with the reason. `failure` says why the calendar could
    not be read at all, and is empty otherwise.
    """

    failure: str = ""
    added: int = 0
    updated: int = 0
    cancelled: int = 0
    unchanged: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """How many meetups are new or different."""
        return self.added + self.updated + self.cancelled


def attach(group: Group, location: str, *, by: User | None = None) -> Source:
    """The source at this address or file for this group, made if it is new."""
    source = session().scalar(
        select(Source).where(Source.group_id == group.id, Source.location == location)
    )
    if source is None:
        source = Source(
            group=group,
            group_id=group.id,
            kind=SourceKind.URL if "://" in location else SourceKind.FILE,
            location=location,
        )
        session().add(source)
        session().flush()  # the audit entry needs the id
        audit.record("source.attached", source, by=by, group_id=group.id)
    return source


def take_in(source: Source, reading: Reading) -> SyncReport:
    """Add and change meetups by (UID, recurrence id) as a calendar read in full gives them.

    Cancelled ones stay, marked. What the calendar no longer names is left alone: absence is no
    cancellation, many publishers drop what is past.
    """
    report = SyncReport(skipped=list(reading.skipped), warnings=list(reading.warnings))
    known = of_source(source.id)
    new: list[dict[str, Any]] = []
    for given in reading.events:
        event = known.get((given.uid, given.recurrence_id))
        if event is None:
            new.append(_added(source, given, report))
        elif event.fingerprint == given.fingerprint:
            report.unchanged += 1
        else:
            _change(event, given, report)
    if new:
        session().execute(insert(Event), new)
    if report.changes:
        session().flush()  # the counters below go past the session, straight to the row
        mark_changed(source.group, on_map=True)
        audit.record(
            "source.synced",
            source,
            by=None,
            added=report.added,
            updated=report.updated,
            cancelled=report.cancelled,
        )
        doubles.look(source.group_id)
    return report


def count(source: Source) -> int:
    """How many meetups this source has given."""
    query = select(func.count()).select_from(Event).where(Event.source_id == source.id)
    return session().scalar(query) or 0


def succeeded(
    source: Source, *, content_hash: str, etag: str = "", last_modified: str = ""
) -> None:
    """Note that a source was read in full."""
    source.state = SourceState.HEALTHY
    source.content_hash, source.etag, source.last_modified = content_hash, etag, last_modified
    source.checked_at = source.succeeded_at = clock.now()
    source.failures, source.last_error = 0, ""
    source.due_at = clock.now() + EVERY


def unchanged(source: Source) -> None:
    """Note that a source answered, with what it said last time."""
    source.state = SourceState.HEALTHY
    source.checked_at = source.succeeded_at = clock.now()
    source.failures, source.last_error = 0, ""
    source.due_at = clock.now() + EVERY


def failed(source: Source, reason: str) -> None:
    """Note that a source could not be read. Its meetups stay as they are; the next try is later."""
    source.failures += 1
    source.state = SourceState.STALE if source.failures < PATIENCE else SourceState.FAILING
    source.checked_at = clock.now()
    source.last_error = reason[:1_000]
    source.due_at = clock.now() + min(EVERY * 2 ** (source.failures - 1), LONGEST_WAIT)


def _added(source: Source, given: ImportedEvent, report: SyncReport) -> dict[str, Any]:
    """The columns of a new meetup: plain rows, since a calendar may bring thousands at once."""
    revised_at = given.revised_at or clock.now()
    is_cancelled = given.status is EventStatus.CANCELLED
    report.added += 1
    report.cancelled += is_cancelled
    return {
        "group_id": source.group_id,
        "source_id": source.id,
        "origin": Origin.IMPORTED,
        "uid": given.uid,
        "recurrence_id": given.recurrence_id,
        "created_at": given.created_at or clock.now(),
        "revised_at": revised_at,
        "cancelled_at": revised_at if is_cancelled else None,
        "fingerprint": given.fingerprint,
        **given.facts(),
    }


def _change(event: Event, given: ImportedEvent, report: SyncReport) -> None:
    was_cancelled = event.is_cancelled
    event.fingerprint = given.fingerprint
    if not revise(event, given.facts()):
        report.unchanged += 1
    elif event.is_cancelled and not was_cancelled:
        report.cancelled += 1
    else:
        report.updated += 1
