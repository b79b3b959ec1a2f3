"""Who may not apply for now: blocked addresses, and the time after a decline."""

from flask import Blueprint, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups.inputs.fields import Input
from usergroups.inputs.review import BlockInput, CoolingOffInput
from usergroups.queries import blocking as queries
from usergroups.services import blocking
from usergroups.web import forms, site
from usergroups.web.access import steward
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("blocking", __name__))

_PAGE = "/steward/blocked"
_TEMPLATE = "reviews/blocked.html"


@blueprint.get("/steward/blocked")
@steward
def index() -> str:
    """Who may not apply, and how long somebody waits after a decline."""
    form = Form({"pattern": request.args.get("pattern", "")})
    blocked, days = queries.blocked(), queries.cooling_off_days()
    return render(_TEMPLATE, form=form, blocked=blocked, days=days)


@blueprint.post("/steward/blocked")
@steward
def block() -> AnyResponse:
    """Refuse an address or a domain from now on."""
    return forms.submit(
        _TEMPLATE,
        lambda given: blocking.block(given, by=current_user.user),
        BlockInput,
        then=lambda _done: _PAGE,
        said=_("Blocked from now on."),
        blocked=queries.blocked,
        days=queries.cooling_off_days,
    )


@blueprint.post("/steward/blocked/<int:blocked_id>/remove")
@steward
def unblock(blocked_id: int) -> AnyResponse:
    """Let an address apply again."""
    return forms.submit(
        _TEMPLATE,
        lambda _given: blocking.unblock(blocked_id, by=current_user.user),
        Input,
        then=lambda _done: _PAGE,
        said=_("No longer blocked."),
    )


@blueprint.post("/steward/blocked/cooling-off")
@steward
def change_cooling_off() -> AnyResponse:
    """Set how long somebody waits after a decline."""
    return forms.submit(
        _TEMPLATE,
        lambda given: blocking.change_cooling_off(given.days, by=current_user.user),
        CoolingOffInput,
        then=lambda _done: _PAGE,
        said=_("Saved."),
        blocked=queries.blocked,
        days=queries.cooling_off_days,
    )


@blueprint.get("/steward/blocked/cooling-off")
@steward
def back() -> AnyResponse:
    """Reloading a page that came back from there leads to the list."""
    return redirect(_PAGE, 303)
