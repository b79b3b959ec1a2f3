"""Answering a meetup without signing in: a name and an address, then the code that is mailed."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import InvalidInputError, Refusal
from usergroups.inputs.fields import read
from usergroups.inputs.question import with_answers
from usergroups.inputs.rsvp import GuestInput, RsvpInput
from usergroups.models import Event, User
from usergroups.queries import questions
from usergroups.queries import rsvps as queries
from usergroups.services import rsvp_codes, rsvps
from usergroups.services.rsvps import RefusedError
from usergroups.web import account, forms, question_fields, refusals, rsvp, site
from usergroups.web.access import public
from usergroups.web.forms import Form
from usergroups.web.language import plain_tag
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("rsvp_guests", __name__))

# What a browser keeps between the form and the code, in its signed cookie.
_KEPT = "guest"


@blueprint.get("/rsvp/<public_id>/guest")
@public
def door(public_id: str) -> AnyResponse:
    """By name and address, or by signing in; whoever is in already goes to their answer."""
    event = queries.answered(public_id)
    if account.signed_in_account():
        return redirect(rsvp.path(event), 303)
    return Response(render("rsvp/guest.html", form=Form(), **_seen(event)))


@blueprint.post("/rsvp/<public_id>/guest")
@public
@limited(machine="20 per hour", field="email", address="10 per day")
def ask(public_id: str) -> AnyResponse:
    """Have a code mailed. The answer is the same for every address."""
    event = queries.answered(public_id)
    return forms.submit(
        "rsvp/guest.html",
        lambda given: _ask(event, given),
        question_fields.asking(GuestInput, event.id),
        then=lambda _asked: f"{rsvp.path(event)}/guest/code",
        **_seen(event),
    )


@blueprint.get("/rsvp/<public_id>/guest/code")
@public
def code(public_id: str) -> AnyResponse:
    """Where the code is typed; the form again, where nobody asked for one in this browser."""
    event = queries.answered(public_id)
    kept = _kept(event)
    if kept is None:
        return redirect(f"{rsvp.path(event)}/guest", 303)
    return Response(render("rsvp/code.html", form=Form(), event=event, email=kept.email))


@blueprint.post("/rsvp/<public_id>/guest/code")
@public
@limited(machine="60 per hour")
def enter(public_id: str) -> AnyResponse:
    """Type the code: signed in by it, one comes."""
    event = queries.answered(public_id)
    kept = _kept(event)
    if kept is None:
        return redirect(f"{rsvp.path(event)}/guest", 303)
    site.close_reading()
    with db.transaction():
        typed = request.form.get("code", "")
        said = rsvp_codes.said_with(event.id, kept.email)
        user = rsvp_codes.use(event.id, kept.email, typed, name=kept.name, language=plain_tag())
        if user is not None:
            account.enter(user)
    if user is None:
        return _again(event, kept)
    _answer(event, kept, said, by=user)
    return redirect(rsvp.path(event), 303)


def _ask(event: Event, given: GuestInput) -> None:
    """Keep what was said in the browser, and mail the code; raises where it would be in vain."""
    if (why := rsvps.closed(event)) is not None:
        raise InvalidInputError({"input": why})
    rsvps.refuse_guests(event, given.guests)
    whole = given.model_dump(mode="json")
    kept = {name: whole.pop(name) for name in GuestInput.model_fields}
    # Longer than a cookie may be, what they answer waits with the code.
    rsvp_codes.ask(event, given.email, language=plain_tag(), answers=whole)
    session[_KEPT] = {"event": event.public_id, **kept}


def _kept(event: Event) -> GuestInput | None:
    """What was said in this browser about this meetup."""
    kept: dict[str, Any] = dict(session.get(_KEPT, {}))
    return read(GuestInput, kept) if kept.pop("event", "") == event.public_id else None


def _answer(event: Event, kept: GuestInput, said: dict[str, str], *, by: User) -> None:
    """Come, as was said before; the next page tells what has become impossible meanwhile."""
    come = kept.model_dump(include=set(RsvpInput.model_fields))
    try:
        with db.transaction():
            kind = with_answers(RsvpInput, questions.asked(event.id))
            known = {name: text for name, text in said.items() if name in kind.model_fields}
            rsvps.answer(event.id, read(kind, come | known), by=by)
    except RefusedError as refused:
        flash(refusals.told(refused.why))
    except InvalidInputError as refused:
        flash(" ".join(refusals.told(why) for why in refused.refusals.values()))


def _again(event: Event, kept: GuestInput) -> Response:
    form = Form({}, {"code": Refusal("code_wrong", "not the code, or it works no longer")})
    return forms.again("rsvp/code.html", form, event=event, email=kept.email)


def _seen(event: Event) -> dict[str, Any]:
    """What the form needs."""
    why = rsvps.closed(event)
    return {
        "event": event,
        "asked": questions.asked(event.id),
        "mine": None,
        "asks_country": True,
        "figures": queries.figures(event.id),
        "closed": refusals.told(why) if why else "",
        "ways": rsvp.ways(),
        "countries": rsvp.countries(),
    }
