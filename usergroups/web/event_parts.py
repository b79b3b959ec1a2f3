"""What a meetup's page shows besides its facts: for each part that there is, what it needs.

A new part is a flag in queries/event_parts.py, a line here, and templates/events/_<part>.html.
"""

from collections.abc import Callable
from typing import Any

from usergroups.models import Origin
from usergroups.queries import (
    co_hosts,
    doubles,
    event_parts,
    interest,
    recaps,
    rsvps,
    sponsors,
    talks,
    venues,
)
from usergroups.queries.doubles import Elsewhere
from usergroups.queries.events import ShownEvent

_LOADED: dict[str, Callable[[ShownEvent], Any]] = {
    "agenda": lambda event: talks.agenda(event.id),
    "interest": lambda event: interest.counts(event.id),
    "hosts": lambda event: co_hosts.hosts_of(event.id),
    "venue": lambda event: venues.of_event(event.id),
    "seats": lambda event: rsvps.registering(event.id),
    "links": lambda event: recaps.links(event.id),
    "recap": lambda event: recaps.facts(event.id),
    "sponsors": lambda event: sponsors.shown_at(event.id, event.starts_on),
}


def of(event: ShownEvent) -> dict[str, Any]:
    """What the templates of its parts name; nothing, and no query, for one read from elsewhere.

    Where else it is announced stands in its own row.
    """
    also = {"also": _also(event)}
    if event.origin is Origin.IMPORTED:
        return dict.fromkeys(_LOADED) | also
    has = event_parts.of(event.id)
    found = {part: load(event) if getattr(has, part) else None for part, load in _LOADED.items()}
    return found | also


def _also(event: ShownEvent) -> list[Elsewhere]:
    """Where else it is announced, but for the address it has itself."""
    return [one for one in doubles.named(event.elsewhere) if one.url != event.url]
