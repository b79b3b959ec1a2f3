"""A group's members at its desk: found, taken out, taken away as a table, written to."""

from flask import Blueprint, Response, flash, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups import clock, db
from usergroups.formats.cells import write_table
from usergroups.inputs.desk import LetterInput, MemberSearch
from usergroups.models import Group
from usergroups.queries import groups
from usergroups.queries import members as queries
from usergroups.services import letters, memberships
from usergroups.web import finding, forms, site
from usergroups.web.access import organizer
from usergroups.web.desk import address, me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("members", __name__))

_COLUMNS = ("name", "role", "joined_on", "wants_mail")


@blueprint.get("/organize/<slug>/members")
@organizer
def index(slug: str) -> Response:
    """A page of them, the latest first, or those who are looked for."""
    group = groups.known(slug)
    asked = finding.asked(MemberSearch)
    found = queries.search(group.id, asked.wanted)
    return Response(render("desk/members.html", group=group, asked=asked, page=found), asked.status)


@blueprint.get("/organize/<slug>/members.csv")
@organizer
def export(slug: str) -> Response:
    """All of them as a table for spreadsheets; without addresses, which are not the group's."""
    group = groups.known(slug)
    rows = (
        (one.name, one.role.value, one.joined_at.date(), "yes" if one.wants_mail else "no")
        for one in queries.everybody(group.id)
    )
    answer = Response(write_table(_COLUMNS, rows), mimetype="text/csv")
    name = f"members-{clock.today().isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/organize/<slug>/members/<int(max=2147483647):membership_id>/remove")
@organizer
def remove(slug: str, membership_id: int) -> AnyResponse:
    """Take somebody out."""
    site.close_reading()
    with db.transaction():
        memberships.remove(groups.known(slug), membership_id, by=me())
    flash(_("Taken out of the group."))
    return redirect(address(slug, "members"), 303)


@blueprint.get("/organize/<slug>/write")
@organizer
def letter(slug: str) -> str:
    """A letter to them."""
    return render("desk/write.html", form=Form(), **_letter(groups.known(slug)))


@blueprint.post("/organize/<slug>/write")
@organizer
def write(slug: str) -> AnyResponse:
    """Send it to those who want the group's mails."""
    return forms.submit(
        "desk/write.html",
        lambda given: letters.to_members(groups.known(slug), given, by=me()),
        LetterInput,
        then=lambda reached: _sent(slug, reached),
        group=lambda: groups.known(slug),
        reached=lambda: queries.count_reached(groups.known(slug).id),
    )


def _sent(slug: str, reached: int) -> str:
    flash(ngettext("On its way to one member.", "On its way to %(num)d members.", reached))
    return address(slug, "members")


def _letter(group: Group) -> dict[str, object]:
    return {"group": group, "reached": queries.count_reached(group.id)}
