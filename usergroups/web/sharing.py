"""Whom one lets have one's name and address at a meetup: its sponsors, one by one."""

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from usergroups.inputs.sponsor import SharingInput
from usergroups.queries import rsvps, sponsors
from usergroups.services import sharing
from usergroups.web import forms, site
from usergroups.web.access import signed_in
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("sharing", __name__))


@blueprint.get("/rsvp/<public_id>/sharing")
@signed_in
def show(public_id: str) -> str:
    """Who would like to have it, and what one said."""
    context = _context(public_id)
    return render("rsvp/sharing.html", form=Form({"sponsors": context["chosen"]}), **context)


@blueprint.post("/rsvp/<public_id>/sharing")
@signed_in
def choose(public_id: str) -> AnyResponse:
    """Let them, or let them no longer."""
    return forms.submit(
        "rsvp/sharing.html",
        lambda given: sharing.choose(rsvps.answered(public_id), given.sponsors, by=me()),
        SharingInput,
        then=lambda _done: f"/rsvp/{public_id}/sharing",
        said=_("Saved. You can change it at any time."),
        **{name: (lambda n=name: _context(public_id)[n]) for name in _CONTEXT},
    )


_CONTEXT = ("event", "shown", "chosen", "log", "names")


def _context(public_id: str) -> dict[str, Any]:
    event = rsvps.answered(public_id)
    shown = sponsors.shown_at(event.id, event.starts_on)
    log = sponsors.let(event.id, me().id)
    return {
        "event": event,
        "shown": shown,
        "chosen": [str(one.sponsor_id) for one in log if one.withdrawn_at is None],
        "log": log,
        "names": {one.sponsor_id: one.name for one in shown},
    }
