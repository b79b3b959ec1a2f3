"""Questions about the feeds we publish: is the stored one fresh, what belongs into a new one."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, func, select, type_coerce
from sqlalchemy.orm import selectinload

from usergroups import clock
from usergroups.db import Question, session
from usergroups.models import (
    PUBLISHED,
    Event,
    EventStatus,
    Federation,
    Feed,
    FeedKind,
    Group,
    Series,
    made_of,
)
from usergroups.queries import co_hosts

# What a subscriber's program is given: a season back, and as far ahead as anybody plans.
BACK = timedelta(days=90)
AHEAD = timedelta(days=548)
# Thunderbird needs 9 s for 500 events; Google's importer stops near a megabyte.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class FeedState:
    """Whose feed it is, and how the stored one stands (empty where none was built yet)."""

    kind: FeedKind
    subject_id: int
    version: int
    made_of: str
    etag: str
    last_modified: str
    # The stored bytes, where they were asked for with the state.
    gzipped: bytes = b""

    def is_fresh(self, release: str) -> bool:
        """Whether the stored bytes are what would be built now."""
        return self.made_of == made_of(self.version, clock.today(), release)


def of_group(slug: str, *, everything: bool, whole: bool = False) -> FeedState | None:
    """The state of a group's feed, `whole` with its bytes; None where there is no such group.

    One query.
    """
    kind = FeedKind.GROUP_ALL if everything else FeedKind.GROUP
    return _state(kind, _OF_GROUP[whole], slug)


def of_federation(*, whole: bool = False) -> FeedState | None:
    """The state of the federation's feed, `whole` with its bytes. One query."""
    return _state(FeedKind.FEDERATION, _OF_FEDERATION[whole], 1)


def of_event(public_id: str, *, whole: bool = False) -> FeedState | None:
    """The state of one meetup's feed, `whole` with its bytes; None where the public may not see it.

    One query.
    """
    return _state(FeedKind.EVENT, _OF_EVENT[whole], public_id)


_feed, _group, _event = Feed.__table__.c, Group.__table__.c, Event.__table__.c
_federation = Federation.__table__.c
# A question converts no types: states are their words.
_feed_kind, _event_status = type_coerce(_feed.kind, String), type_coerce(_event.status, String)


def _with_feed(owner: Any, owner_id: Any) -> dict[bool, Question]:
    """The question about a feed's state, and the one that takes its bytes along."""
    is_its = and_(_feed_kind == bindparam("kind"), _feed.subject_id == owner_id)
    state = owner.add_columns(_feed.made_of, _feed.etag, _feed.last_modified)
    return {
        False: Question(state.outerjoin(Feed.__table__, is_its)),
        True: Question(state.add_columns(_feed.gzipped).outerjoin(Feed.__table__, is_its)),
    }


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
    .where(_event.public_id == bindparam("named"))
    .where(_event_status != EventStatus.DRAFT.value, _event_status != EventStatus.MERGED.value),
    _event.id,
)
_BYTES = Question(
    select(_feed.gzipped).where(
        _feed_kind == bindparam("kind"), _feed.subject_id == bindparam("subject_id")
    )
)


def _state(kind: FeedKind, question: Question, named: str | int) -> FeedState | None:
    row = question.first(kind=kind.value, named=named)
    if row is None:
        return None
    subject_id, version, made, etag, last_modified, *rest = row
    gzipped = bytes(rest[0] or b"") if rest else b""
    return FeedState(
        kind, subject_id, version, made or "", etag or "", last_modified or "", gzipped
    )


def stored_bytes(state: FeedState) -> bytes:
    """The stored feed, gzipped; nothing where it was never built. One query."""
    row = _BYTES.first(kind=state.kind.value, subject_id=state.subject_id)
    return bytes(row[0]) if row else b""


def events_of_group(group_id: int, *, everything: bool) -> tuple[list[Event], int]:
    """What a group's feed holds, by start, and how many more there were than fit.

    A meetup that it holds together with the group it belongs to is the same there and here.
    """
    query = select(Event).where(
        (Event.group_id == group_id) | Event.id.in_(co_hosts.held_with(group_id))
    )
    return nearest_to_now(query if everything else query.where(*season()))


def events_of_federation() -> tuple[list[Event], int]:
    """What the federation's feed holds, by start, and how many more there were than fit."""
    return nearest_to_now(select(Event).where(*season()))


def event_alone(event_id: int) -> Event:
    """One meetup, loaded as for a feed."""
    return session().scalars(_loaded(select(Event).where(Event.id == event_id))).one()


def series_with(uids: AbstractSet[str]) -> dict[str, Series]:
    """The series of these UIDs that the public may know of; one query, none for none."""
    if not uids:
        return {}
    found = session().scalars(select(Series).where(Series.uid.in_(uids)))
    return {one.uid: one for one in found if one.facts.get("status") != EventStatus.DRAFT.value}


def season() -> tuple[ColumnElement[bool], ...]:
    """That a meetup is neither long over nor further ahead than anybody plans."""
    now = clock.now()
    return (Event.ends_at > now - BACK, Event.starts_at < now + AHEAD)


def nearest_to_now(query: Select[Event]) -> tuple[list[Event], int]:
    """What comes soonest, then what ended last: the far ends are what a full feed lacks.

    By start, each with its group and topics, and how many more there were than fit.
    """
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
