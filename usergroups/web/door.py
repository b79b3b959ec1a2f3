"""At the door, on a phone: who is here, who came unannounced, how full it is."""

import secrets
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, jsonify, redirect, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db, tokens
from usergroups.errors import NotFoundError
from usergroups.inputs.door import CheckInInput, TapInput, UndoInput, WalkInInput
from usergroups.inputs.fields import Input, read
from usergroups.models import Event
from usergroups.queries import door as queries
from usergroups.queries import groups, planning
from usergroups.services import door
from usergroups.web import forms, site
from usergroups.web.access import organizer
from usergroups.web.desk import me
from usergroups.web.templating import query, render

blueprint = site.reads(Blueprint("door", __name__))

Given = TypeVar("Given", bound=Input)
_DOOR = "/organize/<slug>/meetups/<public_id>/door"
# So many stand on one page, which a phone without network searches by itself.
_MOST = 1_000
_LATEST = 3


@blueprint.get(_DOOR)
@organizer
def show(slug: str, public_id: str) -> str:
    """The list of those who answered, and how full it is."""
    event = planning.at_desk(slug, public_id)
    sought = request.args.get("q", "").strip()[:200]
    callers = queries.callers(event, sought)
    return render(
        "meetups/door.html",
        group=groups.known(slug),
        callers=callers[:_MOST],
        cut=len(callers) > _MOST,
        sought=sought,
        shut=door.shut(event),
        **_how_full(slug, event),
    )


@blueprint.get(f"{_DOOR}/now")
@organizer
def now(slug: str, public_id: str) -> Response:
    """How things are, for phones that look again by themselves."""
    return _state(slug, planning.at_desk(slug, public_id))


@blueprint.get(f"{_DOOR}/people/<int:rsvp_id>")
@organizer
def person(slug: str, public_id: str, rsvp_id: int) -> str:
    """Somebody who answered, to be checked in with some of their guests."""
    return _caller(slug, planning.at_desk(slug, public_id), rsvp_id)


@blueprint.get(f"{_DOOR}/<token>")
@organizer
def ticket(slug: str, public_id: str, token: str) -> str:
    """Whoever shows this ticket. Nothing happens yet: scanning shows a button."""
    rsvp_id = tokens.value_of(door.PURPOSE, token)
    if rsvp_id is None:
        raise NotFoundError("this is no ticket of ours")
    return _caller(slug, planning.at_desk(slug, public_id), int(rsvp_id))


@blueprint.post(f"{_DOOR}/check-in")
@organizer
def check_in(slug: str, public_id: str) -> AnyResponse:
    """Somebody is here."""
    return _act(slug, public_id, door.check_in, CheckInInput)


@blueprint.post(f"{_DOOR}/undo")
@organizer
def undo(slug: str, public_id: str) -> AnyResponse:
    """They are not."""
    return _act(slug, public_id, door.undo, UndoInput)


@blueprint.post(f"{_DOOR}/walk-in")
@organizer
def walk_in(slug: str, public_id: str) -> AnyResponse:
    """Somebody came unannounced."""
    return _act(slug, public_id, door.walk_in, WalkInInput)


@blueprint.post(f"{_DOOR}/take-back")
@organizer
def take_back(slug: str, public_id: str) -> AnyResponse:
    """That was a tap too many."""
    return _act(slug, public_id, door.take_back, TapInput)


@blueprint.get(f"{_DOOR}/check-in")
@blueprint.get(f"{_DOOR}/undo")
@blueprint.get(f"{_DOOR}/walk-in")
@blueprint.get(f"{_DOOR}/take-back")
@organizer
def back(slug: str, public_id: str) -> AnyResponse:
    """Reloading a page that came back from there leads to the list."""
    return redirect(_path(slug, planning.at_desk(slug, public_id)), 303)


def _act(slug: str, public_id: str, act: Callable[..., None], kind: type[Given]) -> AnyResponse:
    """Do what was tapped; scripts get to know how things are then, others get the list again."""
    values, by = forms.sent(kind), me()
    site.close_reading()
    with db.transaction():
        event = planning.at_desk(slug, public_id)
        act(event, read(kind, values), by=by)
    if request.accept_mimetypes.best == "application/json":
        site.open_reading()
        return _state(slug, event)
    return redirect(query(_path(slug, event), {"q": request.form.get("q", "")[:200]}), 303)


def _state(slug: str, event: Event) -> Response:
    """Pieces of the page as they are now, who is here, and what lets the next form be sent."""
    shown = _how_full(slug, event)
    return jsonify(
        inside=render("meetups/_inside.html", **shown),
        walk_ins=render("meetups/_walk_ins.html", **shown),
        here=queries.here(event.id),
        token=generate_csrf(),
    )


def _how_full(slug: str, event: Event) -> dict[str, object]:
    return {
        "event": event,
        "door": _path(slug, event),
        "desk": f"/organize/{slug}/meetups/{event.public_id}",
        "inside": queries.inside(event.id),
        "walk_ins": queries.latest_walk_ins(event.id, _LATEST),
        "new_tap": secrets.token_hex(8),
    }


def _caller(slug: str, event: Event, rsvp_id: int) -> str:
    return render(
        "meetups/caller.html",
        group=groups.known(slug),
        event=event,
        door=_path(slug, event),
        caller=queries.caller(event, rsvp_id),
        shut=door.shut(event),
    )


def _path(slug: str, event: Event) -> str:
    return f"/organize/{slug}/meetups/{event.public_id}/door"
