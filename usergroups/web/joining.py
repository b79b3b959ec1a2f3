"""Joining a group and leaving it: one click each, with its mails or without."""

from flask import Blueprint, Response, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.queries import groups, members
from usergroups.services import memberships
from usergroups.web import site
from usergroups.web.access import signed_in
from usergroups.web.desk import me
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("joining", __name__))


@blueprint.get("/join/<slug>")
@signed_in
def show(slug: str) -> Response:
    """What one is in the group, and the buttons."""
    group = groups.known(slug)
    undo = request.args.get("undo", "")
    mine = members.of(group.id, me().id)
    page = render("desk/join.html", group=group, membership=mine, undo=undo)
    return Response(page, headers={"Cache-Control": "no-store"})


@blueprint.post("/join/<slug>")
@signed_in
def join(slug: str) -> AnyResponse:
    """Be a member, or say anew whether one wants its mails."""
    wants_mail = request.form.get("mails") != "no"
    site.close_reading()
    with db.transaction():
        memberships.join(groups.known(slug), by=me(), wants_mail=wants_mail)
    flash(_("You get the group's mails.") if wants_mail else _("You get no mails of the group."))
    return redirect(f"/join/{slug}", 303)


@blueprint.post("/join/<slug>/leave")
@signed_in
def leave(slug: str) -> AnyResponse:
    """Be no member any more."""
    group = groups.known(slug)
    before = members.of(group.id, me().id)
    had_mail = before is None or before.wants_mail
    site.close_reading()
    with db.transaction():
        memberships.leave(groups.known(slug), by=me())
    flash(_("You have left the group."))
    return redirect(f"/join/{slug}?undo={'yes' if had_mail else 'no'}", 303)
