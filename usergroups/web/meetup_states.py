"""What becomes of a meetup: announced, confirmed, called off, taken up, copied, shown by a link."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db, tokens
from usergroups.errors import InvalidInputError, NotFoundError
from usergroups.inputs.meetup import CancelInput
from usergroups.models import Event, EventStatus
from usergroups.queries import planning
from usergroups.services import planning as services
from usergroups.web import forms, refusals, site
from usergroups.web.access import organizer, public
from usergroups.web.desk import me
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("meetup_states", __name__))

blueprint.add_app_template_filter(services.draft_token, "draft_token")

_MEETUP = "/organize/<slug>/meetups/<public_id>"


@blueprint.post(f"{_MEETUP}/announce")
@organizer
def announce(slug: str, public_id: str) -> AnyResponse:
    """Let everybody see it, its day open or fixed."""
    said = _("Announced. It is on the group's page and in its calendar.")
    return _act(
        slug, public_id, lambda event: services.announce(event.id, _next(event), by=me()), said
    )


@blueprint.post(f"{_MEETUP}/confirm")
@organizer
def confirm(slug: str, public_id: str) -> AnyResponse:
    """Say that it takes place."""
    return _act(
        slug,
        public_id,
        lambda event: services.announce(event.id, EventStatus.CONFIRMED, by=me()),
        _("Confirmed. Who waited for it has been told."),
    )


@blueprint.get(f"{_MEETUP}/cancel")
@organizer
def cancelling(slug: str, public_id: str) -> str:
    """Why it does not take place."""
    event = planning.at_desk(slug, public_id)
    return render("meetups/cancel.html", form=forms.Form(), event=event, group=event.group)


@blueprint.post(f"{_MEETUP}/cancel")
@organizer
def cancel(slug: str, public_id: str) -> AnyResponse:
    """Call it off."""
    return forms.submit(
        "meetups/cancel.html",
        lambda given: services.cancel(planning.at_desk(slug, public_id).id, given.reason, by=me()),
        CancelInput,
        then=lambda _event: _address(slug, public_id),
        said=_("Called off. Everybody who would have come is told."),
        event=lambda: planning.at_desk(slug, public_id),
        group=lambda: planning.at_desk(slug, public_id).group,
    )


@blueprint.post(f"{_MEETUP}/take-up")
@organizer
def take_up(slug: str, public_id: str) -> AnyResponse:
    """Have it take place after all."""
    said = _("It takes place after all. Everybody who would have come is told.")
    return _act(slug, public_id, lambda event: services.take_up(event.id, by=me()), said)


@blueprint.post(f"{_MEETUP}/discard")
@organizer
def discard(slug: str, public_id: str) -> AnyResponse:
    """Throw a draft away."""
    return _act(
        slug,
        public_id,
        lambda event: services.discard(event.id, by=me()),
        _("The draft is gone."),
        then=f"/organize/{slug}/meetups",
    )


@blueprint.post(f"{_MEETUP}/copy")
@organizer
def copy(slug: str, public_id: str) -> AnyResponse:
    """Make a draft like it."""
    site.close_reading()
    with db.transaction():
        made = services.copy(planning.at_desk(slug, public_id), by=me())
    flash(_("This is a draft like it, four weeks later. Set its day."))
    return redirect(f"{_address(slug, made.public_id)}/edit", 303)


@blueprint.post(f"{_MEETUP}/<any(share, unshare):what>")
@organizer
def share(slug: str, public_id: str, what: str) -> AnyResponse:
    """Have a link that shows the draft to whoever has it, or have it no longer."""
    act = services.share if what == "share" else services.unshare
    said = (
        _("Send this link to whoever should see it.")
        if what == "share"
        else _("The link works no longer.")
    )
    return _act(slug, public_id, lambda event: act(event.id, by=me()), said)


@blueprint.get("/drafts/<token>")
@public
def draft(token: str) -> Response:
    """A draft, for whoever was sent its link; nothing keeps or finds this page."""
    public_id, _dot, secret = token.partition(".")
    event = planning.any_of(public_id)
    known = services.draft_token(event)
    if not known or tokens.hashed(secret) != tokens.hashed(known.partition(".")[2]):
        raise NotFoundError("there is no such draft")
    page = render("meetups/draft.html", event=event, group=event.group)
    headers = {
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
    }
    return Response(page, headers=headers)


def _next(event: Event) -> EventStatus:
    """What a draft becomes for everybody: tentative while its day is open."""
    is_firm = event.precision.value == "exact"
    return EventStatus.CONFIRMED if is_firm else EventStatus.TENTATIVE


def _act(
    slug: str, public_id: str, act: Callable[[Event], object], said: str, *, then: str = ""
) -> AnyResponse:
    site.close_reading()
    try:
        with db.transaction():
            act(planning.at_desk(slug, public_id))
    except InvalidInputError as refused:
        flash(" ".join(refusals.told(why) for why in refused.refusals.values()))
        return redirect(f"{_address(slug, public_id)}/edit", 303)
    flash(said)
    return redirect(then or _address(slug, public_id), 303)


def _address(slug: str, public_id: str) -> str:
    return f"/organize/{slug}/meetups/{public_id}"
