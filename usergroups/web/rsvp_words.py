"""Words for seats, lines and answers."""

from datetime import datetime

from flask import Blueprint

from usergroups.models import Attendance, Event, Rsvp, RsvpStatus
from usergroups.queries.attendees import Attendee
from usergroups.queries.rsvps import Seats
from usergroups.web import dates
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext


def init(blueprint: Blueprint) -> None:
    """Put them where templates find them."""
    for word in (answer_state, way, with_guests, seats_told, guest_choices):
        blueprint.add_app_template_global(word, word.__name__)
    blueprint.add_app_template_global(moment_at, "moment_at")


def way(attendance: Attendance) -> str:
    """How one takes part."""
    return _("Online") if attendance is Attendance.ONLINE else _("In the room")


def answer_state(status: RsvpStatus) -> str:
    """What an answer comes to, in a word or three."""
    return {
        RsvpStatus.GOING: _("Going"),
        RsvpStatus.WAITLISTED: _("In line"),
        RsvpStatus.OFFERED: _("A seat is held"),
        RsvpStatus.DECLINED: _("Not going"),
        RsvpStatus.CANCELLED: _("Not going any more"),
    }[status]


def with_guests(guests: int) -> str:
    """Who comes: one alone, or with so many."""
    if not guests:
        return _("Only me")
    return ngettext("Me and %(num)d guest", "Me and %(num)d guests", guests)


def guest_choices(event: Event, mine: Rsvp | Attendee | None) -> list[tuple[int, str]]:
    """How many one may choose to come with; in the line and with an offer no more than before."""
    most = event.most_guests
    if mine is not None and mine.status in (RsvpStatus.WAITLISTED, RsvpStatus.OFFERED):
        most = mine.guests
    elif mine is not None:
        most = max(most, mine.guests)
    return [(guests, with_guests(guests)) for guests in range(most + 1)]


def seats_told(seats: Seats) -> str:
    """How full it is: 38 of 50 places are taken."""
    if seats.capacity is None:
        return ngettext("%(num)d person comes", "%(num)d people come", seats.going)
    return ngettext(
        "%(taken)s of %(num)d place is taken",
        "%(taken)s of %(num)d places are taken",
        seats.capacity,
        taken=dates.number(seats.taken),
    )


def moment_at(instant: datetime, timezone: str) -> str:
    """Wed, 10 Jun 2026, 18:30: an instant on the clock of a meetup."""
    at = dates.local(instant, timezone)
    return f"{dates.short_day(at)}, {dates.clock_time(at)}"
