"""What the stewards' desk says: states of applications, who was first, what a drawn map shows."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from usergroups import clock
from usergroups.errors import ConflictError
from usergroups.inputs.review import Shelf, Whose
from usergroups.language import alphabetical
from usergroups.models import Answer, Application, ApplicationStatus
from usergroups.permissions import Standing, may_steer
from usergroups.queries.groups import ListedGroup
from usergroups.services.overtaking import OvertakenError
from usergroups.web import dates, forms, language
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext


def pages(standing: Standing) -> list[tuple[str, str]]:
    """The pages of the stewards' desk that somebody with this standing may open."""
    for_reviewers = [
        ("/steward", _("Overview")),
        ("/steward/applications", _("Applications")),
        ("/steward/groups", _("Groups")),
        ("/steward/reports", _("Reports")),
        ("/steward/charter", _("Charter")),
        ("/steward/coverage", _("Coverage")),
        ("/steward/calendars", _("Calendars")),
        ("/steward/audit", _("Audit")),
    ]
    for_stewards = [
        ("/steward/appearance", _("Appearance")),
        ("/steward/people", _("People")),
        ("/steward/sponsors", _("Sponsors")),
        ("/steward/blocked", _("Blocked addresses")),
        ("/steward/attendees", _("Attendees")),
    ]
    return for_reviewers + (for_stewards if may_steer(standing) else [])


def shelves() -> list[tuple[str, str]]:
    """Which applications one may look at besides those that wait, for a list to choose from."""
    return [
        *(
            (status.value, application_state(status))
            for status in ApplicationStatus
            if status is not ApplicationStatus.DRAFT
        ),
        (Shelf.ALL.value, _("All")),
    ]


def whose() -> list[tuple[str, str]]:
    """Whose applications one may look at, for a list to choose from."""
    return [
        (Whose.MINE.value, _("Me")),
        (Whose.UNASSIGNED.value, _("Nobody yet")),
    ]


def by_name(countries: Iterable[tuple[str, int]]) -> list[tuple[str, str]]:
    """Countries with their numbers, by name, for a list to choose from."""
    named = [(code, language.country(code), number) for code, number in countries]
    return [
        (code, f"{name} ({dates.number(number)})")
        for code, name, number in sorted(named, key=lambda one: alphabetical(one[1]))
    ]


def application_state(status: ApplicationStatus) -> str:
    """An application's state, as reviewers say it."""
    return {
        ApplicationStatus.DRAFT: _("Draft"),
        ApplicationStatus.SUBMITTED: _("New"),
        ApplicationStatus.IN_REVIEW: _("In review"),
        ApplicationStatus.CHANGES_REQUESTED: _("Changes requested"),
        ApplicationStatus.APPROVED: _("Approved"),
        ApplicationStatus.DECLINED: _("Declined"),
        ApplicationStatus.WITHDRAWN: _("Withdrawn"),
    }[status]


def answer(given: Answer) -> str:
    """What somebody said to being named a co-organizer."""
    return {
        Answer.OPEN: _("Has not answered yet"),
        Answer.ACCEPTED: _("Said yes"),
        Answer.DECLINED: _("Said no"),
        Answer.WITHDRAWN: _("Left out"),
    }[given]


def age(days: int) -> str:
    """How long something has been waiting."""
    return ngettext("%(num)d day", "%(num)d days", days, num=days) if days else _("Today")


def told_day(iso: str, timezone: str) -> str:
    """A day, or an instant on the clock of a zone, of what a preview of a calendar says."""
    try:
        instant = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    if instant.tzinfo is None:
        return dates.short_day(instant)
    at = dates.local(instant, timezone or "UTC")
    return f"{dates.short_day(at)}, {dates.clock_time(at)}"


def language_name(code: str) -> str:
    """A language in the language of this answer; its code where that has no name for it."""
    return language.locale().languages.get(code) or code


def days_since(instant: datetime) -> int:
    """Whole days that have passed."""
    return (clock.now() - instant).days


def took(days: float) -> str:
    """How long decisions took, half of them at most."""
    if days < 1:
        return _("less than a day")
    return age(round(days))


def conflict(error: ConflictError, timezone: str) -> str:
    """Why an act was not done, and what to do now."""
    if not isinstance(error, OvertakenError):
        return forms.sentence(error)
    seen = error.overtaking
    at = dates.local(seen.at, timezone)
    said = {
        "application.approved": _("%(who)s approved this application on %(day)s at %(time)s."),
        "application.declined": _("%(who)s declined this application on %(day)s at %(time)s."),
        "application.withdrawn": _("%(who)s withdrew this application on %(day)s at %(time)s."),
        "application.changes_requested": _("%(who)s asked for changes on %(day)s at %(time)s."),
        "application.taken_up": _("%(who)s took this application up on %(day)s at %(time)s."),
        "application.note": _("%(who)s wrote something on %(day)s at %(time)s: see below."),
        "application.message": _("%(who)s wrote something on %(day)s at %(time)s: see below."),
    }.get(seen.act, _("%(who)s changed this application on %(day)s at %(time)s: see below."))
    who = seen.name or _("The operator")
    return said % {"who": who, "day": dates.short_day(at), "time": dates.clock_time(at)}


def picture(application: Application, near: Sequence[ListedGroup], ring_km: int) -> tuple[str, str]:
    """Title and description of the drawn map."""
    title = _("%(city)s and the groups around it", city=application.city)
    told = ngettext("%(num)d group nearby.", "%(num)d groups nearby.", len(near), num=len(near))
    if not ring_km:
        return title, told
    return title, told + " " + _("The circle is %(km)s km wide each way.", km=ring_km)
