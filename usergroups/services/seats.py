"""The seats of a meetup: who holds it while they change, and who gets those that are free.

The first statement of every act on seats is `hold`: it moves the event's version, and so no other
act on this meetup sees or changes anything until the transaction ends. What is read after it is
how things are, and an arrival number made of the version is nobody else's. Nothing here waits for
a network.

How free seats are given away:

- **Strictly by arrival.** Nobody passes the line: not a newcomer while somebody waits, and not a
  smaller party while a larger one before it lacks seats. That one may come with fewer at any time
  without losing its place; else those seats wait for more.
- **Given while there is time** (more than `OUTRIGHT` until registration closes): who gets one is
  going, is told so, and can still hand it on.
- **Offered when time is short**: the seat is held for a while, a share of the time that is left,
  and goes to the next in line unless it is taken.
- **Never** once registration has closed or the meetup begun, and never for one that is tentative,
  cancelled or over.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import Attendance, Event, JobKind, Rsvp, RsvpStatus
from usergroups.queries import rsvps
from usergroups.queries.rsvps import Figures
from usergroups.queue import enqueue
from usergroups.services import event_mails

OUTRIGHT = timedelta(hours=24)
# An offer lasts half of the time that is left, within these.
HELD_LONGEST = timedelta(hours=3)
HELD_SHORTEST = timedelta(minutes=15)

_EVENT = Event.metadata.tables["event"]
_HOLD = (
    update(_EVENT)
    .where(_EVENT.c.id == bindparam("event_id"))
    .values(version=_EVENT.c.version + 1)
    .returning(_EVENT.c.version)
)
_HELD = (
    select(Event)
    .where(Event.id == bindparam("event_id"))
    .options(joinedload(Event.group))
    .execution_options(populate_existing=True)
)
_WAYS = (Attendance.IN_PERSON, Attendance.ONLINE)


def hold(event_id: int) -> Event:
    """The meetup with its group, ours until the transaction ends: the first statement of an act.

    Its version has moved, and is the arrival number of whoever comes to its list by this act.
    Raises NotFoundError.
    """
    if session().connection().execute(_HOLD, {"event_id": event_id}).first() is None:
        raise NotFoundError("there is no such meetup")
    return session().scalars(_HELD, {"event_id": event_id}).one()


def hold_all(event_ids: Iterable[int]) -> list[Event]:
    """Several meetups, in the order in which everybody takes them: nobody waits for ever."""
    return [hold(event_id) for event_id in sorted(set(event_ids))]


def settle(event: Event) -> Figures:
    """How the seats of a meetup that is held stand, once offers that ran out went to the next."""
    figures = rsvps.figures(event.id)
    if figures.lapses_at is None or clock.now() < min(figures.lapses_at, event.answers_until):
        return figures
    _lapse(event)
    promote(event)
    return rsvps.figures(event.id)


def promote(event: Event) -> None:
    """Give the free seats of a meetup that is held to those who wait, as the rules above say.

    Called after whatever frees a seat or adds one.
    """
    session().flush()  # the figures are read past the session
    if not event.takes_answers:
        return
    figures = rsvps.figures(event.id)
    for way in _WAYS:
        seats = figures.of(way)
        if seats.waiting and seats.free != 0:
            _fill(event, way, seats.free)


def end_offers(event_id: int) -> None:
    """Let offers of a meetup that ran out go to the next in line; twice does nothing more."""
    settle(hold(event_id))


def capacity(event: Event) -> tuple[int | None, int | None]:
    """How many heads a meetup holds in person and online; None for any number. Two queries."""
    figures = rsvps.figures(event.id)
    return figures.in_person.capacity, figures.online.capacity


def _fill(event: Event, way: Attendance, free: int | None) -> None:
    """Seat or ask those whose turn it is."""
    until = _held_until(event)
    chosen = list(_whose_turn(rsvps.line(event.id, way, free), free))
    for rsvp in chosen:
        rsvp.status = RsvpStatus.OFFERED if until else RsvpStatus.GOING
        rsvp.offered_until, rsvp.changed_at = until, clock.now()
        if until:
            event_mails.offered(rsvp)
        else:
            event_mails.seated(rsvp)
    if chosen and until:
        enqueue(JobKind.END_OFFERS, due_at=until, event_id=event.id)
    session().flush()


def _whose_turn(line: Iterable[Rsvp], free: int | None) -> Iterator[Rsvp]:
    """Those who fit, until the line ends or somebody has a party too large for what is left."""
    for rsvp in line:
        if free is not None:
            free -= rsvp.heads
            if free < 0:
                return
        yield rsvp


def _held_until(event: Event) -> datetime | None:
    """Until when a seat is held for whoever is offered it now; None: it is given outright."""
    now = clock.now()
    left = event.answers_until - now
    if left > OUTRIGHT:
        return None
    held = max(HELD_SHORTEST, min(HELD_LONGEST, left / 2))
    return min(event.answers_until, now + held)


def _lapse(event: Event) -> None:
    """End the offers that ran out; once registration has closed, all of them."""
    now = clock.now()
    ran_out = [Rsvp.offered_until <= now] if now < event.answers_until else []
    session().execute(
        update(Rsvp)
        .where(Rsvp.event_id == event.id, Rsvp.status == RsvpStatus.OFFERED, *ran_out)
        .values(status=RsvpStatus.CANCELLED, offered_until=None, changed_at=now)
        .execution_options(synchronize_session="fetch")
    )
