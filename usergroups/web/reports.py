"""What is wrong with a group's page: told by anybody, settled at its desk or by stewards."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import ConflictError, InvalidInputError, NotFoundError
from usergroups.inputs.fields import read
from usergroups.inputs.report import (
    REPORTABLE,
    RejectInput,
    ReportInput,
    ReportSearch,
    SettleInput,
)
from usergroups.models import GroupReport, ReportKind, ReportOutcome, User
from usergroups.queries import groups
from usergroups.queries import reports as queries
from usergroups.services import claims, reports
from usergroups.web import desk_words, finding, forms, limits, site
from usergroups.web.access import organizer, public, reviewer, standing
from usergroups.web.account import signed_in_account
from usergroups.web.desk import address, me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("reports", __name__))

_NUMBER = "int(max=2147483647)"
_REPORTS = "/steward/reports"


@blueprint.get("/report/<slug>")
@public
def write(slug: str) -> str:
    """The form, and what one has told before."""
    kind = request.args.get("kind", "")
    return render("desk/report.html", form=Form({"kind": kind}), **_made(_of_form(slug)))


@blueprint.post("/report/<slug>")
@public
@limits.limited(machine="10 per hour")
def tell(slug: str) -> AnyResponse:
    """Tell whoever can mend it."""
    return forms.submit(
        "desk/report.html",
        lambda given: reports.tell(groups.known(slug), given, by=_somebody()),
        ReportInput,
        then=lambda _report: f"/report/{slug}",
        said=_("Thank you. Those who can mend it have been told."),
        **_of_form(slug),
    )


@blueprint.get("/organize/<slug>/reports")
@organizer
def at_desk(slug: str) -> str:
    """What waits for the organizers, and what was settled lately."""
    group = groups.known(slug)
    return render("desk/reports.html", group=group, reports=queries.for_organizers(group.id))


@blueprint.post(f"/organize/<slug>/reports/<{_NUMBER}:report_id>")
@organizer
def settle_at_desk(slug: str, report_id: int) -> AnyResponse:
    """Settle one of them."""

    def settled(report: GroupReport) -> None:
        if report.group.slug != slug:
            raise NotFoundError("there is no such report about this group")
        reports.settle(report, read(SettleInput, forms.sent(SettleInput)), by=me())

    return _acted(report_id, settled, address(slug, "reports"), _("Settled. Thank you."))


@blueprint.get("/steward/reports")
@reviewer
def index() -> Response:
    """The reports and claims of one's countries."""
    asked = finding.asked(ReportSearch)
    page = render(
        "desk/all_reports.html",
        asked=asked,
        page=queries.search(asked.wanted, standing()),
        kinds=[(kind.value, desk_words.report_kind(kind)) for kind in ReportKind],
        states=[(one.value, desk_words.report_outcome(one)) for one in ReportOutcome],
        proof_of=claims.proof_of,
    )
    return Response(page, asked.status)


@blueprint.post(f"/steward/reports/<{_NUMBER}:report_id>/settle")
@reviewer
def settle(report_id: int) -> AnyResponse:
    """Settle a report, or turn it down."""
    return _acted(
        report_id,
        lambda one: reports.settle(one, read(SettleInput, forms.sent(SettleInput)), by=me()),
        _REPORTS,
        _("Settled. Thank you."),
    )


@blueprint.post(f"/steward/reports/<{_NUMBER}:report_id>/approve")
@reviewer
def approve(report_id: int) -> AnyResponse:
    """Give a group to whoever claimed it."""
    return _acted(
        report_id,
        lambda one: claims.approve(one, by=me()),
        _REPORTS,
        _("The group is theirs now, and they have been told."),
    )


@blueprint.post(f"/steward/reports/<{_NUMBER}:report_id>/reject")
@reviewer
def reject(report_id: int) -> AnyResponse:
    """Turn a claim down."""
    return _acted(
        report_id,
        lambda one: claims.reject(one, read(RejectInput, forms.sent(RejectInput)), by=me()),
        _REPORTS,
        _("Turned down; they have been told why."),
    )


def _acted(
    report_id: int, act: Callable[[GroupReport], object], then: str, said: str
) -> AnyResponse:
    """Do an act about a report and go back to the list, saying what came of it."""
    site.close_reading()
    try:
        with db.transaction():
            act(queries.known(report_id))
        flash(said)
    except InvalidInputError as refused:
        form = Form({}, forms.by_field(refused))
        flash(_("Nothing was done. Your answer: %(why)s", why=form.wrong("answer")))
    except ConflictError as conflict:
        flash(_("Nothing was done. %(why)s", why=forms.sentence(conflict)))
    return redirect(then, 303)


def _somebody() -> User | None:
    account = signed_in_account()
    return account.user if account else None


def _of_form(slug: str) -> dict[str, Callable[[], object]]:
    return {
        "group": lambda: groups.known(slug),
        "kinds": lambda: [(kind.value, desk_words.report_kind(kind)) for kind in REPORTABLE],
        "told": lambda: _told(slug),
    }


def _told(slug: str) -> list[GroupReport]:
    somebody = _somebody()
    return queries.of_person(groups.known(slug).id, somebody) if somebody else []


def _made(context: dict[str, Callable[[], object]]) -> dict[str, object]:
    return {name: value() for name, value in context.items()}
