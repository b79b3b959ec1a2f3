"""Questions about series: one with its group, its meetups, who has answered to them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select, union
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import (
    AgendaItem,
    CoHost,
    Event,
    EventInterest,
    EventStatus,
    Group,
    PollDate,
    Rsvp,
    RsvpStatus,
    Series,
    Sponsorship,
    Talk,
)

_COUNTED = (RsvpStatus.GOING, RsvpStatus.OFFERED, RsvpStatus.WAITLISTED)
# What somebody has put into a meetup besides its text.
_WORK = (Rsvp, Talk, AgendaItem, CoHost, EventInterest, PollDate, Sponsorship)


def at_desk(slug: str, public_id: str) -> Series:
    """A series of this group, with the group; one query. Raises NotFoundError."""
    query = _with_group().join(Group, Group.id == Series.group_id)
    found = session().scalar(query.where(Group.slug == slug, Series.public_id == public_id))
    if found is None:
        raise NotFoundError("there is no such series")
    return found


def of_event(event: Event) -> Series | None:
    """The series that a meetup belongs to; None where it stands by itself. One query."""
    if event.series_id is None:
        return None
    return session().scalar(_with_group().where(Series.id == event.series_id))


def public(public_id: str) -> Series:
    """A series that the public may see, with its group; one query. Raises NotFoundError."""
    found = session().scalar(_with_group().where(Series.public_id == public_id))
    if found is None or found.facts.get("status") == EventStatus.DRAFT.value:
        raise NotFoundError("there is no such series")
    return found


def held(series_id: int) -> Series:
    """A series with its group, as it is by now; who else acts on it waits. Raises NotFoundError."""
    query = _with_group().where(Series.id == series_id).with_for_update(of=Series)
    found = session().scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFoundError("there is no such series")
    return found


def of_group(group_id: int) -> list[tuple[Series, int, datetime | None]]:
    """A group's series, those that go on first: how many meetups come, and when the next is.

    One query.
    """
    is_coming = (Event.series_id == Series.id) & (Event.ends_at > clock.now())
    is_coming &= Event.status != EventStatus.CANCELLED
    query = (
        select(Series, func.count(Event.id), func.min(Event.starts_at))
        .outerjoin(Event, is_coming)
        .where(Series.group_id == group_id)
        .group_by(Series.id)
        .order_by(func.count(Event.id) == 0, Series.begins_on.desc(), Series.id.desc())
    )
    return [(one, count, at) for one, count, at in session().execute(query)]


def coming_rows(series_id: int, *, locked: bool = False) -> Sequence[Event]:
    """The meetups of a series that have not begun, by start; `locked` until the scope ends."""
    query = (
        select(Event)
        .where(Event.series_id == series_id, Event.starts_at > clock.now())
        .order_by(Event.id)
        .options(joinedload(Event.group))
    )
    if locked:
        # Somebody who answers at this moment is waited for, and counted.
        query = query.with_for_update(of=Event).execution_options(populate_existing=True)
    return sorted(session().scalars(query), key=lambda event: (event.starts_at, event.id))


def answers(event_ids: Collection[int]) -> dict[int, int]:
    """How many people come, are offered a seat or wait, by meetup; one query, none for none."""
    if not event_ids:
        return {}
    query = (
        select(Rsvp.event_id, func.count())
        .where(Rsvp.event_id.in_(event_ids), Rsvp.status.in_(_COUNTED))
        .group_by(Rsvp.event_id)
    )
    return {row[0]: row[1] for row in session().execute(query)}


def in_use(event_ids: Collection[int]) -> set[int]:
    """Those into which somebody put more than their text: answers, talks, hosts; one query."""
    if not event_ids:
        return set()
    found = union(*(select(kind.event_id).where(kind.event_id.in_(event_ids)) for kind in _WORK))
    return set(session().scalars(found))


def known_ids(uid: str, recurrence_ids: Collection[str]) -> set[str]:
    """Which of these occurrences of a series have a row; one query, none for none."""
    if not recurrence_ids:
        return set()
    query = select(Event.recurrence_id).where(Event.uid == uid, Event.source_id.is_(None))
    return set(session().scalars(query.where(Event.recurrence_id.in_(recurrence_ids))))


def cancelled_at(series: Series, day: date) -> Event | None:
    """The meetup of a series that was called off on a day; one query."""
    query = select(Event).where(Event.series_id == series.id, Event.status == EventStatus.CANCELLED)
    found = session().scalars(query.options(joinedload(Event.group)).order_by(Event.id))
    return next((event for event in found if event.starts_on == day), None)


def to_extend(until: date) -> Iterable[int]:
    """Ids of the series that go on and have no meetups up to that day; one query."""
    query = select(Series.id).where(
        Series.ended_at.is_(None),
        or_(Series.made_until.is_(None), Series.made_until < until),
        or_(Series.ends_on.is_(None), Series.made_until < Series.ends_on),
    )
    return session().scalars(query.order_by(Series.id)).all()


def count_coming(series_id: int) -> int:
    """How many meetups of a series have not begun and are on; one query."""
    query = select(func.count()).where(
        Event.series_id == series_id,
        Event.starts_at > clock.now(),
        Event.status != EventStatus.CANCELLED,
    )
    return session().scalar(query) or 0


def _with_group() -> Select[Series]:
    return select(Series).options(joinedload(Series.group))
