"""One function per kind of job: fetch by id, call out, call a service."""

from collections.abc import Callable
from typing import Any

from usergroups import db
from usergroups.config import Config
from usergroups.federation import ics_import
from usergroups.models import JobKind
from usergroups.queries import sources


def sync_source(config: Config, *, source_id: int) -> None:
    """Read one outside calendar. A calendar that cannot be read is noted on its source."""
    with db.reading():
        source = sources.with_group(source_id)
    client = ics_import.fetcher(config)
    fetched = ics_import.fetch(source, client)
    client.close()
    with db.transaction():
        ics_import.settle(sources.with_group(source_id), fetched)


HANDLERS: dict[JobKind, Callable[..., Any]] = {
    JobKind.SYNC_SOURCE: sync_source,
}
