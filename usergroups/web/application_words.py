"""What applicants read: steps, states, what was done when, what became of their calendar."""

from typing import Any

from babel.languages import get_official_languages

from usergroups.errors import ConflictError
from usergroups.inputs.application import languages
from usergroups.language import alphabetical
from usergroups.models import Answer, Application, ApplicationStatus
from usergroups.web import forms, language
from usergroups.web.language import gettext as _


def step(key: str) -> str:
    """A step of the form."""
    return {
        "place": _("Place"),
        "group": _("Group"),
        "people": _("People"),
        "charter": _("Charter"),
        "check": _("Look over and send"),
    }[key]


def state(status: ApplicationStatus) -> str:
    """Where an application stands, as its applicants say it."""
    return {
        ApplicationStatus.DRAFT: _("Draft"),
        ApplicationStatus.SUBMITTED: _("Sent"),
        ApplicationStatus.IN_REVIEW: _("Being looked at"),
        ApplicationStatus.CHANGES_REQUESTED: _("Waits for you"),
        ApplicationStatus.APPROVED: _("Approved"),
        ApplicationStatus.DECLINED: _("Declined"),
        ApplicationStatus.WITHDRAWN: _("Withdrawn"),
    }[status]


def state_told(status: ApplicationStatus) -> str:
    """What that means, and what comes next."""
    return {
        ApplicationStatus.DRAFT: _("Nobody else sees it yet."),
        ApplicationStatus.SUBMITTED: _(
            "It waits for a reviewer. Until one begins you can change anything."
        ),
        ApplicationStatus.IN_REVIEW: _(
            "A reviewer is reading it. Write to them below if something has changed."
        ),
        ApplicationStatus.CHANGES_REQUESTED: _(
            "The reviewers ask you to change something. Then send it again."
        ),
        ApplicationStatus.APPROVED: _("The group is on the map. Welcome!"),
        ApplicationStatus.DECLINED: _("The reviewers have said no, for the reason below."),
        ApplicationStatus.WITHDRAWN: _("You took it back. You can begin anew whenever you like."),
    }[status]


def moment(act: str) -> str:
    """Something that was done with an application; empty for what need not be told."""
    return {
        "application.submitted": _("Sent"),
        "application.changed": _("Changed by you"),
        "application.taken_up": _("A reviewer has begun to read it"),
        "application.changes_requested": _("Changes asked for"),
        "application.resubmitted": _("Sent again"),
        "application.approved": _("Approved"),
        "application.declined": _("Declined"),
        "application.withdrawn": _("Withdrawn"),
    }.get(act, "")


def answer(given: Answer) -> str:
    """What somebody said to being named a co-organizer."""
    return {
        Answer.OPEN: _("has not answered yet"),
        Answer.ACCEPTED: _("said yes"),
        Answer.DECLINED: _("said no"),
        Answer.WITHDRAWN: _("no longer named"),
    }[given]


def language_options() -> list[tuple[str, str]]:
    """Languages to choose from, by name."""
    known = language.locale().languages
    named = [(code, str(known[code])) for code in languages() if code in known]
    return sorted(named, key=lambda one: alphabetical(one[1]))


def usual_language(country: str) -> str:
    """What most people of a country speak, to begin with."""
    spoken = [code for code in get_official_languages(country) if code in languages()]
    return spoken[0] if spoken else "en"


def conflict(error: ConflictError) -> str:
    """Why something was not done, and what to do now."""
    told = str(error)
    known = {
        "this was changed in another window": _(
            "This was changed in another window. Look at how it stands there, then save again."
        ),
        "this is being looked at or decided: it stays as it is": _(
            "Reviewers have begun to look at it, so it stays as it is. Write to them instead."
        ),
        "this group has somebody who runs it by now": _(
            "This group has found somebody who runs it, so it cannot be taken over any more."
        ),
    }
    return known.get(told) or forms.sentence(error)


def thread_name(note: Any, application: Application) -> str:
    """Who said something: who takes part by name or address, reviewers by their names alone."""
    if note.author is None:
        return _("The reviewers")
    if note.author_id == application.applicant_id or note.author_id in application.accepted_ids:
        return str(note.author.name or note.author.email)
    return _("%(name)s, reviewer", name=note.author.name) if note.author.name else _("A reviewer")
