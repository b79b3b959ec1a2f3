"""The rooms of a venue at a group's desk."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import ConflictError
from usergroups.inputs.fields import Input
from usergroups.inputs.venue import RoomInput
from usergroups.models import Event, Room, Venue
from usergroups.queries import groups
from usergroups.queries import venues as queries
from usergroups.services import venues
from usergroups.services.outlook import UnseenError
from usergroups.web import forms, outlooks, site
from usergroups.web.access import organizer
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render
from usergroups.web.venues import kept, path

blueprint = site.reads(Blueprint("venue_rooms", __name__))
_ROOM = "/organize/<slug>/venues/<public_id>/rooms/<int(max=2147483647):room_id>"


@dataclass(frozen=True, slots=True)
class Page:
    """A room as its page shows it, with the meetups to come in it."""

    venue: Venue
    room: Room
    coming: list[Event]


@blueprint.get(_ROOM)
@organizer
def show(slug: str, public_id: str, room_id: int) -> str:
    """A room, to be changed."""
    page = _page(slug, public_id, room_id)
    form = Form(_facts(page.room))
    return render("venues/room.html", form=form, told="", group=groups.known(slug), page=page)


@blueprint.post(_ROOM)
@organizer
def save(slug: str, public_id: str, room_id: int) -> AnyResponse:
    """Rename it, or say that it holds more or fewer; what follows is shown first."""
    try:
        return forms.submit(
            "venues/room.html",
            lambda given: venues.change_room(_venue(slug, public_id), room_id, given, by=me()),
            RoomInput,
            then=lambda _done: path(slug, public_id),
            said=_("Saved."),
            told="",
            group=lambda: groups.known(slug),
            page=lambda: _page(slug, public_id, room_id),
        )
    except ConflictError as conflict:
        return _refused(slug, public_id, room_id, conflict)


@blueprint.post(f"{_ROOM}/<any(close, reopen):what>")
@organizer
def mark(slug: str, public_id: str, room_id: int, what: str) -> AnyResponse:
    """Use it no longer, or again."""
    act = venues.close_room if what == "close" else venues.reopen_room
    try:
        return forms.submit(
            "venues/room.html",
            lambda _given: act(_venue(slug, public_id), room_id, by=me()),
            Input,
            then=lambda _done: path(slug, public_id),
            said=_("Saved."),
        )
    except ConflictError as conflict:
        return _refused(slug, public_id, room_id, conflict)


@blueprint.get(f"{_ROOM}/<any(close, reopen):what>")
@organizer
def back(slug: str, public_id: str, room_id: int, what: str) -> AnyResponse:
    """Reloading a page that came back from there leads to the venue."""
    del room_id, what
    return redirect(path(slug, public_id), 303)


def _venue(slug: str, public_id: str) -> Venue:
    return queries.known(groups.known(slug), public_id)


def _page(slug: str, public_id: str, room_id: int) -> Page:
    venue = kept(groups.known(slug), public_id)
    room = queries.room_of(venue, room_id)
    return Page(venue, room, list(queries.coming_in(room_id=room.id)))


def _facts(room: Room) -> dict[str, Any]:
    return {"name": room.name, "capacity": room.capacity, "note": room.note}


def _refused(slug: str, public_id: str, room_id: int, conflict: ConflictError) -> Response:
    """Why it was not done: ask, or say it on the page of the room (409)."""
    site.open_reading()
    group = groups.known(slug)
    if isinstance(conflict, UnseenError):
        return outlooks.ask(group, conflict, f"{path(slug, public_id)}/rooms/{room_id}")
    page = _page(slug, public_id, room_id)
    form = Form(forms.sent(RoomInput) or _facts(page.room))
    told = forms.sentence(conflict)
    body = render("venues/room.html", form=form, told=told, group=group, page=page)
    return Response(body, conflict.status)
