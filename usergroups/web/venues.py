"""The venues of a group at its desk: where they are, how one gets in, their rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import ConflictError, NotAllowedError
from usergroups.gazetteer.place import Place
from usergroups.inputs.fields import Input
from usergroups.inputs.venue import RoomInput, VenueInput
from usergroups.models import Event, Group, Venue
from usergroups.permissions import may_keep_venue, may_review_in
from usergroups.queries import groups
from usergroups.queries import venues as queries
from usergroups.services import venue_places, venues
from usergroups.web import finding, forms, site, venue_words
from usergroups.web.access import organizer, overseer, standing
from usergroups.web.desk import address, me
from usergroups.web.forms import Form
from usergroups.web.group_map import Shown, shown
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("venues", __name__))
blueprint.add_app_template_filter(venue_words.access, "access_fact")

Given = TypeVar("Given", bound=Input)


@blueprint.get("/organize/<slug>/venues")
@organizer
def index(slug: str) -> str:
    """Its own, and those of its country that are shared."""
    group = groups.known(slug)
    return render("venues/index.html", group=group, venues=queries.of_group(group))


@blueprint.get("/organize/<slug>/venues/new")
@organizer
def new(slug: str) -> str:
    """A form for one more."""
    group = groups.known(slug)
    given = Form({"place": finding.label_of(group)})
    return render("venues/form.html", form=given, group=group, page=_sheet(group, None))


@blueprint.post("/organize/<slug>/venues/new")
@organizer
def add(slug: str) -> AnyResponse:
    """Add it."""
    return forms.submit(
        "venues/form.html",
        lambda given: _add(slug, given),
        VenueInput,
        then=lambda venue: path(slug, venue.public_id),
        said=_("The venue is there. Now add its rooms."),
        group=lambda: groups.known(slug),
        page=lambda: _sheet(groups.known(slug), None),
    )


@blueprint.get("/organize/<slug>/venues/<public_id>")
@organizer
def show(slug: str, public_id: str) -> str:
    """A venue: facts, rooms, the meetups to come."""
    group = groups.known(slug)
    return render(
        "venues/show.html", form=Form(), told="", group=group, page=_page(group, public_id)
    )


@blueprint.post("/organize/<slug>/venues/<public_id>")
@organizer
def add_room(slug: str, public_id: str) -> AnyResponse:
    """Add a room."""

    def act(venue: Venue, given: RoomInput) -> object:
        return venues.add_room(venue, given, by=me())

    return _acted(slug, public_id, RoomInput, act, _("The room is there."))


@blueprint.post("/organize/<slug>/venues/<public_id>/share")
@overseer
def share(slug: str, public_id: str) -> AnyResponse:
    """Let all groups of the country use it."""

    def act(venue: Venue, _given: Input) -> None:
        venues.share(venue, by=me())

    return _acted(slug, public_id, Input, act, _("Other groups can choose it now."))


@blueprint.post("/organize/<slug>/venues/<public_id>/<any(close, reopen):what>")
@organizer
def mark(slug: str, public_id: str, what: str) -> AnyResponse:
    """Use it no longer, or again."""
    act = venues.close if what == "close" else venues.reopen
    return _acted(slug, public_id, Input, lambda venue, _given: act(venue, by=me()), _("Saved."))


@blueprint.get("/organize/<slug>/venues/<public_id>/<any(share, close, reopen):what>")
@organizer
def back(slug: str, public_id: str, what: str) -> AnyResponse:
    """Reloading a page that came back from there leads to the venue."""
    del what
    return redirect(path(slug, public_id), 303)


@blueprint.get("/organize/<slug>/venues/<public_id>/edit")
@organizer
def edit(slug: str, public_id: str) -> str:
    """What it is and where."""
    group = groups.known(slug)
    venue = kept(group, public_id)
    sheet = _sheet(group, venue)
    return render("venues/form.html", form=_filled(venue), group=group, page=sheet)


@blueprint.post("/organize/<slug>/venues/<public_id>/edit")
@organizer
def save(slug: str, public_id: str) -> AnyResponse:
    """Save it; where somebody saved it meanwhile, show what they saved (409)."""
    values = forms.sent(VenueInput)
    try:
        return forms.submit(
            "venues/form.html",
            lambda given: _change(slug, public_id, given),
            VenueInput,
            then=lambda _done: path(slug, public_id),
            said=_("Saved. Meetups to come say it, too."),
            group=lambda: groups.known(slug),
            page=lambda: _sheet(groups.known(slug), _venue(slug, public_id)),
        )
    except ConflictError as conflict:
        return _stale(slug, public_id, values, conflict)


@dataclass(frozen=True, slots=True)
class Page:
    """A venue as its page shows it."""

    venue: Venue
    coming: list[Event]
    may_keep: bool
    may_share: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the form of a venue needs beside its fields."""

    venue: Venue | None
    facts: list[tuple[str, str]]
    map: Shown
    at: str
    offered: list[Place]
    # Where somebody else saved it meanwhile: what stands there now.
    stands: str = ""


def path(slug: str, public_id: str) -> str:
    """Where a venue is, at the desk of a group."""
    return address(slug, f"venues/{public_id}")


def kept(group: Group, public_id: str) -> Venue:
    """A venue that whoever asks may change. Raises NotFoundError, NotAllowedError."""
    venue = queries.known(group, public_id)
    if not may_keep_venue(standing(), venue):
        raise NotAllowedError("stewards look after shared venues")
    return venue


def _venue(slug: str, public_id: str) -> Venue:
    return queries.known(groups.known(slug), public_id)


def _add(slug: str, given: VenueInput) -> Venue:
    venue = venues.add(groups.known(slug), given, finding.city_of(given), by=me())
    _find_address(venue, given)
    return venue


def _change(slug: str, public_id: str, given: VenueInput) -> None:
    venue = _venue(slug, public_id)
    venues.change(venue, given, finding.city_of(given), by=me())
    _find_address(venue, given)


def _find_address(venue: Venue, given: VenueInput) -> None:
    """Have it found where nobody placed it by hand, and there is somebody to ask."""
    if given.position is None and site.config().geocoder != "embedded":
        venue_places.ask(venue)


def _page(group: Group, public_id: str) -> Page:
    venue = queries.known(group, public_id)
    may_keep = may_keep_venue(standing(), venue)
    coming = [
        event
        for event in queries.coming_in(venue_id=venue.id)
        if event.group_id == group.id or may_keep
    ]
    may_share = venue.group_id is not None and may_review_in(standing(), venue.country)
    return Page(venue, coming, may_keep, may_share)


def _sheet(group: Group, venue: Venue | None, stands: str = "") -> Sheet:
    place = venue if venue and venue.latitude is not None else group
    at = f"{place.latitude},{place.longitude}"
    return Sheet(venue, venue_words.facts(), shown("place"), at, finding.cities_offered(), stands)


def _filled(venue: Venue) -> Form:
    given = ("name", "address", "access", "access_note", "url")
    has_point = venue.latitude is not None
    return Form(
        {name: getattr(venue, name) for name in given}
        | {
            "place": finding.label_of(venue),
            "position": f"{venue.latitude}, {venue.longitude}" if has_point else "",
            "seen": venue.version,
        }
    )


def _stale(slug: str, public_id: str, values: dict[str, Any], conflict: ConflictError) -> Response:
    """The form as it was sent, with what somebody else has saved beside it."""
    site.open_reading()
    group = groups.known(slug)
    venue = queries.known(group, public_id)
    form = Form(values | {"seen": venue.version})
    page = render("venues/form.html", form=form, group=group, page=_sheet(group, venue, venue.text))
    return Response(page, conflict.status)


def _acted(
    slug: str,
    public_id: str,
    kind: type[Given],
    act: Callable[[Venue, Given], object],
    said: str,
) -> AnyResponse:
    """Do an act and go back to the venue; where it cannot be done now, say why there (409)."""
    values = forms.sent(kind)
    try:
        return forms.submit(
            "venues/show.html",
            lambda given: act(_venue(slug, public_id), given),
            kind,
            then=lambda _done: path(slug, public_id),
            said=said,
            told="",
            group=lambda: groups.known(slug),
            page=lambda: _page(groups.known(slug), public_id),
        )
    except ConflictError as conflict:
        site.open_reading()
        group = groups.known(slug)
        told, page = forms.sentence(conflict), _page(group, public_id)
        body = render("venues/show.html", form=Form(values), told=told, group=group, page=page)
        return Response(body, conflict.status)
