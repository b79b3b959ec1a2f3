"""“This is my group”: the form, and what came of it."""

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from usergroups.inputs.report import ClaimInput
from usergroups.models import Group, ReportKind
from usergroups.queries import groups, reports, team
from usergroups.services import claims
from usergroups.web import forms, limits, site
from usergroups.web.access import signed_in
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("claims", __name__))


@blueprint.get("/claim/<slug>")
@signed_in
def show(slug: str) -> str:
    """The form, for a group without organizers; what came of it, for who has sent it."""
    return render("desk/claim.html", form=Form(), **_page(groups.known(slug)))


@blueprint.post("/claim/<slug>")
@signed_in
@limits.limited(machine="20 per day")
def claim(slug: str) -> AnyResponse:
    """Tell the stewards."""
    return forms.submit(
        "desk/claim.html",
        lambda given: claims.claim(groups.known(slug), given, by=me()),
        ClaimInput,
        then=lambda _report: f"/claim/{slug}",
        said=_("The stewards have been told. You get a mail once they have decided."),
        **{name: (lambda n=name: _page(groups.known(slug))[n]) for name in _NAMES},
    )


_NAMES = ("group", "has_organizers", "claimed", "proof", "writer")


def _page(group: Group) -> dict[str, object]:
    mine = reports.of_person(group.id, me())
    return {
        "group": group,
        "has_organizers": bool(team.organizers(group.id)),
        "claimed": next((one for one in mine if one.kind is ReportKind.CLAIM), None),
        "proof": claims.proof_of(group.id, me().id),
        "writer": me(),
    }
