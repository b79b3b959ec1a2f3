"""Feeds as they are kept: the one that may be given now, and its bytes in the encoding wanted."""

import gzip
import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from usergroups import clock, db, memory
from usergroups.errors import NotFoundError
from usergroups.links import Links
from usergroups.queries import feeds as queries
from usergroups.queries.feeds import FeedState
from usergroups.services import feeds
from usergroups.services.feed_parts import edition

# One that many ask for is made anew beside them at most so often.
_PAUSE = timedelta(seconds=30)
# Of those who want the same feed made, one makes it and the others take it.
_MAKING = tuple(Lock() for _ in range(64))
# What this process holds of bytes that were given.
_HELD = 8 << 20


_log = logging.getLogger(__name__)


class _Bytes:
    """The bytes that were given last, by tag and encoding: a few megabytes of them."""

    def __init__(self, most: int) -> None:
        self._most, self._held = most, 0
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, str]) -> bytes | None:
        return self._kept.get(key)

    def put(self, key: tuple[str, str], body: bytes) -> None:
        if len(body) > self._most // 4:
            return
        with self._lock:
            if key not in self._kept:
                self._kept[key] = body
                self._held += len(body)
            while self._held > self._most:
                self._held -= len(self._kept.popitem(last=False)[1])


_bytes = _Bytes(_HELD)


def current(look: Callable[[], FeedState | None], links: Links) -> FeedState:
    """The feed that may be given now, built where it has to be; one query where it need not.

    Raises NotFoundError where there is none.
    """
    state = _found(look)
    if state.is_fresh(edition(links.base)):
        return state
    if state.may_be_given:
        _have_rebuilt(state)
        return state
    with _MAKING[hash((state.kind, state.subject)) % len(_MAKING)]:
        state = _found(look)  # somebody may have built it while we waited
        return state if state.is_fresh(edition(links.base)) else _build(state, links)


def body(state: FeedState, encoding: str) -> bytes | None:
    """The bytes of a feed; None where another has taken its place. One query, or none."""
    with_brotli = encoding == "br"
    key = state.etag, "br" if with_brotli else "gzip"
    found = _bytes.get(key)
    if found is None:
        found = queries.stored_bytes(state, brotli=with_brotli)
        if found is None:
            return None
        _bytes.put(key, found)
    return found if encoding else gzip.decompress(found)


def _found(look: Callable[[], FeedState | None]) -> FeedState:
    state = look()
    if state is None:
        raise NotFoundError("there is no such calendar")
    return state


def _build(state: FeedState, links: Links) -> FeedState:
    """Build a feed and keep it. It is given all the same while nothing can be written."""
    with db.reading():
        built = feeds.build(state, links)
    _bytes.put((built.state.etag, "br"), built.brotli)
    _bytes.put((built.state.etag, "gzip"), built.gzipped)
    try:
        with db.transaction():
            feeds.keep(built)
    except SQLAlchemyError as busy:
        _log.warning("the feed %s %s is not kept: %s", state.kind, state.subject, busy)
    memory.give_back()
    return built.state


def _have_rebuilt(state: FeedState) -> None:
    """Leave a job for it, unless there is one."""
    if state.built_at is not None and state.built_at > clock.now() - _PAUSE:
        return
    with db.reading():
        if feeds.is_being_rebuilt(state.subject):
            return
    try:
        with db.transaction():
            feeds.leave_rebuild(state.subject)
    except SQLAlchemyError as busy:
        _log.warning("the feed %s is not rebuilt: %s", state.subject, busy)
