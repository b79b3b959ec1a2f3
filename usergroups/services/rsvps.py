"""What people say to a meetup: they come, with whom and how, they do not, they take an offer.

Each act holds the meetup first (services/seats.py). Said twice it is done once, and answered the
same. A change either happens as a whole or leaves everything as it was; none costs anybody a seat
or a place in the line that they had, unless they give it up.
"""

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.inputs.rsvp import RsvpInput
from usergroups.models import Attendance, Event, EventStatus, Registration, Rsvp, RsvpStatus, User
from usergroups.queries import rsvps
from usergroups.queries.rsvps import Seats
from usergroups.services import event_mails, questions, seats

# Those who have a seat, or a place in the line, or may have one.
HOLDING = (RsvpStatus.GOING, RsvpStatus.OFFERED, RsvpStatus.WAITLISTED)


class RefusedError(ConflictError):
    """What was asked cannot be had; everything is as it was. `why` has a code for the words."""

    def __init__(self, code: str, sentence: str, **values: object) -> None:
        self.why = Refusal(code, sentence, values)
        super().__init__(sentence)


def closed(event: Event) -> Refusal | None:
    """Why a meetup takes no answers now; None where it does."""
    if event.takes_answers:
        return None
    now = clock.now()
    reasons = (
        (event.is_cancelled, "event_cancelled", "this meetup is cancelled"),
        (event.status is EventStatus.TENTATIVE, "event_tentative", "the day is not fixed yet"),
        (
            event.registration is not Registration.HERE,
            "registration_elsewhere",
            "registration is not here",
        ),
        (event.starts_at <= now, "event_begun", "this meetup has begun"),
        (event.answers_until <= now, "registration_closed", "registration has closed"),
        (True, "registration_not_open", "registration is not open yet"),
    )
    return next(Refusal(code, sentence) for is_so, code, sentence in reasons if is_so)


def answer(event_id: int, given: RsvpInput, *, by: User) -> Rsvp:
    """Say that one comes: a seat, or a place at the end of the line. Or change what one said.

    Raises RefusedError where registration is not open, or a change asks for seats that are not
    there; InvalidInputError for more guests than one may bring, or where an answer is needed.
    """
    event, user = seats.hold(event_id), _account(by)
    mine = rsvps.of(event.id, user.id)
    if mine is None:
        _refuse_closed(event)
        mine = Rsvp(event=event, event_id=event.id, user=user, user_id=user.id)
    mine.event, mine.user = event, user
    said = say(mine, given)
    questions.keep(said, given)
    return said


def say(mine: Rsvp, given: RsvpInput) -> Rsvp:
    """The same for an answer whose meetup is held, and loaded with the account."""
    if mine.status in HOLDING:
        return _change(mine, given)
    _refuse_closed(mine.event)
    refuse_guests(mine.event, given.guests)
    return _arrive(mine, given)


def _change(mine: Rsvp, given: RsvpInput) -> Rsvp:
    """Bring more or fewer, or come the other way; what is wanted anew must be free."""
    event, way = mine.event, _way(mine.event, given, mine)
    if mine.status is RsvpStatus.OFFERED:
        _take(mine, given)
    elif way is not mine.attendance:
        _refuse_closed(event)
        refuse_guests(event, given.guests)
        _move(mine, way, given.guests)
    elif given.guests > mine.guests:
        _refuse_closed(event)
        refuse_guests(event, given.guests)
        _grow(mine, given.guests)
    else:
        mine.guests = given.guests
    _note(mine, given)
    seats.promote(event)
    return mine


def decline(event_id: int, *, by: User) -> Rsvp:
    """Say that one does not come, or not any more: a seat, an offer, a place in the line is free.

    Whoever comes back later goes to the end. Raises RefusedError once the meetup is over.
    """
    event, user = seats.hold(event_id), _account(by)
    mine = rsvps.of(event.id, user.id)
    if mine is None:
        _refuse_closed(event)
        mine = Rsvp(
            event=event, event_id=event.id, user=user, user_id=user.id, arrival=event.version,
            attendance=_way(event, RsvpInput()), status=RsvpStatus.DECLINED,
        )  # fmt: skip
        session().add(mine)
    elif mine.status in HOLDING:
        mine.event = event
        give_up(mine)
    session().flush()
    return mine


def give_up(mine: Rsvp) -> None:
    """Let go of a seat, an offer or a place in the line of a meetup that is held.

    Raises RefusedError once the meetup is over, or for somebody who is there already.
    """
    if mine.event.is_past or mine.checked_in_at is not None:
        raise RefusedError("answer_over", "what was is not changed any more")
    mine.status, mine.offered_until = RsvpStatus.CANCELLED, None
    mine.changed_at = clock.now()
    seats.promote(mine.event)


def take_offer(event_id: int, *, by: User) -> Rsvp:
    """Take the seat that is held for one. Raises RefusedError once it is held no longer."""
    event = seats.hold(event_id)
    mine = rsvps.of(event.id, by.id)
    if mine is not None and mine.status is RsvpStatus.GOING:
        return mine
    if mine is None or mine.status is not RsvpStatus.OFFERED:
        raise RefusedError("offer_over", "no seat is held for you")
    mine.event, mine.user = event, _account(by)
    _take(mine, RsvpInput(guests=mine.guests))
    session().flush()
    return mine


def pass_on(event_id: int, *, by: User) -> Rsvp:
    """Let the seat that is held for one go to the next; one is in the line no longer.

    Raises RefusedError for somebody who has a seat by now: that they give up by `decline`.
    """
    event = seats.hold(event_id)
    mine = rsvps.of(event.id, by.id)
    if mine is None or mine.status in (RsvpStatus.GOING, RsvpStatus.WAITLISTED):
        raise RefusedError("offer_over", "no seat is held for you")
    if mine.status is RsvpStatus.OFFERED:
        mine.event = event
        give_up(mine)
    session().flush()
    return mine


def leave_all(user: User) -> None:
    """Give up everything that is to come, each seat to the next in line: the account goes."""
    for event in seats.hold_all(rsvps.held_by(user.id)):
        mine = rsvps.of(event.id, user.id)
        if mine is not None and mine.status in HOLDING:
            session().delete(mine)
            seats.promote(event)


def _arrive(mine: Rsvp, given: RsvpInput) -> Rsvp:
    """Come to the list, at its end: to a seat, or to the line."""
    event = mine.event
    mine.attendance, mine.guests = _way(event, given), given.guests
    free = seats.settle(event).of(mine.attendance)
    is_free = free.takes(mine.heads)
    mine.status = RsvpStatus.GOING if is_free else RsvpStatus.WAITLISTED
    mine.arrival = event.version
    session().add(mine)
    _note(mine, given)
    if is_free:
        event_mails.going(mine)
    else:
        event_mails.waiting(mine, free.line + 1)
    return mine


def _take(mine: Rsvp, given: RsvpInput) -> None:
    """Whoever is offered seats takes them, or fewer, while they are held."""
    if given.guests > mine.guests or _way(mine.event, given, mine) is not mine.attendance:
        raise RefusedError("offer_is_for", "the offer is for fewer", heads=mine.heads)
    is_held = mine.offered_until is not None and clock.now() < mine.offered_until
    if not is_held or not mine.event.takes_answers:
        raise RefusedError("offer_over", "no seat is held for you")
    mine.status, mine.offered_until, mine.guests = RsvpStatus.GOING, None, given.guests
    mine.changed_at = clock.now()
    event_mails.going(mine)


def _grow(mine: Rsvp, guests: int) -> None:
    """Bring more. In the line that would put somebody else further back."""
    if mine.status is RsvpStatus.WAITLISTED:
        raise RefusedError("place_is_for", "the place in the line is for fewer", heads=mine.heads)
    _refuse_full(seats.settle(mine.event).of(mine.attendance), guests - mine.guests)
    mine.guests = guests


def _move(mine: Rsvp, way: Attendance, guests: int) -> None:
    """Come the other way, if there are seats for all."""
    _refuse_full(seats.settle(mine.event).of(way), 1 + guests)
    was_waiting = mine.status is RsvpStatus.WAITLISTED
    mine.attendance, mine.guests, mine.status = way, guests, RsvpStatus.GOING
    mine.arrival, mine.changed_at = mine.event.version, clock.now()
    if was_waiting:
        event_mails.going(mine)


def _note(mine: Rsvp, given: RsvpInput) -> None:
    """What takes no seat."""
    mine.is_listed, mine.changed_at = given.is_listed, clock.now()
    mine.country = given.country or mine.country or ""
    session().flush()


def _way(event: Event, given: RsvpInput, mine: Rsvp | None = None) -> Attendance:
    """How they take part: only a hybrid meetup leaves a choice, and as before unless they say."""
    if event.attendance is not Attendance.HYBRID:
        return event.attendance
    return given.attendance or (mine.attendance if mine else Attendance.IN_PERSON)


def _account(by: User) -> User:
    """The account in this transaction, kept from going meanwhile."""
    user = session().get(User, by.id, with_for_update={"read": True, "key_share": True})
    if user is None:
        raise NotAllowedError("this account is gone")
    return user


def _refuse_full(free: Seats, heads: int) -> None:
    if free.takes(heads):
        return
    if free.waiting:
        raise RefusedError("seats_waited_for", "others wait for the seats that get free")
    raise RefusedError("seats_few", "there are not so many seats", free=free.free, heads=heads)


def refuse_guests(event: Event, guests: int) -> None:
    """Raise InvalidInputError for more guests than one may bring."""
    if guests > event.most_guests:
        why = Refusal("guests_many", "too many guests", {"most": event.most_guests})
        raise InvalidInputError({"guests": why})


def _refuse_closed(event: Event) -> None:
    why = closed(event)
    if why is not None:
        raise RefusedError(why.code, why.sentence)
