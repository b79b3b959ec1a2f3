"""Outside calendars: attaching them, how their last reads went, when they are read next."""

import random
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import bindparam, delete, func, or_, select, update

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

_S, _R = Source.metadata.tables["source"], SourceReport.metadata.tables["source_report"]
_OTHER = _S.alias()
_ITS_HOST = select(_S.c.host).where(_S.c.id == bindparam("source_id")).scalar_subquery()
# Put together once: an import asks for them with every calendar.
_FIRST_OF_ITS_HOST = (
    select(_S.c.id)
    .where(
        _S.c.id
        == select(func.min(_OTHER.c.id))
        .where(_OTHER.c.host == _ITS_HOST, _OTHER.c.host != "")
        .scalar_subquery()
    )
    .with_for_update()
)
_BUSY = (
    select(func.count())
    .select_from(_OTHER)
    .where(
        _OTHER.c.host == _S.c.host, _OTHER.c.host != "", _OTHER.c.leased_until > bindparam("now")
    )
    .scalar_subquery()
)
_TAKE = (
    update(_S)
    .where(_S.c.id == bindparam("source_id"), _BUSY < PER_HOST)
    .where(or_(_S.c.leased_until.is_(None), _S.c.leased_until <= bindparam("now")))
    .values(leased_until=bindparam("until"))
)
_KEPT = (
    select(_R.c.id)
    .where(_R.c.source_id == bindparam("source_id"))
    .order_by(_R.c.id.desc())
    .limit(REPORTS)
)
_FORGET = delete(_R).where(_R.c.source_id == bindparam("source_id"), _R.c.id.not_in(_KEPT))


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
    values = {"source_id": source_id, "now": clock.now(), "until": clock.now() + LEASE}
    connection = session().connection()
    connection.execute(_FIRST_OF_ITS_HOST, {"source_id": source_id})
    return bool(connection.execute(_TAKE, values).rowcount)


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


def found_at(source: Source, host: str) -> None:
    """Note which server a calendar came from in the end: its redirects do not spare that one."""
    if host:
        source.host = host


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
    session().connection().execute(_FORGET, {"source_id": source.id})
