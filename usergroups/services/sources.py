"""Outside calendars: attaching them, how their last reads went, when they are read next."""

import random
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, func, or_, select, update

from usergroups import clock
from usergroups.db import session
from usergroups.models import Event, Group, Source, SourceKind, SourceReport, SourceState, User
from usergroups.services import audit
from usergroups.services.source_sync import SyncReport

EVERY = timedelta(hours=3)
LONGEST_WAIT = timedelta(days=2)
# Not all at once: what was attached together would be asked for together for ever.
JITTER = 0.1
# Before this many failures in a row a source is merely stale.
PATIENCE = 3
# So many of one server are fetched at a time, each within this time or not at all.
PER_HOST = 2
LEASE = timedelta(minutes=2)
# Reports that organizers may read, and entries left out that each names.
REPORTS, NAMED = 20, 50


def attach(
    group: Group, location: str, *, by: User | None = None, kind: SourceKind | None = None
) -> Source:
    """The source at this address or file for this group, made if it is new.

    What the operator attaches, and what organizers hand over, is the group's own; of an address
    anybody else still has to show it.
    """
    kind = kind or (SourceKind.URL if "://" in location else SourceKind.FILE)
    source = session().scalar(
        select(Source).where(Source.group_id == group.id, Source.location == location)
    )
    if source is None:
        source = Source(
            group=group,
            group_id=group.id,
            kind=kind,
            location=location,
            host=host_of(location),
            confirmed_at=clock.now() if by is None or kind is SourceKind.UPLOAD else None,
        )
        session().add(source)
        session().flush()  # the audit entry needs the id
        audit.record("source.attached", source, by=by, group_id=group.id)
    return source


def host_of(location: str) -> str:
    """The server of an address, in lower case; empty for a file and for what is no address."""
    try:
        return (urlsplit(location).hostname or "") if "://" in location else ""
    except ValueError:
        return ""


def lease(source_id: int) -> bool:
    """Take a source for fetching; False while somebody does, or its server has enough to do.

    One guarded UPDATE, so that it holds for all processes of the installation; those that come at
    once for one server queue up at the first of its sources.
    """
    now = clock.now()
    other = Source.__table__.alias()
    host = select(Source.host).where(Source.id == source_id).scalar_subquery()
    first = select(func.min(other.c.id)).where(other.c.host == host, other.c.host != "")
    session().execute(
        select(Source.id).where(Source.id == first.scalar_subquery()).with_for_update()
    )
    busy = (
        select(func.count())
        .select_from(other)
        .where(other.c.host == Source.host, other.c.host != "", other.c.leased_until > now)
        .scalar_subquery()
    )
    won = session().execute(
        update(Source)
        .where(Source.id == source_id, busy < PER_HOST)
        .where(or_(Source.leased_until.is_(None), Source.leased_until <= now))
        .values(leased_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return bool(won.rowcount)  # type: ignore[attr-defined]  # a CursorResult


def count(source: Source) -> int:
    """How many meetups this source has given."""
    query = select(func.count()).select_from(Event).where(Event.source_id == source.id)
    return session().scalar(query) or 0


def succeeded(source: Source, report: SyncReport, *, is_complete: bool) -> None:
    """Note that a source answered, and what that brought."""
    source.state = SourceState.SHRUNK if report.is_held else SourceState.HEALTHY
    source.was_complete = is_complete
    source.takes_shrunk = False
    source.checked_at = source.succeeded_at = clock.now()
    source.failures, source.last_error = 0, ""
    _next(source, EVERY)
    if report.changes or report.vanished:
        _keep(source, report)


def known_by(source: Source, *, content_hash: str, etag: str, last_modified: str) -> None:
    """Keep what the next question is asked with. Not of a reading that waits for a decision."""
    if source.state is SourceState.SHRUNK:
        content_hash = etag = last_modified = ""
    source.content_hash, source.etag, source.last_modified = content_hash, etag, last_modified


def failed(source: Source, report: SyncReport, *, not_before: timedelta | None = None) -> None:
    """Note that a source could not be read. Its meetups stay; the next try is later each time.

    `not_before` is what its server asked for (RFC 9110 section 10.2.3).
    """
    source.failures += 1
    if source.state is not SourceState.SHRUNK:
        source.state = SourceState.STALE if source.failures < PATIENCE else SourceState.FAILING
    source.checked_at = clock.now()
    is_news = source.last_error != report.failure[:1_000]
    source.last_error = report.failure[:1_000]
    wait = min(EVERY * 2 ** min(source.failures - 1, 10), LONGEST_WAIT)
    _next(source, max(wait, min(not_before or wait, LONGEST_WAIT)))
    if is_news:
        _keep(source, report)


def _next(source: Source, wait: timedelta) -> None:
    source.leased_until = None
    # Nothing is guarded by this chance.
    source.due_at = clock.now() + wait * (1 + random.uniform(0, JITTER))  # noqa: S311


def _keep(source: Source, report: SyncReport) -> None:
    """A report for the organizers; the oldest go."""
    session().add(
        SourceReport(
            source_id=source.id,
            at=clock.now(),
            failure=report.failure[:1_000],
            added=report.added,
            updated=report.updated,
            cancelled=report.cancelled,
            unchanged=report.unchanged,
            withdrawn=report.withdrawn,
            returned=report.returned,
            vanished=report.vanished,
            left_out=len(report.skipped),
            skipped=[[uid[:200], reason] for uid, reason in report.skipped[:NAMED]],
            warnings=list(report.warnings),
        )
    )
    session().flush()
    kept = (
        select(SourceReport.id)
        .where(SourceReport.source_id == source.id)
        .order_by(SourceReport.id.desc())
        .limit(REPORTS)
    )
    session().execute(
        delete(SourceReport)
        .where(SourceReport.source_id == source.id, SourceReport.id.not_in(kept))
        .execution_options(synchronize_session=False)
    )
