"""Holding a meetup together: whom its organizers ask, and what a group was asked."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.inputs.co_host import CoHostInput
from usergroups.queries import co_hosts as queries
from usergroups.queries import groups, planning
from usergroups.services import co_hosts
from usergroups.web import forms, site
from usergroups.web.access import organizer
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("co_hosts", __name__))

_MEETUP = "/organize/<slug>/meetups/<public_id>/hosts"


@blueprint.get(_MEETUP)
@organizer
def show(slug: str, public_id: str) -> str:
    """Who holds a meetup, who was asked, and asking another group."""
    event = planning.at_desk(slug, public_id)
    return render("meetups/hosts.html", form=Form(), event=event, asked=queries.asked(event.id))


@blueprint.post(_MEETUP)
@organizer
@limited(machine="30 per hour")
def invite(slug: str, public_id: str) -> AnyResponse:
    """Ask another group."""
    return forms.submit(
        "meetups/hosts.html",
        lambda given: co_hosts.invite(planning.at_desk(slug, public_id), given, by=me()),
        CoHostInput,
        then=lambda _row: _address(slug, public_id),
        said=_("Asked by mail. It stands on their page once they say yes."),
        event=lambda: planning.at_desk(slug, public_id),
        asked=lambda: queries.asked(planning.at_desk(slug, public_id).id),
    )


@blueprint.post(f"{_MEETUP}/<other>/part")
@organizer
def part(slug: str, public_id: str, other: str) -> AnyResponse:
    """Take a question back, or hold the meetup with that group no longer."""
    site.close_reading()
    with db.transaction():
        co_hosts.part(planning.at_desk(slug, public_id), groups.known(other), by=me())
    flash(_("Done. The meetup stands on their page no longer."))
    return redirect(_address(slug, public_id), 303)


@blueprint.get("/organize/<slug>/hosting")
@organizer
def hosting(slug: str) -> str:
    """The meetups of others that a group was asked to hold, or holds."""
    group = groups.known(slug)
    return render("desk/hosting.html", group=group, shared=queries.shared_with(group.id))


@blueprint.post("/organize/<slug>/hosting/<public_id>/<any(accept, decline, leave):act>")
@organizer
def answer(slug: str, public_id: str, act: str) -> AnyResponse:
    """Say yes or no to what was asked, or leave it."""
    site.close_reading()
    with db.transaction():
        group, event = groups.known(slug), planning.any_of(public_id)
        if act == "leave":
            co_hosts.part(event, group, by=me())
        else:
            co_hosts.answer(event, group, accepts=act == "accept", by=me())
    flash(_("Thank you. They have been told.") if act != "leave" else _("You hold it no longer."))
    return redirect(f"/organize/{slug}/hosting", 303)


def _address(slug: str, public_id: str) -> str:
    return f"/organize/{slug}/meetups/{public_id}/hosts"
