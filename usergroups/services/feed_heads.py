"""What a feed holds and what it says of itself: its name, its page, and what it lacks."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from usergroups.db import instant, session
from usergroups.errors import NotFoundError
from usergroups.formats.ical.write import CalendarHead
from usergroups.inputs.wanted_calendar import WantedCalendar, wanted_calendar
from usergroups.links import Links
from usergroups.models import Event, Federation, FeedKind, Group
from usergroups.queries import feed_events
from usergroups.queries.feed_events import FeedRow
from usergroups.queries.feeds import FeedState

# How many groups a name names.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Content:
    """The head of a feed, its meetups by start, and the groups of which it has every one."""

    head: CalendarHead
    rows: Sequence[FeedRow]
    # None: of all.
    whole: AbstractSet[int] | None


def content(state: FeedState, links: Links) -> Content:
    """What a feed holds now. Raises NotFoundError for what is no longer there."""
    if state.kind is FeedKind.WIDE:
        return _of_many(wanted_calendar(state.subject), links)
    if state.kind is FeedKind.EVENT:
        return _of_event(int(state.subject), links)
    return _of_group(int(state.subject), links, everything=state.kind is FeedKind.GROUP_ALL)


def _of_event(event_id: int, links: Links) -> Content:
    rows = feed_events.of_event(event_id)
    if not rows:
        raise NotFoundError("there is no such meetup")
    event = session().get_one(Event, event_id)
    group = session().get_one(Group, event.group_id)
    head = CalendarHead(
        name=group.name,
        description=group.summary,
        url=links.event(event.public_id, event.slug),
        source_url=links.event_calendar(event.public_id),
        timezone=event.timezone,
        revised_at=event.revised_at,
    )
    return Content(head, rows, frozenset())


def _of_group(group_id: int, links: Links, *, everything: bool) -> Content:
    group = session().get(Group, group_id)
    if group is None:
        raise NotFoundError("there is no such group")
    rows, cut = feed_events.of_group(group_id, everything=everything)
    address = links.group_calendar(group.slug)
    head = CalendarHead(
        name=group.name,
        description=_described(group.summary, _cut(cut)),
        url=links.group(group.slug),
        source_url=f"{address}?past=all" if everything else address,
        timezone=group.timezone,
        revised_at=_latest(rows, group.revised_at),
    )
    return Content(head, rows, frozenset({group_id}))


def _of_many(wanted: WantedCalendar, links: Links) -> Content:
    federation = session().get_one(Federation, 1)
    whole: AbstractSet[int] | None = None
    missing: Collection[str] = ()
    topic = feed_events.topic_named(wanted.topic) if wanted.topic else ""
    if topic is None:
        raise NotFoundError("no group here has this topic")
    if wanted.groups:
        found = feed_events.groups_called(wanted.groups)
        if not found:
            raise NotFoundError("there are no such groups")
        whole = frozenset(group_id for group_id, _ in found.values())
        missing = [slug for slug in wanted.groups if slug not in found]
        which = _names(sorted({name for _, name in found.values()}))
    else:
        which = " ".join(_filters(wanted, topic))
        if wanted.near:
            near = feed_events.groups_near(wanted.near, wanted.km, wanted.country, wanted.topic)
            whole = frozenset(near)
    rows, cut = (
        feed_events.of_all(wanted.country, wanted.topic)
        if whole is None
        else feed_events.of_groups(whole)
    )
    head = CalendarHead(
        name=f"{federation.name}: {which}" if which else federation.name,
        description=_described(federation.tagline, _rounded(wanted), _absent(missing), _cut(cut)),
        url=links.subscribe(**wanted.query) if which else links.home(),
        source_url=address(wanted, links),
        timezone="UTC",
        revised_at=_latest(rows),
    )
    return Content(head, rows, whole)


def address(wanted: WantedCalendar, links: Links) -> str:
    """Where a calendar of many groups is."""
    query = wanted.query
    if set(query) == {"country"}:
        return links.country_calendar(query["country"])
    return links.calendar(**query)


def _filters(wanted: WantedCalendar, topic: str) -> list[str]:
    place = "{:g}, {:g}".format(*wanted.near) if wanted.near else ""
    told = {
        f"in {wanted.country}": wanted.country,
        f"about {topic}": topic,
        f"within {wanted.km} km of {place}": place,
    }
    return [words for words, value in told.items() if value]


def _names(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    listed = ", ".join(names[:_NAMED])
    return f"{listed} and {more} more" if more > 0 else listed


def _rounded(wanted: WantedCalendar) -> str:
    if wanted.near is None:
        return ""
    return "The place is rounded to a tenth of a degree, the distance up."


def _absent(slugs: Collection[str]) -> str:
    return f"There is no group at these addresses: {', '.join(slugs)}." if slugs else ""


def _cut(cut: int) -> str:
    return f"{cut} meetups further away than these are not in this calendar." if cut else ""


def _described(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _latest(rows: Sequence[FeedRow], *own: datetime) -> datetime | None:
    """When what a feed says was last revised.

    That of the federation moves with everything, and would make each change everybody's.
    """
    latest = [instant(max(row.revised for row in rows))] if rows else []
    return max([*latest, *own], default=None)
