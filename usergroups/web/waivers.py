"""Waivers of the charter: for a group, for an application, and all that are in force."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.charter import Verdict
from usergroups.errors import ConflictError, InvalidInputError, Refusal
from usergroups.inputs.charter import RULES, WaiverInput
from usergroups.models import Application, Group, Waiver
from usergroups.queries import charter, groups
from usergroups.services import charter as judging
from usergroups.services import waivers
from usergroups.web import forms, site
from usergroups.web.access import reviewer, standing
from usergroups.web.charter import countries_of
from usergroups.web.charter_words import rule_name
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("waivers", __name__))

_WAIVERS = "/steward/charter/waivers"


@blueprint.get("/steward/charter/waivers")
@reviewer
def index() -> str:
    """All waivers in force where one may look, the next to end first."""
    return render(
        "charter/waivers.html",
        waived=charter.waived(countries_of(standing())),
        is_steward=standing().is_steward,
    )


@blueprint.get("/steward/charter/waivers/groups/<slug>")
@reviewer
def of_group(slug: str) -> Response:
    """How a group stands, its waivers, and the form for one more."""
    return _page(_group(slug))


@blueprint.post("/steward/charter/waivers/groups/<slug>")
@reviewer
def waive_group(slug: str) -> AnyResponse:
    """Waive a rule for it."""
    return _grant(lambda: _group(slug), f"{_WAIVERS}/groups/{slug}")


@blueprint.get("/steward/charter/waivers/applications/<public_id>")
@reviewer
def of_application(public_id: str) -> Response:
    """How an application stands, its waivers, and the form for one more."""
    return _page(_application(public_id))


@blueprint.post("/steward/charter/waivers/applications/<public_id>")
@reviewer
def waive_application(public_id: str) -> AnyResponse:
    """Waive a rule for it."""
    return _grant(lambda: _application(public_id), f"{_WAIVERS}/applications/{public_id}")


@blueprint.post("/steward/charter/waivers/<int(max=2147483647):waiver_id>/end")
@reviewer
def end(waiver_id: int) -> AnyResponse:
    """End a waiver today."""
    site.close_reading()
    try:
        with db.transaction():
            waiver = charter.waiver(waiver_id)
            waivers.end(waiver, by=current_user.user)
            address = _address(waivers.subject_of(waiver))
        flash(_("The waiver has ended."))
    except ConflictError:
        flash(_("Somebody had ended that waiver already."))
        address = _WAIVERS
    return redirect(address, 303)


Subject = Group | Application


def _group(slug: str) -> Group:
    group = groups.known(slug)
    waivers.guard(group, current_user.user)
    return group


def _application(public_id: str) -> Application:
    application = charter.application(public_id)
    waivers.guard(application, current_user.user)
    return application


def _address(subject: Subject) -> str:
    if isinstance(subject, Group):
        return f"{_WAIVERS}/groups/{subject.slug}"
    return f"{_WAIVERS}/applications/{subject.public_id}"


def _page(subject: Subject) -> Response:
    made = {name: value() for name, value in _of(lambda: subject).items()}
    return Response(render("charter/waive.html", form=Form(), **made))


def _grant(subject: Callable[[], Subject], address: str) -> AnyResponse:
    return forms.submit(
        "charter/waive.html",
        lambda given: _granted(subject(), given),
        WaiverInput,
        then=lambda _waiver: address,
        said=_("Waived. The group and its organizers see why, and until when."),
        **_of(subject),
    )


def _granted(subject: Subject, given: WaiverInput) -> Waiver:
    try:
        return waivers.grant(subject, given, by=current_user.user)
    except ConflictError as earlier:
        refusal = Refusal("waived_already", str(earlier))
        raise InvalidInputError({"kind": refusal}) from earlier


def _of(subject: Callable[[], Subject]) -> dict[str, Callable[[], Any]]:
    return {
        "subject": subject,
        "group": lambda: one if isinstance(one := subject(), Group) else None,
        "address": lambda: _address(subject()),
        "verdicts": lambda: _verdicts(subject()),
        "waivers": lambda: _waivers(subject()),
        "rules": lambda: [(kind.value, rule_name(kind)) for kind in RULES],
    }


def _verdicts(subject: Subject) -> list[Verdict]:
    if isinstance(subject, Group):
        return judging.verdicts_of_group(subject)
    return judging.verdicts_of_application(subject)


def _waivers(subject: Subject) -> list[Waiver]:
    if isinstance(subject, Group):
        return charter.waivers_of_group(subject.id)
    return charter.waivers_of_application(subject.id)
