"""Making a feed anew: from nothing, after one change, and what compressing it takes."""

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import brotli
from sqlalchemy import delete, select

from tests.bench.world import MEETUPS, World
from usergroups import db
from usergroups.links import Links
from usergroups.models import Event, Feed, Group, WrittenEvent
from usergroups.queries import feeds as queries
from usergroups.queries.feeds import FeedState
from usergroups.services import feeds
from usergroups.services.feeds import Built
from usergroups.services.revisions import mark_changed

ROUNDS = 15
_LINKS = Links("http://127.0.0.1:8000")


@dataclass(frozen=True, slots=True)
class Rebuilds:
    """Milliseconds of CPU, medians; compressing is not in those of rebuilding."""

    meetups: int
    cold: float
    changed: float
    wide: float
    gzip: float
    brotli: float


def measure(world: World) -> Rebuilds:
    """In this process, on the database that it planted."""
    slug = world.group_path.rpartition("/")[2]
    cold = median(_made(lambda: _of_group(slug), _forget) for _ in range(3))
    changed = median(_made(lambda: _of_group(slug), lambda: _change(slug)) for _ in range(ROUNDS))
    _made(_of_all, lambda: None)
    wide = median(_made(_of_all, lambda: _change(slug)) for _ in range(ROUNDS))
    zipped, dense = _compressing(_of_group(slug))
    return Rebuilds(MEETUPS, cold, changed, wide, zipped, dense)


def _made(look: Callable[[], FeedState], before: Callable[[], None]) -> float:
    """Milliseconds to build and keep a feed, without those of compressing it."""
    before()
    state = look()
    began = time.process_time()
    with db.reading():
        built = feeds.build(state, _LINKS)
    with db.transaction():
        feeds.keep(built)
    spent = (time.process_time() - began) * 1_000
    return spent - sum(_packing(built))


def _compressing(state: FeedState) -> tuple[float, float]:
    with db.reading():
        built = feeds.build(state, _LINKS)
    rounds = [_packing(built) for _ in range(ROUNDS)]
    zipped, dense = zip(*rounds, strict=True)
    return median(zipped), median(dense)


def _packing(built: Built) -> tuple[float, float]:
    """Milliseconds by gzip and by brotli, as the service asks them."""
    ics = gzip.decompress(built.gzipped)
    began = time.process_time()
    gzip.compress(ics, compresslevel=6, mtime=0)
    between = time.process_time()
    brotli.compress(ics, quality=feeds.BROTLI_QUALITY)
    return (between - began) * 1_000, (time.process_time() - between) * 1_000


def _of_group(slug: str) -> FeedState:
    state = queries.of_group(slug, everything=True)
    if state is None:
        raise LookupError(slug)
    return state


def _of_all() -> FeedState:
    state = queries.of_many("")
    if state is None:
        raise LookupError("the federation")
    return state


def _forget() -> None:
    with db.transaction() as session:
        session.execute(delete(Feed))
        session.execute(delete(WrittenEvent))


def _change(slug: str) -> None:
    with db.transaction() as session:
        group = session.scalars(select(Group).where(Group.slug == slug)).one()
        event = session.scalars(
            select(Event).where(Event.group_id == group.id).order_by(Event.id).limit(1)
        ).one()
        event.sequence += 1
        event.title = f"Changed {event.sequence} times"
        mark_changed(group)
