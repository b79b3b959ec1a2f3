"""Reading outside calendars, in two steps, so that no transaction waits for a network.

`fetch` converses and reads, and needs no database; `settle` takes the result in.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from usergroups import clock
from usergroups.clients.http import Answer, Fetcher, FetchError
from usergroups.config import Config
from usergroups.errors import DomainError
from usergroups.formats.ical.read import read_calendar
from usergroups.inputs.imported_event import Reading
from usergroups.models import Source, SourceKind
from usergroups.services import sources
from usergroups.services.sources import SyncReport

# A group's past may come along; what lies before the web does not.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2 * 366)
LARGEST_FILE = 10_000_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of asking: a reading, word that nothing changed (neither), or a failure."""

    reading: Reading | None = None
    failure: str = ""
    content_hash: str = ""
    etag: str = ""
    last_modified: str = ""


def fetcher(config: Config) -> Fetcher:
    """The guarded client, as this installation's settings want it."""
    hosts = [host.strip() for host in config.source_hosts.split(",") if host.strip()]
    return Fetcher(contact=config.contact or config.base_url, allowed_hosts=hosts)


def fetch(source: Source, client: Fetcher) -> Fetched:
    """Ask a source (its group loaded) and read what it says. Never raises for what it says."""
    try:
        answer = _ask(source, client)
        if answer.body is None:
            return Fetched()
        digest = hashlib.sha256(answer.body).hexdigest()
        if digest == source.content_hash:
            return Fetched()
        window = (EARLIEST, clock.now() + AHEAD)
        reading = read_calendar(answer.body, timezone=source.group.timezone, window=window)
    except DomainError as refused:
        return Fetched(failure=str(refused))
    return Fetched(reading, "", digest, answer.etag, answer.last_modified)


def settle(source: Source, fetched: Fetched) -> SyncReport:
    """Take in what `fetch` brought, and note on the source how it went.

    A failed read touches no meetup; the report then carries the failure.
    """
    if fetched.failure:
        sources.failed(source, fetched.failure)
        return SyncReport(failure=fetched.failure)
    if fetched.reading is None:
        sources.unchanged(source)
        return SyncReport(unchanged=sources.count(source))
    report = sources.take_in(source, fetched.reading)
    sources.succeeded(
        source,
        content_hash=fetched.content_hash,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
    )
    return report


def _ask(source: Source, client: Fetcher) -> Answer:
    if source.kind is SourceKind.URL:
        return client.get(source.location, etag=source.etag, last_modified=source.last_modified)
    try:
        file = Path(source.location)
        if file.stat().st_size > LARGEST_FILE:
            raise FetchError(f"{file.name} is larger than {LARGEST_FILE // 1_000_000} MB")
        return Answer(file.read_bytes(), "", "")
    except OSError as missing:
        raise FetchError(f"{source.location}: {missing.strerror}") from missing
