"""Building what we publish, and keeping it until it changes."""

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from usergroups import clock
from usergroups.db import session
from usergroups.formats.ical.write import (
    CalendarHead,
    identity,
    is_announced,
    is_occurrence,
    write_calendar,
    write_event,
)
from usergroups.formats.ical.write_series import write_series
from usergroups.links import Links
from usergroups.models import Event, Federation, Feed, FeedKind, Group, made_of
from usergroups.queries import feeds
from usergroups.queries.feeds import FeedState
from usergroups.services.series_facts import usual

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def build(state: FeedState, links: Links, release: str) -> FeedState:
    """Build a feed as it is now and keep it; answers its new state.

    The ETag is made of the bytes, so a rebuild that changes nothing costs no reader a download.
    """
    head, events = _content(state, links)
    written = _components(state, events, links)
    # No time stamp and no name inside: the same feed is the same bytes (RFC 1952 section 2.3.1).
    gzipped = gzip.compress(write_calendar(head, written), mtime=0)
    etag = hashlib.sha256(gzipped).hexdigest()[:32]
    built = replace(
        state,
        made_of=made_of(state.version, clock.today(), release),
        etag=etag,
        gzipped=gzipped,
        last_modified=state.last_modified
        if etag == state.etag
        else format_datetime(clock.now(), usegmt=True),
    )
    _keep(built, gzipped)
    return built


def _components(state: FeedState, events: Sequence[Event], links: Links) -> Iterator[bytes]:
    """What calendars are told, in the order of events; a series as one where all of it belongs.

    Two groups may read the same calendar elsewhere; in one feed a UID stands once (RFC 5545
    section 3.8.4.7), or programs make one meetup of the two.
    """
    unique = list(reversed({identity(event): event for event in reversed(events)}.values()))
    series = feeds.series_with({event.uid for event in unique if _is_with_series(state, event)})
    rows: dict[str, list[Event]] = {uid: [] for uid in series}
    for event in unique:
        rows.get(event.uid, []).append(event)
    for event in unique:
        topics = [topic.name for topic in event.group.topics]
        if event.uid not in series:
            yield write_event(event, event.group, links, topics)
        elif event is rows[event.uid][0]:
            one = series[event.uid]
            yield write_series(one, usual(one), rows[event.uid], links, topics)


def _is_with_series(state: FeedState, event: Event) -> bool:
    """Whether the whole series of a meetup is in the feed: not just one date, held with others."""
    its_own = state.kind is FeedKind.FEDERATION or (
        state.kind is not FeedKind.EVENT and event.group_id == state.subject_id
    )
    return its_own and is_occurrence(event)


def _content(state: FeedState, links: Links) -> tuple[CalendarHead, Sequence[Event]]:
    if state.kind is FeedKind.EVENT:
        event = feeds.event_alone(state.subject_id)
        return _group_head(event.group, [event], links, 0), [event]
    if state.kind is FeedKind.FEDERATION:
        events, cut = feeds.events_of_federation()
        events = _announced(events)
        return _federation_head(events, links, cut), events
    everything = state.kind is FeedKind.GROUP_ALL
    group = session().get_one(Group, state.subject_id)
    events, cut = feeds.events_of_group(group.id, everything=everything)
    if not everything:  # the whole past keeps what was called off, too
        events = _announced(events)
    return _group_head(group, events, links, cut), events


def _announced(events: Sequence[Event]) -> list[Event]:
    now = clock.now()
    return [event for event in events if is_announced(event, now)]


def _group_head(group: Group, events: Sequence[Event], links: Links, cut: int) -> CalendarHead:
    return CalendarHead(
        name=group.name,
        description=_described(group.summary, cut),
        url=links.group(group.slug),
        source_url=links.group_calendar(group.slug),
        timezone=group.timezone,
        revised_at=_latest(group.revised_at, events),
    )


def _federation_head(events: Sequence[Event], links: Links, cut: int) -> CalendarHead:
    federation = session().get_one(Federation, 1)
    return CalendarHead(
        name=federation.name,
        description=_described(federation.tagline, cut),
        url=links.home(),
        source_url=links.calendar(),
        timezone="UTC",
        revised_at=_latest(federation.revised_at, events),
    )


def _described(text: str, cut: int) -> str:
    said = f"{cut} meetups further away than these are not in this calendar." if cut else ""
    return " ".join(part for part in (text, said) if part)


def _latest(own: datetime, events: Sequence[Event]) -> datetime:
    return max([own, *(event.revised_at for event in events)])


def _keep(state: FeedState, gzipped: bytes) -> None:
    values: dict[str, Any] = {
        "made_of": state.made_of,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "gzipped": gzipped,
    }
    # Two processes may build the same feed at once; the second then writes over its like.
    insert = _INSERT[session().get_bind().dialect.name]
    statement = insert(Feed).values(kind=state.kind, subject_id=state.subject_id, **values)
    session().execute(
        statement.on_conflict_do_update(index_elements=["kind", "subject_id"], set_=values)
    )
