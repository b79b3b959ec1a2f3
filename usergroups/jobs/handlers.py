"""One function per kind of job: fetch by id, call out, call a service."""

from collections.abc import Callable
from typing import Any

from usergroups import db
from usergroups.config import Config
from usergroups.federation import ics_import
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.models import JobKind
from usergroups.queries import charter_facts, sources
from usergroups.services import charter, charter_findings


def sync_source(config: Config, *, source_id: int) -> None:
    """Read one outside calendar. A calendar that cannot be read is noted on its source."""
    with db.reading():
        source = sources.with_group(source_id)
    client = ics_import.fetcher(config)
    fetched = ics_import.fetch(source, client)
    client.close()
    with db.transaction():
        ics_import.settle(sources.with_group(source_id), fetched)


def evaluate_charter(config: Config) -> None:
    """Look at every living group by the charter's rules; nobody who writes waits meanwhile."""
    gazetteer = Gazetteer(config.gazetteer)
    with db.transaction():
        charter.count_inhabitants(gazetteer)
    gazetteer.close()
    with db.reading():
        looked = charter_facts.of_living()
    with db.transaction():
        charter_findings.settle_all(looked)


HANDLERS: dict[JobKind, Callable[..., Any]] = {
    JobKind.SYNC_SOURCE: sync_source,
    JobKind.EVALUATE_CHARTER: evaluate_charter,
}
