"""Questions about the feeds we publish: is the stored one fresh, what belongs into a new one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, select
from sqlalchemy.orm import selectinload

from usergroups import clock
from usergroups.db import session
from usergroups.models import PUBLISHED, Event, Federation, Feed, FeedKind, Group

# What a subscriber's program is given: a season back, and as far ahead as anybody plans.
BACK = timedelta(days=90)
AHEAD = timedelta(days=548)
# Thunderbird needs 9 s for 500 events; Google's importer stops near a megabyte.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class FeedState:
    """Whose feed it is, and how the stored one stands (None where none was built yet)."""

    kind: FeedKind
    subject_id: int
    version: int
    built: tuple[int, date, str] | None
    etag: str
    modified_at: datetime | None

    def is_fresh(self, release: str) -> bool:
        """Whether the stored bytes are what would be built now."""
        return self.built == (self.version, clock.today(), release)


def of_group(glance: Connection, slug: str, *, everything: bool) -> FeedState | None:
    """The state of a group's feed; None where there is no such group. One query."""
    kind = FeedKind.GROUP_ALL if everything else FeedKind.GROUP
    return _state(glance, kind, _OF_GROUP, slug)


def of_federation(glance: Connection) -> FeedState | None:
    """The state of the federation's feed. One query."""
    return _state(glance, FeedKind.FEDERATION, _OF_FEDERATION, 1)


def of_event(glance: Connection, public_id: str) -> FeedState | None:
    """The state of one meetup's feed; None where the public may not see it. One query."""
    return _state(glance, FeedKind.EVENT, _OF_EVENT, public_id)


_feed, _group, _event = Feed.__table__.c, Group.__table__.c, Event.__table__.c
_federation = Federation.__table__.c


def _with_feed(owner: Any, owner_id: Any) -> Any:
    built = (_feed.version, _feed.day, _feed.release, _feed.etag, _feed.modified_at)
    is_its = and_(_feed.kind == bindparam("kind"), _feed.subject_id == owner_id)
    return owner.add_columns(*built).outerjoin(Feed.__table__, is_its)


# Made once and of plain tables: composing a statement costs more than asking it, a mapped row half
# as much again, and a 304 is little else than this.
_OF_GROUP = _with_feed(
    select(_group.id, _group.version).where(_group.slug == bindparam("named")), _group.id
)
_OF_FEDERATION = _with_feed(
    select(_federation.id, _federation.version).where(_federation.id == bindparam("named")),
    _federation.id,
)
_OF_EVENT = _with_feed(
    select(_event.id, _group.version)
    .join(Group.__table__, _group.id == _event.group_id)
    .where(_event.public_id == bindparam("named"), _event.status.in_(PUBLISHED)),
    _event.id,
)
_BYTES = select(_feed.gzipped).where(
    _feed.kind == bindparam("kind"), _feed.subject_id == bindparam("subject_id")
)


def _state(
    glance: Connection, kind: FeedKind, statement: Any, named: str | int
) -> FeedState | None:
    row = glance.execute(statement, {"kind": kind, "named": named}).first()
    if row is None:
        return None
    subject_id, version, built_version, day, release, etag, modified_at = row
    built = None if built_version is None else (built_version, day, release)
    return FeedState(kind, subject_id, version, built, etag or "", modified_at)


def stored_bytes(glance: Connection, state: FeedState) -> bytes:
    """The stored feed, gzipped."""
    named = {"kind": state.kind, "subject_id": state.subject_id}
    gzipped: bytes = glance.scalars(_BYTES, named).one()
    return gzipped


def events_of_group(group_id: int, *, everything: bool) -> tuple[list[Event], int]:
    """What a group's feed holds, by start, and how many more there were than fit."""
    query = select(Event).where(Event.group_id == group_id)
    return _nearest_to_now(query if everything else query.where(*_season()))


def events_of_federation() -> tuple[list[Event], int]:
    """What the federation's feed holds, by start, and how many more there were than fit."""
    return _nearest_to_now(select(Event).where(*_season()))


def event_alone(event_id: int) -> Event:
    """One meetup, loaded as for a feed."""
    return session().scalars(_loaded(select(Event).where(Event.id == event_id))).one()


def _season() -> tuple[ColumnElement[bool], ...]:
    now = clock.now()
    return (Event.ends_at > now - BACK, Event.starts_at < now + AHEAD)


def _nearest_to_now(query: Select[Event]) -> tuple[list[Event], int]:
    """What comes soonest, then what ended last: the far ends are what a full feed lacks."""
    query = query.where(Event.status.in_(PUBLISHED))
    total = session().scalar(select(func.count()).select_from(query.subquery())) or 0
    now = clock.now()
    coming = query.where(Event.ends_at > now).order_by(Event.starts_at, Event.id).limit(MOST)
    events = list(session().scalars(_loaded(coming)))
    past = query.where(Event.ends_at <= now).order_by(Event.starts_at.desc(), Event.id.desc())
    events += session().scalars(_loaded(past.limit(MOST - len(events))))
    return sorted(events, key=lambda event: (event.starts_at, event.id)), total - len(events)


def _loaded(query: Select[Event]) -> Select[Event]:
    return query.options(selectinload(Event.group).selectinload(Group.topics))
