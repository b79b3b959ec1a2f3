"""Questions about the feeds we publish: how does the stored one stand, and what are its bytes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, and_, bindparam, cast, func, literal, select, type_coerce

from usergroups import clock
from usergroups.db import Question, session
from usergroups.models import (
    Event,
    EventStatus,
    Federation,
    Feed,
    FeedKind,
    GoneEvent,
    Group,
    made_of,
)

# By how much a feed of many groups may be behind: it is made anew beside, and nobody waits for it.
BEHIND = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FeedState:
    """Whose feed it is, and how the stored one stands (empty where none was built yet)."""

    kind: FeedKind
    subject: str
    version: int
    made_of: str
    etag: str
    last_modified: str
    built_at: datetime | None

    def is_fresh(self, edition: str) -> bool:
        """Whether the stored bytes are what would be built now."""
        return self.made_of == made_of(self.version, clock.today(), edition)

    @property
    def may_be_given(self) -> bool:
        """Whether the stored bytes may be given although something has changed since."""
        return (
            self.kind is FeedKind.WIDE
            and self.built_at is not None
            and self.built_at > clock.now() - BEHIND
        )


def of_group(slug: str, *, everything: bool = False) -> FeedState | None:
    """The state of a group's feed; None where there is no such group. One query."""
    return _state(FeedKind.GROUP_ALL if everything else FeedKind.GROUP, _OF_GROUP, slug)


def of_event(public_id: str) -> FeedState | None:
    """The state of one meetup's feed; None where the public may not see it. One query."""
    return _state(FeedKind.EVENT, _OF_EVENT, public_id)


def of_many(subject: str) -> FeedState | None:
    """The state of a feed of many groups, by what is wanted. One query."""
    return _state(FeedKind.WIDE, _OF_MANY, subject)


_feed, _group, _event = Feed.__table__.c, Group.__table__.c, Event.__table__.c
_federation = Federation.__table__.c
# A question converts no types: states are their words.
_feed_kind, _event_status = type_coerce(_feed.kind, String), type_coerce(_event.status, String)


def _with_feed(owner: Any, subject: Any) -> Question:
    """The question about a feed's state."""
    is_its = and_(_feed_kind == bindparam("kind"), _feed.subject == subject)
    state = owner.add_columns(
        subject, _feed.made_of, _feed.etag, _feed.last_modified, _feed.built_at
    )
    return Question(state.outerjoin(Feed.__table__, is_its))


_OF_GROUP = _with_feed(
    select(_group.version).where(_group.slug == bindparam("named")), cast(_group.id, String)
)
_OF_EVENT = _with_feed(
    select(_group.version)
    .select_from(Event.__table__)
    .join(Group.__table__, _group.id == _event.group_id)
    .where(_event.public_id == bindparam("named"))
    .where(_event_status != EventStatus.DRAFT.value, _event_status != EventStatus.MERGED.value),
    cast(_event.id, String),
)
_OF_MANY = _with_feed(
    select(_federation.version).where(_federation.id == 1), bindparam("named", type_=String)
)
_ZIPPED, _BROTLI = (
    Question(
        select(column).where(
            _feed_kind == bindparam("kind"), _feed.subject == bindparam("subject"),
            _feed.etag == bindparam("etag"),
        )
    )
    for column in (_feed.gzipped, _feed.brotli)
)  # fmt: skip


def _state(kind: FeedKind, question: Question, named: str) -> FeedState | None:
    row = question.first(kind=kind.value, named=named)
    if row is None:
        return None
    version, subject, made, etag, last_modified, built_at = row
    return FeedState(kind, subject, version, made or "", etag or "", last_modified or "", built_at)


def stored_bytes(state: FeedState, *, brotli: bool) -> bytes | None:
    """The stored feed, compressed one way or the other; None where it is another by now."""
    question = _BROTLI if brotli else _ZIPPED
    row = question.first(kind=state.kind.value, subject=state.subject, etag=state.etag)
    return bytes(row[0]) if row else None


def is_gone(public_id: str) -> bool:
    """Whether there was a meetup of this id that people may have seen. One query."""
    query = select(literal(1)).where(GoneEvent.public_id == public_id)
    return session().scalar(query) is not None


def count_of_wide() -> int:
    """How many feeds of many groups are kept. One query."""
    query = select(func.count()).select_from(Feed).where(Feed.kind == FeedKind.WIDE)
    return session().scalar(query) or 0


_THERE = Question(select(Event.id).where(Event.id.in_(bindparam("ids", expanding=True))))


def ids_there(event_ids: Collection[int]) -> set[int]:
    """Those of the meetups that are still there. One query, none for none."""
    if not event_ids:
        return set()
    return {event_id for (event_id,) in _THERE.rows(ids=list(event_ids))}
