"""Venues in words: what somebody who comes may need to know of one."""

from collections.abc import Sequence
from dataclasses import dataclass

from usergroups.models import AccessFact, Attendance, Event, EventRoom
from usergroups.queries.rsvps import Figures, Seats
from usergroups.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class Filling:
    """A room, or the seats online, with how many come and for how many a seat is held."""

    name: str
    going: int
    held: int
    # None: as many as want to.
    capacity: int | None
    note: str = ""
    room_id: int = 0

    @property
    def shares(self) -> tuple[float, float]:
        """Of a hundred parts of the bar, those that come and those that are held."""
        whole = max(self.capacity or 0, self.going + self.held, 1)
        return round(100 * self.going / whole, 2), round(100 * self.held / whole, 2)

    @property
    def over(self) -> int:
        """How many come beyond what it holds."""
        return max(0, self.going + self.held - self.capacity) if self.capacity is not None else 0


def fillings(event: Event, figures: Figures, used: Sequence[EventRoom]) -> list[Filling]:
    """How rooms fill, one after the other in the order in which they were taken, then online.

    Nobody is sent to a room: this is how many of them it takes for those who come.
    """
    found = _poured(figures.in_person, used)
    if event.attendance is not Attendance.IN_PERSON:
        online = figures.online
        found.append(Filling(_("Online"), online.going, online.offered, online.capacity))
    if not used and event.attendance is not Attendance.ONLINE:
        seats = figures.in_person
        found.insert(0, Filling(_("In person"), seats.going, seats.offered, seats.capacity))
    return found


def _poured(seats: Seats, used: Sequence[EventRoom]) -> list[Filling]:
    """Those who come, one room after the other; whoever is too many stays in the last."""
    going, held, found = seats.going, seats.offered, []
    for number, one in enumerate(used, 1):
        is_last, capacity = number == len(used), one.room.capacity
        come = going if is_last else min(going, capacity)
        hold = held if is_last else min(held, capacity - come)
        found.append(Filling(one.room.name, come, hold, capacity, one.note, one.room_id))
        going, held = going - come, held - hold
    return found


def access(fact: str) -> str:
    """A fact about how a venue can be reached and used."""
    return {
        AccessFact.STEP_FREE: _("No steps on the way in"),
        AccessFact.LIFT: _("A lift to all floors that are used"),
        AccessFact.ACCESSIBLE_TOILET: _("Toilet for wheelchair users"),
        AccessFact.HEARING_LOOP: _("Hearing loop"),
        AccessFact.QUIET_ROOM: _("A quiet room"),
        AccessFact.GENDER_NEUTRAL_TOILET: _("Gender-neutral toilet"),
        AccessFact.ACCESSIBLE_PARKING: _("Parking for disabled people"),
        AccessFact.ASSISTANCE_DOGS: _("Assistance dogs are welcome"),
        AccessFact.CHILDREN_WELCOME: _("Children are welcome"),
    }[AccessFact(fact)]


def facts() -> list[tuple[str, str]]:
    """All of them, to choose from."""
    return [(fact.value, access(fact)) for fact in AccessFact]
