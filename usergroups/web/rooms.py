"""The rooms of a meetup at its desk: where it takes place, what it holds, a room more or less."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import ConflictError
from usergroups.inputs.fields import Input
from usergroups.inputs.venue import (
    GiveBackInput,
    NoteInput,
    OnlineInput,
    SeenInput,
    TakeInput,
    WhereInput,
)
from usergroups.models import Event, EventRoom, Origin, Room, Venue
from usergroups.queries import groups, planning, rsvps
from usergroups.queries import venues as queries
from usergroups.queries.rsvps import Figures
from usergroups.services import rooms
from usergroups.services.outlook import UnseenError
from usergroups.services.rooms import RoomTakenError
from usergroups.web import forms, outlooks, site, venue_words
from usergroups.web.access import organizer, standing
from usergroups.web.desk import address, me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render
from usergroups.web.venue_words import Filling

blueprint = site.reads(Blueprint("rooms", __name__))

Given = TypeVar("Given", bound=Input)
_ROOMS = "/organize/<slug>/meetups/<public_id>/rooms"
_ROOM = f"{_ROOMS}/<int(max=2147483647):room_id>"


@blueprint.get(_ROOMS)
@organizer
def show(slug: str, public_id: str) -> str:
    """The rooms it uses, how they fill, those that are free, and other venues."""
    page = _page(slug, public_id)
    return render("meetups/rooms.html", form=_filled(page), told="", **_names(page))


@blueprint.post(_ROOMS)
@organizer
def choose(slug: str, public_id: str) -> AnyResponse:
    """Have it take place at a venue, in rooms of it."""

    def act(event: Event, given: WhereInput) -> None:
        venue = queries.known(event.group, given.venue) if given.venue else None
        venue_id = venue.id if venue else None
        rooms.move_to(event.id, venue_id, given.rooms, is_known=given.is_known, by=me())

    return _acted(slug, public_id, WhereInput, act, _("Saved. The meetup's page says it, too."))


@blueprint.post(f"{_ROOMS}/take")
@organizer
def take(slug: str, public_id: str) -> AnyResponse:
    """Take a room more."""

    def act(event: Event, given: TakeInput) -> object:
        return rooms.take(event.id, given.room, note=given.note, is_known=given.is_known, by=me())

    return _acted(slug, public_id, TakeInput, act, _("The room is yours."))


@blueprint.post(f"{_ROOMS}/series")
@organizer
def take_for_series(slug: str, public_id: str) -> AnyResponse:
    """Have the rest of its series use these rooms, too."""

    def act(event: Event, given: SeenInput) -> int:
        return rooms.take_for_series(event.id, is_known=given.is_known, by=me())

    said = _("Done. Where a room is taken at that time, that meetup has none of it.")
    return _acted(slug, public_id, SeenInput, act, said)


@blueprint.post(f"{_ROOMS}/online")
@organizer
def limit(slug: str, public_id: str) -> AnyResponse:
    """Say how many may take part online."""

    def act(event: Event, given: OnlineInput) -> None:
        rooms.limit_online(event.id, given.online_limit, is_known=given.is_known, by=me())

    return _acted(slug, public_id, OnlineInput, act, _("Saved."))


@blueprint.post(f"{_ROOM}/give-back")
@organizer
def give_back(slug: str, public_id: str, room_id: int) -> AnyResponse:
    """Use a room no longer, or another in its place."""

    def act(event: Event, given: GiveBackInput) -> None:
        rooms.give_back(event.id, room_id, instead=given.instead, is_known=given.is_known, by=me())

    return _acted(slug, public_id, GiveBackInput, act, _("Saved."))


@blueprint.post(f"{_ROOM}/note")
@organizer
def note(slug: str, public_id: str, room_id: int) -> AnyResponse:
    """Say what a room is for."""

    def act(event: Event, given: NoteInput) -> None:
        rooms.note(event.id, room_id, given.note, by=me())

    return _acted(slug, public_id, NoteInput, act, _("Saved."))


@blueprint.get(f"{_ROOMS}/<any(take, online, series):what>")
@blueprint.get(f'{_ROOM}/<any("give-back", note):what>')
@organizer
def back(slug: str, public_id: str, what: str, room_id: int = 0) -> AnyResponse:
    """Reloading a page that came back from there leads to the rooms."""
    del what, room_id
    return redirect(path(slug, public_id), 303)


@dataclass(frozen=True, slots=True)
class Page:
    """The rooms of a meetup as its desk shows them."""

    event: Event
    figures: Figures
    used: Sequence[EventRoom]
    venues: Sequence[Venue]
    # The venue whose rooms are shown to choose from: its own, or one that is looked at.
    venue: Venue | None
    clashes: Mapping[int, Event]

    @property
    def fillings(self) -> list[Filling]:
        """How its rooms fill, and its seats online."""
        return venue_words.fillings(self.event, self.figures, self.used)

    @property
    def is_own(self) -> bool:
        """Whether the venue that is shown is where it takes place."""
        return self.venue is not None and self.venue.id == self.event.venue_id

    @property
    def free(self) -> list[Room]:
        """The rooms of that venue that it could use more."""
        taken = {one.room_id for one in self.used}
        rooms_ = self.venue.rooms if self.venue else []
        return [room for room in rooms_ if not room.closed_at and room.id not in taken]

    @property
    def is_fixed(self) -> bool:
        """Whether nothing can be changed: it is over, called off, or from a calendar."""
        event = self.event
        return event.is_past or event.is_cancelled or event.origin is Origin.IMPORTED

    def clash(self, room: Room) -> Event | None:
        """The meetup that has this room at that time."""
        return self.clashes.get(room.id)

    def may_see(self, other: Event) -> bool:
        """Whether whoever asks may know of it."""
        return rooms.may_know(other, standing())


def path(slug: str, public_id: str) -> str:
    """Where the rooms of a meetup are chosen."""
    return address(slug, f"meetups/{public_id}/rooms")


def _page(slug: str, public_id: str) -> Page:
    event = planning.at_desk(slug, public_id)
    found = queries.usable(event.group)
    wanted = request.args.get("venue", "")
    used = queries.used_by(event.id)
    here = next((one for one in found if one.id == event.venue_id), None)
    venue = next((one for one in found if one.public_id == wanted), here)
    ids = [room.id for room in venue.rooms] if venue else []
    clashes = queries.clashes(event, ids) if ids else {}
    return Page(event, rsvps.figures(event.id), used, found, venue, clashes)


def _names(page: Page) -> dict[str, object]:
    return {"page": page, "event": page.event, "group": page.event.group}


def _filled(page: Page) -> Form:
    return Form({"online_limit": page.event.online_limit or ""})


def _acted(
    slug: str,
    public_id: str,
    kind: type[Given],
    act: Callable[[Event, Given], object],
    said: str,
) -> AnyResponse:
    """Do it and go back; what follows is asked first, and what stands in the way is said (409)."""

    def see() -> Page:
        return _page(slug, public_id)

    try:
        return forms.submit(
            "meetups/rooms.html",
            lambda given: act(planning.at_desk(slug, public_id), given),
            kind,
            then=lambda _done: path(slug, public_id),
            said=said,
            told="",
            page=see,
            event=lambda: planning.at_desk(slug, public_id),
            group=lambda: groups.known(slug),
        )
    except UnseenError as unseen:
        site.open_reading()
        page = see()
        is_swap = request.path.endswith("/give-back")
        could = [room for room in page.free if is_swap and not page.clash(room)]
        return outlooks.ask(page.event.group, unseen, path(slug, public_id), instead=could)
    except ConflictError as conflict:
        site.open_reading()
        page = see()
        told = _told(conflict)
        body = render("meetups/rooms.html", form=_filled(page), told=told, **_names(page))
        return Response(body, conflict.status)


def _told(conflict: ConflictError) -> str:
    """Why it cannot be done, and who has the room."""
    if not isinstance(conflict, RoomTakenError):
        return forms.sentence(conflict)
    if conflict.other is None:
        return _("%(room)s is taken at that time. Choose another room.", room=conflict.room)
    return _(
        "%(room)s is taken at that time, by “%(title)s”. Choose another room.",
        room=conflict.room,
        title=conflict.other.title,
    )
