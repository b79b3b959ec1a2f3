"""What somebody's own calendar says of their answers, in their language."""

from datetime import timedelta

from usergroups.formats.ical.write_mine import MyAnswer
from usergroups.links import Links
from usergroups.models import Event, MyCalendar, RsvpStatus
from usergroups.queries.my_calendars import Answered
from usergroups.services.my_feeds import Words
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext
from usergroups.web.rsvp_words import moment_at


def words(calendar: MyCalendar, federation: str, links: Links) -> Words:
    """All that is said in it besides what meetups say of themselves."""

    def answer(event: Event, given: Answered) -> MyAnswer:
        before = calendar.remind_minutes
        return MyAnswer(
            given.status,
            given.changed_at,
            label=_label(given),
            told=_told(event, given, links),
            remind=None if before is None else timedelta(minutes=before),
        )

    return Words(_("My meetups · %(federation)s", federation=federation), _cut, answer)


def held_told(calendar: MyCalendar, place: str) -> str:
    """What it holds, in a few words: my answers, my groups, within 50 km of Lyon."""
    said = [
        _("what I go to") if calendar.has_answers else "",
        _("my groups") if calendar.has_groups else "",
        _("within %(km)s km of %(place)s", km=calendar.within_km, place=place or _("home"))
        if calendar.within_km
        else "",
    ]
    return ", ".join(part for part in said if part)


def reminder(minutes: int) -> str:
    """15 minutes before, 2 hours before, a day before."""
    if minutes % 1_440 == 0 and minutes:
        return ngettext("%(num)d day before", "%(num)d days before", minutes // 1_440)
    if minutes % 60 == 0 and minutes:
        return ngettext("%(num)d hour before", "%(num)d hours before", minutes // 60)
    return ngettext("%(num)d minute before", "%(num)d minutes before", minutes)


def _label(given: Answered) -> str:
    """What stands before the title: months show little else."""
    return {
        RsvpStatus.WAITLISTED: _("In line"),
        RsvpStatus.OFFERED: _("A seat is held"),
    }.get(given.status, "")


def _told(event: Event, given: Answered, links: Links) -> str:
    """How one stands, and where that is changed."""
    return f"{_standing(event, given)} {links.answer(event.public_id)}"


def _standing(event: Event, given: Answered) -> str:
    if given.status is RsvpStatus.GOING and given.guests:
        return ngettext(
            "You are going, with %(num)d guest.", "You are going, with %(num)d guests.",
            given.guests,
        )  # fmt: skip
    if given.status is RsvpStatus.OFFERED and given.offered_until is not None:
        until = moment_at(given.offered_until, event.timezone)
        return _("A seat is held for you until %(moment)s: take it or let it go.", moment=until)
    return {
        RsvpStatus.GOING: _("You are going."),
        RsvpStatus.WAITLISTED: _("You are in line for a seat: the day is not taken yet."),
    }.get(given.status, _("You are not going."))


def _cut(number: int) -> str:
    return ngettext(
        "%(num)d meetup further away than these is not in this calendar.",
        "%(num)d meetups further away than these are not in this calendar.",
        number,
    )
