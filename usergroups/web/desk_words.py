"""A group's desk in words: its pages, the first steps of a group, what somebody reported."""

from usergroups.models import Group, ReportKind, ReportOutcome, Step
from usergroups.permissions import Standing, may_lead
from usergroups.web.language import gettext as _


def pages(group: Group, standing: Standing) -> list[tuple[str, str]]:
    """The pages of a group's desk that somebody may open: address and word."""
    desk = f"/organize/{group.slug}"
    lead = [(f"{desk}/name", _("Name"))] if may_lead(standing, group) else []
    return [
        (desk, _("Overview")),
        (f"{desk}/meetups", _("Meetups")),
        (f"{desk}/numbers", _("Numbers")),
        (f"{desk}/calendars", _("Calendars")),
        (f"{desk}/venues", _("Venues")),
        (f"{desk}/edit", _("Page")),
        (f"{desk}/logo", _("Logo")),
        (f"{desk}/members", _("Members")),
        (f"{desk}/team", _("Team")),
        (f"{desk}/talks", _("Talks")),
        (f"{desk}/sponsors", _("Sponsors")),
        (f"{desk}/reports", _("Reports")),
        *lead,
    ]


def step(one: Step) -> str:
    """A first step, as something to do."""
    return {
        Step.DESCRIBE: _("Say what the group is about"),
        Step.LOGO: _("Give it a logo"),
        Step.LINKS: _("Add the places where it lives elsewhere"),
        Step.CO_ORGANIZER: _("Ask somebody to organize it with you"),
        Step.MEETUP: _("Announce the first meetup"),
        Step.SHARE: _("Tell people about it: send them the address of its page"),
    }[one]


def step_path(group: Group, one: Step) -> str:
    """Where it is done; empty where that is not here."""
    desk = f"/organize/{group.slug}"
    return {
        Step.DESCRIBE: f"{desk}/edit",
        Step.LOGO: f"{desk}/logo",
        Step.LINKS: f"{desk}/edit#links",
        Step.CO_ORGANIZER: f"{desk}/team",
        Step.MEETUP: f"{desk}/meetups/new",
    }.get(one, "")


def report_kind(kind: ReportKind) -> str:
    """What somebody found, in a few words."""
    return {
        ReportKind.DEAD_LINK: _("A link leads nowhere"),
        ReportKind.WRONG_PIN: _("It is at another place than the map says"),
        ReportKind.SILENT: _("Nobody answers, or the group has ended"),
        ReportKind.CONDUCT: _("Something happened that should not happen"),
        ReportKind.DUPLICATE: _("The same group is here twice"),
        ReportKind.CLAIM: _("This is my group"),
        ReportKind.OTHER: _("Something else"),
    }[kind]


def report_outcome(outcome: ReportOutcome) -> str:
    """What came of a report."""
    return {
        ReportOutcome.OPEN: _("Open"),
        ReportOutcome.SETTLED: _("Settled"),
        ReportOutcome.REJECTED: _("Turned down"),
    }[outcome]
