"""Questions about those whom mails about a meetup reach, some at a time."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.models import (
    Event,
    EventInterest,
    EventStatus,
    MailRefusal,
    MailTopic,
    Membership,
    Registration,
    Rsvp,
    RsvpStatus,
    User,
)

# Nobody is reminded longer before.
_EARLIEST = timedelta(hours=336)
_HOLDING = (RsvpStatus.GOING, RsvpStatus.OFFERED, RsvpStatus.WAITLISTED)


def subject(event_id: int) -> Event | None:
    """The meetup with its group; None once it is gone. One query."""
    query = select(Event).where(Event.id == event_id).options(joinedload(Event.group))
    return session().scalar(query)


def answered(
    event_id: int, states: Sequence[RsvpStatus], *, after: int, most: int
) -> Sequence[tuple[int, User]]:
    """The next of those who answered so, by their accounts' ids; one query."""
    whose = select(Rsvp.user_id).where(Rsvp.event_id == event_id, Rsvp.status.in_(states))
    return _next(select(User).where(User.id.in_(whose)), after, most)


def concerned(event_id: int, *, after: int, most: int) -> Sequence[tuple[int, User]]:
    """The next of those who come, wait, or were interested; one query."""
    whose = select(Rsvp.user_id).where(Rsvp.event_id == event_id, Rsvp.status.in_(_HOLDING))
    interested = select(EventInterest.user_id).where(EventInterest.event_id == event_id)
    either = or_(User.id.in_(whose), User.id.in_(interested))
    return _next(select(User).where(either), after, most)


def silent(event: Event, *, after: int, most: int) -> Sequence[tuple[int, User]]:
    """The next members of the group who want its mails and have not answered; one query."""
    return _next(_silent(event), after, most)


def count_silent(event: Event) -> int:
    """How many these are; one query."""
    return session().scalar(select(func.count()).select_from(_silent(event).subquery())) or 0


def count(event_id: int, states: Sequence[RsvpStatus]) -> int:
    """How many people answered so; one query."""
    query = select(func.count(Rsvp.id)).where(Rsvp.event_id == event_id, Rsvp.status.in_(states))
    return session().scalar(query) or 0


def to_remind() -> list[int]:
    """Ids of the meetups of which it is time to remind somebody; one query."""
    now = clock.now()
    waits = select(Rsvp.id).where(
        Rsvp.event_id == Event.id, Rsvp.status == RsvpStatus.GOING, Rsvp.reminded_at.is_(None)
    )
    query = (
        select(Event)
        .where(Event.starts_at > now, Event.starts_at <= now + _EARLIEST)
        .where(Event.status == EventStatus.CONFIRMED, Event.remind_hours > 0)
        .where(Event.registration == Registration.HERE, waits.exists())
    )
    return [
        event.id
        for event in session().scalars(query)
        if event.starts_at - timedelta(hours=event.remind_hours) <= now
    ]


def unreminded(event: Event, *, most: int) -> Sequence[Rsvp]:
    """Those who come and were not reminded yet, ours until the transaction ends; one query."""
    query = (
        select(Rsvp)
        .where(Rsvp.event_id == event.id, Rsvp.status == RsvpStatus.GOING)
        .where(Rsvp.reminded_at.is_(None))
        .options(joinedload(Rsvp.user))
        .order_by(Rsvp.id)
        .limit(most)
        .with_for_update(of=Rsvp, skip_locked=True)
    )
    return session().scalars(query).all()


def _silent(event: Event) -> Select[User]:
    said = select(Rsvp.user_id).where(Rsvp.event_id == event.id)
    refused = select(MailRefusal.user_id).where(MailRefusal.topic == MailTopic.GROUPS)
    return (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.group_id == event.group_id, Membership.wants_mail)
        .where(User.verified_at.is_not(None), User.id.not_in(said), User.id.not_in(refused))
    )


def _next(query: Select[User], after: int, most: int) -> Sequence[tuple[int, User]]:
    found = session().scalars(query.where(User.id > after).order_by(User.id).limit(most))
    return [(user.id, user) for user in found]
