"""Building what we publish, and keeping it until it changes."""

import gzip
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache

import brotli
from sqlalchemy import Executable, delete, select

from usergroups import clock
from usergroups.db import Base, session, upsert
from usergroups.formats.ical.write import write_calendar
from usergroups.links import Links
from usergroups.models import Feed, FeedKind, JobKind, WrittenEvent, made_of
from usergroups.queries import feeds, jobs
from usergroups.queries.feeds import FeedState
from usergroups.queue import enqueue
from usergroups.services import feed_heads, feed_parts
from usergroups.services.feed_parts import Written, edition

# One that somebody asks for is built anew each day, so that these are asked for by nobody.
_KEPT = timedelta(days=3)
# Of feeds of many groups there are more than anybody could keep.
MOST_WIDE = 2_000
_AT_ONCE = 100
# Denser than gzip ever is, and quicker than it usually is.
BROTLI_QUALITY = 4
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Built:
    """A feed as it is now, and what of it had to be written for it."""

    state: FeedState
    gzipped: bytes
    brotli: bytes
    new: Sequence[Written]

    def compressed(self, *, with_brotli: bool) -> bytes:
        """Its bytes, one way or the other."""
        return self.brotli if with_brotli else self.gzipped


def build(state: FeedState, links: Links) -> Built:
    """A feed as it is now; looks, and keeps nothing. At most sixteen queries.

    The ETag is made of the bytes, so a rebuild that changes nothing costs no reader a download.
    Raises NotFoundError where its subject is no longer there.
    """
    content = feed_heads.content(state, links)
    parts = feed_parts.parts(content.rows, content.whole, links)
    ics = write_calendar(content.head, parts.components)
    # No time stamp and no name inside: the same feed is the same bytes (RFC 1952 section 2.3.1).
    gzipped = gzip.compress(ics, compresslevel=6, mtime=0)
    etag = hashlib.sha256(gzipped).hexdigest()[:32]
    built = replace(
        state,
        made_of=made_of(state.version, clock.today(), edition(links.base)),
        etag=etag,
        last_modified=state.last_modified if etag == state.etag else _modified(state),
        built_at=clock.now(),
    )
    return Built(built, gzipped, brotli.compress(ics, quality=BROTLI_QUALITY), parts.new)


def keep(built: Built) -> None:
    """Keep what was built. Two may build the same at once; the second writes over its like."""
    state = built.state
    values = {
        "kind": state.kind,
        "subject": state.subject,
        "made_of": state.made_of,
        "etag": state.etag,
        "last_modified": state.last_modified,
        "built_at": state.built_at,
        "gzipped": built.gzipped,
        "brotli": built.brotli,
    }
    if state.kind is FeedKind.WIDE:
        _make_room()
    put = session().connection()
    put.execute(_over(put.dialect.name, Feed, "kind", "subject"), values)
    # A meetup may have gone since it was written, and would be missed by its foreign key.
    there = feeds.ids_there([one.event_id for one in built.new])
    rows = [
        {
            "event_id": one.event_id,
            "is_series": one.is_series,
            "made_of": one.made_of,
            "ics": one.ics,
        }
        for one in built.new
        if one.event_id in there
    ]
    if rows:
        put.execute(_over(put.dialect.name, WrittenEvent, "event_id", "is_series"), rows)


def leave_rebuild(subject: str) -> None:
    """Have a feed of many groups built anew, unless that is to be done already."""
    if not is_being_rebuilt(subject):
        enqueue(JobKind.REBUILD_FEED, subject=subject)


def is_being_rebuilt(subject: str) -> bool:
    """Whether a job is to build a feed of many groups. One query."""
    return {"subject": subject} in jobs.open_arguments(JobKind.REBUILD_FEED)


def forget_old() -> None:
    """Forget the feeds that nobody asks for any more."""
    session().execute(delete(Feed).where(Feed.built_at < clock.now() - _KEPT))


def _make_room() -> None:
    """Forget the feeds of many groups that were built longest ago, where there are too many."""
    if feeds.count_of_wide() < MOST_WIDE:
        return
    oldest = (
        select(Feed.subject)
        .where(Feed.kind == FeedKind.WIDE)
        .order_by(Feed.built_at)
        .limit(min(_AT_ONCE, MOST_WIDE))
    )
    session().execute(delete(Feed).where(Feed.kind == FeedKind.WIDE, Feed.subject.in_(oldest)))


def _modified(state: FeedState) -> str:
    """Now, or a second after the last time: HTTP's dates tell no smaller steps apart."""
    now = clock.now()
    if state.last_modified:
        now = max(now, parsedate_to_datetime(state.last_modified) + _SECOND)
    return _date(now)


def _date(at: datetime) -> str:
    return format_datetime(at, usegmt=True)


@cache
def _over(_dialect: str, table: type[Base], *key: str) -> Executable:
    """Rows that take the place of those with the same key; made once for each database."""
    statement = upsert(table.__table__)
    others = {column.key: column for column in statement.excluded if column.key not in key}
    over: Executable = statement.on_conflict_do_update(index_elements=key, set_=others)
    return over
