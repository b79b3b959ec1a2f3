"""Questions of programs that read somebody's own calendar: whose it is, and what is in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.models import Event, MyCalendar
from usergroups.models import RsvpStatus as Status
from usergroups.queries import feed_events, nearby
from usergroups.queries.feed_events import FeedRow
from usergroups.queries.nearby import Point
from usergroups.queries.rows import rows

_T = Event.metadata.tables
_E, _G, _R, _M = (_T[name].c for name in ("event", "group", "rsvp", "membership"))
# What somebody said and then thinks about no more is no meetup of theirs.
_MINE = (Status.GOING, Status.OFFERED, Status.WAITLISTED)
_GROUPS_OF = (
    select(_G.id, _G.version)
    .join(_T["membership"], _M.group_id == _G.id)
    .where(_M.user_id == bindparam("user_id"))
    .order_by(_G.id)
)
_ANSWERS_OF = (
    select(_R.event_id, _R.status, _R.changed_at, _R.guests, _R.offered_until, _G.version)
    .select_from(
        _T["rsvp"].join(_T["event"], _E.id == _R.event_id).join(_T["group"], _G.id == _E.group_id)
    )
    .where(_R.user_id == bindparam("user_id"), _E.ends_at > bindparam("since"))
    .order_by(_R.event_id)
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody answered to a meetup."""

    event_id: int
    status: Status
    changed_at: datetime
    guests: int
    offered_until: datetime | None
    # Of the meetup's group: what it says of the meetup may have changed.
    version: int


@dataclass(frozen=True, slots=True)
class Holding:
    """What a calendar is a function of: the groups it takes, and what its owner answered."""

    # Ids of groups with their versions: its owner's, and those near their home.
    groups: tuple[tuple[int, int], ...]
    near: tuple[tuple[int, int], ...]
    answers: tuple[Answered, ...]

    @property
    def group_ids(self) -> frozenset[int]:
        """The groups of which it has every meetup."""
        return frozenset(group_id for group_id, _ in self.groups + self.near)


def by_secret(secret_hash: str) -> MyCalendar | None:
    """The calendar at the address with this secret, its owner loaded; one query."""
    query = select(MyCalendar).where(MyCalendar.secret_hash == secret_hash)
    return session().scalar(query.options(joinedload(MyCalendar.user)))


def holding(calendar: MyCalendar) -> Holding:
    """What it is made of now; at most three queries."""
    whose = {"user_id": calendar.user_id}
    since = {"since": clock.now() - feed_events.BACK}
    return Holding(
        tuple((row[0], row[1]) for row in rows(_GROUPS_OF, **whose)) if calendar.has_groups else (),
        _near_home(calendar),
        tuple(Answered(*row) for row in rows(_ANSWERS_OF, **whose, **since))
        if calendar.has_answers
        else (),
    )


def meetups(held: Holding) -> tuple[list[FeedRow], int]:
    """What it holds, by start, and how many more there were than fit. At most three queries."""
    answered = [one.event_id for one in held.answers if one.status in _MINE]
    return feed_events.of_groups(sorted(held.group_ids), besides=answered)


def _near_home(calendar: MyCalendar) -> tuple[tuple[int, int], ...]:
    home = calendar.user
    if calendar.within_km is None or home.latitude is None or home.longitude is None:
        return ()
    point = Point(home.latitude, home.longitude)
    box = nearby.inside(nearby.boxes(point, calendar.within_km), _G.latitude, _G.longitude)
    found = rows(select(_G.id, _G.latitude, _G.longitude, _G.version).where(box))
    versions = {row[0]: row[3] for row in found}
    near = nearby.within(point, [(row[0], row[1], row[2]) for row in found], calendar.within_km)
    return tuple(sorted((group_id, versions[group_id]) for _, group_id in near))
