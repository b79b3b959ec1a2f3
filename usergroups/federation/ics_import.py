"""Reading outside calendars, in two steps, so that no transaction waits for a network.

`fetch` converses and reads, and needs no database; `settle` takes the result in. `sync` does both,
from the lease that keeps others away to the report.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from usergroups import clock, db
from usergroups.clients.http import Answer, Fetcher, FetchError
from usergroups.config import Config
from usergroups.errors import DomainError
from usergroups.federation import confined
from usergroups.inputs.imported_event import Reading
from usergroups.models import Source, SourceKind
from usergroups.queries import sources as queries
from usergroups.services import proofs, source_sync, sources
from usergroups.services.source_sync import SyncReport

# A group's past may come along; what lies before the web does not.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2 * 366)
LARGEST_FILE = 10_000_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of asking: a reading, word that nothing changed (neither), or a failure."""

    reading: Reading | None = None
    failure: str = ""
    not_before: timedelta | None = None
    content_hash: str = ""
    etag: str = ""
    last_modified: str = ""
    # Whether the calendar holds the words by which its owners say that it is this group's.
    is_proven: bool = False
    host: str = ""


def fetcher(config: Config) -> Fetcher:
    """The guarded client, as this installation's settings want it."""
    hosts = [host.strip() for host in config.source_hosts.split(",") if host.strip()]
    return Fetcher(contact=config.contact or config.base_url, allowed_hosts=hosts)


def sync(source_id: int, client: Fetcher) -> SyncReport | None:
    """Read one calendar and take in what it says; None where somebody does, or its host is busy.

    Raises NotFoundError where the source is gone. Killed at any point it leaves what there was, or
    what there is: everything is taken in by one transaction, and a lease that nobody gave back
    runs out.
    """
    with db.transaction():
        source = queries.with_group(source_id)
        if not sources.lease(source_id):
            return None
        known = source_sync.units(source_id)
        content = queries.content(source_id) if source.kind is SourceKind.UPLOAD else None
    fetched = fetch(source, client, known=known, content=content)
    with db.transaction():
        return settle(queries.with_group(source_id), fetched)


def fetch(
    source: Source,
    client: Fetcher,
    *,
    known: frozenset[str] = frozenset(),
    content: bytes | None = None,
) -> Fetched:
    """Ask a source (its group loaded) and read what it says. Never raises for what it says.

    `known` are units that need no second reading, `content` the bytes of one that was handed over.
    """
    try:
        answer = Answer(content, "", "") if content is not None else _ask(source, client)
        if answer.body is None:
            return Fetched()
        digest = _digest(answer.body)
        if digest == source.content_hash:
            return Fetched()
        window = (EARLIEST, clock.now() + AHEAD)
        reading = confined.read(
            answer.body, timezone=source.group.timezone, window=window, known=known
        )
    except FetchError as refused:
        return Fetched(failure=str(refused), not_before=refused.not_before)
    except DomainError as refused:
        return Fetched(failure=str(refused))
    # A file that is handed over says whatever its bearer likes.
    is_proven = source.kind is not SourceKind.UPLOAD and proofs.is_in(answer.body, source.proof)
    return Fetched(
        reading,
        content_hash=digest,
        etag=answer.etag,
        last_modified=answer.last_modified,
        is_proven=is_proven,
        host=sources.host_of(answer.url),
    )


def settle(source: Source, fetched: Fetched) -> SyncReport:
    """Take in what `fetch` brought, and note on the source how it went.

    A failed read touches no meetup; the report then carries the failure.
    """
    if fetched.failure:
        report = SyncReport(failure=fetched.failure)
        sources.failed(source, report, not_before=fetched.not_before)
        return report
    if fetched.reading is None:
        report = source_sync.take_as_before(source)
        sources.succeeded(source, report, is_complete=source.was_complete)
        return report
    if fetched.is_proven:
        proofs.confirm(source, by_calendar=True)
    report = source_sync.take_in(source, fetched.reading)
    sources.succeeded(source, report, is_complete=fetched.reading.is_complete)
    sources.known_by(
        source,
        content_hash=fetched.content_hash,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
    )
    sources.found_at(source, fetched.host)
    return report


def _digest(body: bytes) -> str:
    """What was read, and in which month: rules are followed a little further in each."""
    return f"{clock.today():%Y-%m} {hashlib.sha256(body).hexdigest()}"


def _ask(source: Source, client: Fetcher) -> Answer:
    if source.kind is SourceKind.URL:
        is_of_this_month = source.content_hash.startswith(f"{clock.today():%Y-%m}")
        if not is_of_this_month:
            return client.get(source.location)
        return client.get(source.location, etag=source.etag, last_modified=source.last_modified)
    try:
        file = Path(source.location)
        if file.stat().st_size > LARGEST_FILE:
            raise FetchError(f"{file.name} is larger than {LARGEST_FILE // 1_000_000} MB")
        return Answer(file.read_bytes(), "", "")
    except OSError as missing:
        raise FetchError(f"{source.location}: {missing.strerror}") from missing
