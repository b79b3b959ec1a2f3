"""What a group is called, and whether it goes on: for its lead."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.inputs.desk import EndInput, NameInput
from usergroups.permissions import may_oversee
from usergroups.queries import groups
from usergroups.services import naming
from usergroups.web import forms, site
from usergroups.web.access import lead, standing
from usergroups.web.desk import address, me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("naming", __name__))


@blueprint.get("/organize/<slug>/name")
@lead
def edit(slug: str) -> str:
    """The form."""
    group = groups.known(slug)
    merges = may_oversee(standing(), group)
    return render("desk/name.html", group=group, form=Form({"name": group.name}), merges=merges)


@blueprint.post("/organize/<slug>/name")
@lead
def rename(slug: str) -> AnyResponse:
    """Call it something else."""
    return forms.submit(
        "desk/name.html",
        lambda given: naming.rename(groups.known(slug), given, by=me()),
        NameInput,
        then=lambda group: address(group.slug, "name"),
        said=_("This is its name now. Old addresses lead here."),
        group=lambda: groups.known(slug),
        merges=lambda: may_oversee(standing(), groups.known(slug)),
    )


@blueprint.get("/organize/<slug>/archive")
@lead
def ending(slug: str) -> str:
    """What it means to end the group."""
    return render("desk/archive.html", group=groups.known(slug), form=Form())


@blueprint.post("/organize/<slug>/archive")
@lead
def end(slug: str) -> AnyResponse:
    """End it."""
    return forms.submit(
        "desk/archive.html",
        lambda given: naming.end(groups.known(slug), given, by=me()),
        EndInput,
        then=lambda _done: address(slug, "archive"),
        said=_("The group has ended. Its page and its meetups stay."),
        group=lambda: groups.known(slug),
    )


@blueprint.post("/organize/<slug>/archive/undo")
@lead
def reopen(slug: str) -> AnyResponse:
    """Take it up again."""
    site.close_reading()
    with db.transaction():
        naming.reopen(groups.known(slug), by=me())
    flash(_("Welcome back: the group is on the map again."))
    return redirect(address(slug), 303)
