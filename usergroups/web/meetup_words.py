"""A meetup's desk in words: its pages, its states."""

from usergroups.models import (
    Attendance,
    Event,
    EventStatus,
    Group,
    Origin,
    Precision,
    Registration,
)
from usergroups.permissions import Standing, may_organize
from usergroups.web.language import gettext as _


def desk(group: Group, event: Event) -> str:
    """Where a meetup is looked after, at the desk of a group that holds it."""
    return f"/organize/{group.slug}/meetups/{event.public_id}"


def pages(event: Event, group: Group, standing: Standing) -> list[tuple[str, str]]:
    """The pages of a meetup's desk that somebody may open: address and word.

    Whoever holds a meetup together with the group it belongs to does not change it.
    """
    here = desk(group, event)
    its_own = may_organize(standing, event.group) and group.id == event.group_id
    takes_answers = event.registration is Registration.HERE
    found = [
        (here, _("Overview"), True),
        (f"{here}/edit", _("Edit"), its_own),
        (f"{here}/poll", _("Dates"), its_own and event.status is EventStatus.TENTATIVE),
        (f"{here}/series", _("Series"), its_own and event.origin is Origin.NATIVE),
        (f"{here}/rooms", _("Rooms"), its_own),
        (f"{here}/questions", _("Questions"), its_own and takes_answers),
        (f"{here}/attendees", _("Attendees"), takes_answers),
        (f"{here}/door", _("Door"), takes_answers or event.attendance is not Attendance.ONLINE),
        (f"{here}/write", _("Write"), its_own and takes_answers),
        (f"{here}/hosts", _("Hosts"), its_own),
        (f"{here}/agenda", _("Agenda"), its_own),
        (f"{here}/sponsors", _("Sponsors"), its_own),
        (f"{here}/recap", _("Recap"), its_own and event.origin is Origin.NATIVE),
    ]
    return [(path, word) for path, word, is_shown in found if is_shown]


def status(event: Event) -> str:
    """Where a meetup stands."""
    return {
        EventStatus.DRAFT: _("Draft"),
        EventStatus.TENTATIVE: _("Tentative"),
        EventStatus.CONFIRMED: _("Confirmed"),
        EventStatus.CANCELLED: _("Cancelled"),
        EventStatus.MERGED: _("One with another"),
        EventStatus.WITHDRAWN: _("No longer in its calendar"),
    }[event.status]


def ways() -> list[tuple[str, str]]:
    """How people may take part."""
    return [
        (Attendance.IN_PERSON.value, _("In person")),
        (Attendance.ONLINE.value, _("Online")),
        (Attendance.HYBRID.value, _("In person and online")),
    ]


def doors() -> list[tuple[str, str]]:
    """Where people say that they come."""
    return [
        (Registration.HERE.value, _("Here, with seats and a waitlist")),
        (Registration.ELSEWHERE.value, _("Elsewhere: at the address below")),
        (Registration.NONE.value, _("Nowhere: whoever comes, comes")),
    ]


def exactly() -> list[tuple[str, str]]:
    """How exactly the day is known."""
    return [
        (Precision.EXACT.value, _("On a day")),
        (Precision.MONTH.value, _("Some time in a month")),
        (Precision.QUARTER.value, _("Some time in a quarter")),
    ]
