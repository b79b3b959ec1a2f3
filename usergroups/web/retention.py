"""For how long attendees of meetups are known: the stewards' setting."""

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from usergroups.inputs.retention import LONGEST, SHORTEST, KeepInput
from usergroups.queries import retention as queries
from usergroups.services import retention
from usergroups.web import forms, site
from usergroups.web.access import steward
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("retention", __name__))

_LIMITS = {"shortest": SHORTEST, "longest": LONGEST}


@blueprint.get("/steward/attendees")
@steward
def show() -> str:
    """What it is, and what becomes of attendees then."""
    return render("steward/attendees.html", form=Form({"days": queries.keep_days()}), **_LIMITS)


@blueprint.post("/steward/attendees")
@steward
def keep_for() -> AnyResponse:
    """Set it."""
    return forms.submit(
        "steward/attendees.html",
        lambda given: retention.keep_for(given, by=me()),
        KeepInput,
        then=lambda _done: "/steward/attendees",
        said=_("Saved. It is acted on each night."),
        **_LIMITS,
    )
