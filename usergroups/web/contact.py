"""Writing to the organizers of a group: they see who writes, the writer sees no address."""

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from usergroups.inputs.desk import WordInput
from usergroups.models import Group
from usergroups.queries import groups, team
from usergroups.services import letters
from usergroups.web import forms, limits, site
from usergroups.web.access import signed_in
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("contact", __name__))


@blueprint.get("/contact/<slug>")
@signed_in
def show(slug: str) -> str:
    """The form."""
    return render("desk/contact.html", form=Form(), **_page(groups.known(slug)))


@blueprint.post("/contact/<slug>")
@signed_in
@limits.limited(machine="20 per day")
def write(slug: str) -> AnyResponse:
    """Have it mailed to them."""
    limits.count("6 per day", "contact", str(me().id))
    return forms.submit(
        "desk/contact.html",
        lambda given: letters.to_organizers(groups.known(slug), given.text, by=me()),
        WordInput,
        then=lambda _told: f"/contact/{slug}",
        said=_("It is on its way. They answer to your address."),
        group=lambda: groups.known(slug),
        organizers=lambda: len(team.organizers(groups.known(slug).id)),
        writer=me(),
    )


def _page(group: Group) -> dict[str, object]:
    return {"group": group, "organizers": len(team.organizers(group.id)), "writer": me()}
