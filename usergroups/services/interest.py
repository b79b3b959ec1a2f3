"""What people say to a meetup that is not fixed yet, and the poll that finds its day.

The meetup is held for each act (services/seats.py): counts stand on its page, and whoever fixes the
day meets whoever says something one after the other.
"""

from collections.abc import Mapping

from usergroups import clock
from usergroups.db import session
from usergroups.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    Refusal,
)
from usergroups.inputs.meetup import InterestInput, Times, instants
from usergroups.models import (
    Event,
    EventInterest,
    EventStatus,
    PollDate,
    PollVote,
    Precision,
    User,
    Vote,
)
from usergroups.permissions import may_organize
from usergroups.queries import interest, standings
from usergroups.services import audit, event_mails, planning, seats

MOST_DATES = 12


def say(event_id: int, given: InterestInput, *, by: User) -> None:
    """Say that one would come, or could host; neither takes it back. Twice is once.

    Raises ConflictError for a meetup that is fixed by now, over, or called off.
    """
    event = _tentative(seats.hold(event_id))
    mine = interest.of(event.id, by.id)
    if not given.would_come and not given.could_host:
        if mine is not None:
            session().delete(mine)
        return
    if mine is None:
        mine = EventInterest(event_id=event.id, user_id=by.id)
        session().add(mine)
    mine.would_come, mine.could_host, mine.note = given.would_come, given.could_host, given.note
    mine.said_at = clock.now()
    session().flush()


def propose(event_id: int, given: Times, *, by: User | None) -> PollDate:
    """Ask about one date more.

    Raises NotAllowedError, ConflictError as `say`, and InvalidInputError for times out of order or
    on no clock, a date that is over or asked about already, and more dates than anybody reads.
    """
    event = _asking(event_id, by)
    starts_at, ends_at = instants(given)
    known = interest.asked(event.id)
    if starts_at <= clock.now():
        raise _refused("on", "day_over")
    if any(one.starts_at == starts_at for one in known):
        raise _refused("on", "date_asked")
    if len(known) >= MOST_DATES:
        raise _refused("on", "dates_many", most=MOST_DATES)
    made = PollDate(event_id=event.id, starts_at=starts_at, ends_at=ends_at, votes=[])
    session().add(made)
    session().flush()
    audit.record("event.date_proposed", event, by=by)
    return made


def drop(event_id: int, date_id: int, *, by: User | None) -> None:
    """Ask about a date no longer. Raises as `propose`, and NotFoundError."""
    event = _asking(event_id, by)
    session().delete(_date(event, date_id))
    session().flush()
    audit.record("event.date_dropped", event, by=by)


def vote(event_id: int, votes: Mapping[int, Vote], *, by: User) -> None:
    """Say what one thinks of the dates; those left out keep what was said. Raises as `say`."""
    event = _tentative(seats.hold(event_id))
    for one in interest.asked(event.id):
        if one.id not in votes:
            continue
        mine = next((each for each in one.votes if each.user_id == by.id), None)
        if mine is None:
            one.votes.append(PollVote(user_id=by.id, vote=votes[one.id]))
        else:
            mine.vote = votes[one.id]
    session().flush()


def fix(event_id: int, date_id: int, *, by: User | None) -> Event:
    """Take a date of the poll: the meetup is confirmed, and whoever was interested is told.

    Raises as `propose`, NotFoundError, and RoomTakenError.
    """
    event = _asking(event_id, by)
    chosen = _date(event, date_id)
    values = {
        "starts_at": chosen.starts_at, "ends_at": chosen.ends_at, "all_day": False,
        "precision": Precision.EXACT, "status": EventStatus.CONFIRMED,
    }  # fmt: skip
    planning.move(event, values, by=by)
    event_mails.fixed(event)
    audit.record("event.confirmed", event, by=by)
    return event


def _asking(event_id: int, by: User | None) -> Event:
    event = seats.hold(event_id)
    if not may_organize(standings.of(by), event.group):
        raise NotAllowedError("only its organizers ask for a day")
    return _tentative(event)


def _tentative(event: Event) -> Event:
    if event.status is not EventStatus.TENTATIVE or event.is_past:
        raise ConflictError("this meetup is fixed by now, over, or was called off")
    return event


def _date(event: Event, date_id: int) -> PollDate:
    found = session().get(PollDate, date_id)
    if found is None or found.event_id != event.id:
        raise NotFoundError("nobody asked about this date")
    return found


def _refused(field: str, code: str, **values: object) -> InvalidInputError:
    return InvalidInputError({field: Refusal(code, f"refused: {code}", values)})
