"""The components of a feed: each meetup as the bytes it was last written as, or written anew."""

import hashlib
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

from usergroups.db import session
from usergroups.formats.ical.write import LONGEST_UID, identity, is_occurrence, write_event
from usergroups.formats.ical.write_series import is_single, write_occurrence, write_series
from usergroups.links import Links
from usergroups.models import Event, Series
from usergroups.queries import feed_events
from usergroups.queries.feed_events import FeedRow
from usergroups.services import series_facts

# What the bytes depend on besides what they tell.
_WRITERS = (
    "formats/ical/write.py",
    "formats/ical/write_series.py",
    "formats/platforms.py",
    "formats/recurrence.py",
)


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes to keep: of a meetup, or of the series that begins with it."""

    event_id: int
    is_series: bool
    made_of: str
    ics: bytes


@dataclass(slots=True)
class Parts:
    """The components of a feed in their order, and which of them are new."""

    components: list[bytes] = field(default_factory=list)
    new: list[Written] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Sources:
    """What new bytes are written of: series and their rows by UID, topics by group."""

    series: dict[str, Series]
    dates: dict[str, list[FeedRow]]
    topics: dict[int, list[str]]

    def told(self, row: FeedRow) -> Sequence[FeedRow]:
        """The rows that the component of a row tells of."""
        return self.dates[row.uid] if row.uid in self.series else [row]


@lru_cache(maxsize=4)
def edition(base: str) -> str:
    """Eight hexadecimal digits that change when what writes calendars does, or our addresses."""
    package = files("usergroups")
    digest = hashlib.sha256(base.encode())
    for name in (*_WRITERS, "formats/vtimezone.py", "services/feed_parts.py", "text.py"):
        digest.update(package.joinpath(name).read_bytes())
    return digest.hexdigest()[:8]


def parts(rows: Sequence[FeedRow], whole: AbstractSet[int] | None, links: Links) -> Parts:
    """What calendars are told, in the order of the rows; a series as one.

    Of groups in `whole` (of all where it is None) the feed has every meetup, and so their series
    in full. Of others it has single dates, below a series that ends with them: a date without a
    series above it is more than many programs can read. Two groups may read the same calendar
    elsewhere; in one feed a UID stands once (RFC 5545 section 3.8.4.7), or programs make one
    meetup of the two. At most six queries.
    """
    unique = _unique(rows)
    topics = feed_events.topics_of({row.group_id for row in unique})
    hosts = _hosts(unique, topics, links)
    dates: dict[str, list[FeedRow]] = {}
    for row in unique:
        if is_occurrence(row):
            dates.setdefault(row.uid, []).append(row)
    series = {
        uid: one if whole is None or one.group_id in whole else _only(one, dates[uid])
        for uid, one in feed_events.series_with(dates.keys()).items()
    }
    wanted: list[tuple[FeedRow, str, bytes | None]] = []
    stored = feed_events.written_series([dates[uid][0].id for uid in series])
    for row in unique:
        if row.uid not in series:
            of = f"{row.sequence} {row.revised} {hosts[row.group_id]}"
            wanted.append((row, of, row.ics if row.made_of == of else None))
        elif row is dates[row.uid][0]:
            of = _series_of(series[row.uid], dates[row.uid], hosts[row.group_id])
            known = stored.get(row.id)
            wanted.append((row, of, known[1] if known and known[0] == of else None))
    return _filled(wanted, _Sources(series, dates, topics), links)


def _unique(rows: Sequence[FeedRow]) -> Sequence[FeedRow]:
    """The rows, of those that are one component the first alone."""
    uids = {row.uid for row in rows}
    if len(uids) == len(rows) and _are_plain(uids):
        return rows
    return list(reversed({identity(row): row for row in reversed(rows)}.values()))


def _are_plain(uids: AbstractSet[str]) -> bool:
    """Whether each UID is published as it is, so that different ones stay different."""
    joined = "".join(uids)
    is_short = len(max(uids, key=len, default="")) <= LONGEST_UID
    return is_short and joined.isascii() and joined.isprintable() and " " not in joined


def _filled(
    wanted: Iterable[tuple[FeedRow, str, bytes | None]], sources: _Sources, links: Links
) -> Parts:
    """The stored bytes, and in the place of those that are not, new ones."""
    wanted = list(wanted)
    missing = [row for row, _, ics in wanted if ics is None]
    ids = [one.id for row in missing for one in sources.told(row)]
    full = feed_events.in_full(ids, with_topics=False)
    made = Parts()
    for row, of, known in wanted:
        ics = known
        if ics is None:
            told = [full[one.id] for one in sources.told(row) if one.id in full]
            if not told:
                continue  # it went while we were reading; the version has moved, too
            topics = sources.topics[row.group_id]
            ics = _written(sources.series.get(row.uid), told, topics, links)
            made.new.append(Written(row.id, row.uid in sources.series, of, ics))
        made.components.append(ics)
    return made


def _written(
    series: Series | None, told: Sequence[Event], topics: Sequence[str], links: Links
) -> bytes:
    """A meetup, or a series with what it tells; one with single dates of it tells each."""
    group = told[0].group
    if series is None:
        return write_event(told[0], group, links, topics)
    usual = series_facts.usual(series)
    if series in session() or is_single(series, told):
        return write_series(series, usual, told, links, topics)
    apart = {row.recurrence_id for row in told}
    master = write_series(series, usual, told, links, topics, apart)
    return master + b"".join(write_occurrence(series, row, group, links, topics) for row in told)


def _only(series: Series, rows: Sequence[FeedRow]) -> Series:
    return series_facts.only(series, [row.recurrence_id for row in rows])


def _hosts(rows: Iterable[FeedRow], topics: dict[int, list[str]], links: Links) -> dict[int, str]:
    """What the bytes of a meetup say of its group, in short, by the group's id."""
    names = {row.group_id: (row.group_slug, row.group_name) for row in rows}
    return {
        group_id: _short((edition(links.base), named, topics[group_id]))
        for group_id, named in names.items()
    }


def _series_of(series: Series, rows: Sequence[FeedRow], host: str) -> str:
    columns = [getattr(series, column.key) for column in Series.__table__.columns]
    told = [(row.id, row.sequence, str(row.revised)) for row in rows]
    return f"{_short((columns, series in session(), told))} {host}"


def _short(what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:16]
