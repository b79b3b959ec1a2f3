"""Sponsors, at three desks: the stewards', a group's, a meetup's. One set of pages for all."""

from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups import clock, db
from usergroups.formats.cells import write_table
from usergroups.formats.logo import MOST_BYTES
from usergroups.inputs.sponsor import SponsorInput
from usergroups.queries import groups, planning
from usergroups.queries import sponsors as queries
from usergroups.services import sharing, sponsors
from usergroups.services.sponsors import Supported
from usergroups.web import forms, site
from usergroups.web.access import organizer, steward
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("sponsors", __name__))

_MEETUP = "/organize/<slug>/meetups/<public_id>/sponsors"
_GROUP = "/organize/<slug>/sponsors"
_ALL = "/steward/sponsors"
_ONE = "/<int(max=2147483647):sponsorship_id>"


@blueprint.get(_MEETUP)
@blueprint.get(_GROUP)
@organizer
def index(slug: str, public_id: str = "") -> str:
    """The sponsors of a group, or of one of its meetups."""
    return _page(slug, public_id)


@blueprint.get(_ALL)
@steward
def everywhere() -> str:
    """The sponsors of the federation."""
    return _page()


@blueprint.post(_MEETUP)
@blueprint.post(_GROUP)
@organizer
def add(slug: str, public_id: str = "") -> AnyResponse:
    """Put one up."""
    return _submit(None, slug, public_id)


@blueprint.post(_ALL)
@steward
def add_everywhere() -> AnyResponse:
    """Put one up for the whole federation."""
    return _submit(None)


@blueprint.get(_MEETUP + _ONE)
@blueprint.get(_GROUP + _ONE)
@organizer
def edit(slug: str, sponsorship_id: int, public_id: str = "") -> str:
    """One of them, to be changed."""
    return _page(slug, public_id, sponsorship_id=sponsorship_id)


@blueprint.get(_ALL + _ONE)
@steward
def edit_everywhere(sponsorship_id: int) -> str:
    """One of the federation's, to be changed."""
    return _page(sponsorship_id=sponsorship_id)


@blueprint.post(_MEETUP + _ONE)
@blueprint.post(_GROUP + _ONE)
@organizer
def change(slug: str, sponsorship_id: int, public_id: str = "") -> AnyResponse:
    """Change it, or take it down."""
    return _submit(sponsorship_id, slug, public_id)


@blueprint.post(_ALL + _ONE)
@steward
def change_everywhere(sponsorship_id: int) -> AnyResponse:
    """Change one of the federation's, or take it down."""
    return _submit(sponsorship_id)


@blueprint.post(f"{_MEETUP}/<int(max=2147483647):sponsor_id>/people.csv")
@organizer
def people(slug: str, public_id: str, sponsor_id: int) -> Response:
    """Names and addresses of those who let a sponsor have them; recorded, and so a POST."""
    site.close_reading()
    with db.transaction():
        found = sharing.hand_over(planning.at_desk(slug, public_id), sponsor_id, by=me())
    table = write_table(
        ("name", "address", "agreed_at"),
        ((one.name, one.email, one.given_at.isoformat()) for one in found),
    )
    name = f"agreed-{clock.today().isoformat()}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(table, mimetype="text/csv", headers=headers)


def _submit(sponsorship_id: int | None, slug: str = "", public_id: str = "") -> AnyResponse:
    picture = _sent()
    if sponsorship_id is not None and "remove" in request.form:
        site.close_reading()
        with db.transaction():
            sponsors.take_down(_to(slug, public_id), sponsorship_id, by=me())
        return redirect(_path(slug, public_id), 303)

    def act(given: SponsorInput) -> object:
        to = _to(slug, public_id)
        if sponsorship_id is None:
            return sponsors.add(to, given, picture, by=me())
        return sponsors.change(to, sponsorship_id, given, picture, by=me())

    return forms.submit(
        _template(slug, public_id),
        act,
        SponsorInput,
        then=lambda _done: _path(slug, public_id),
        said=_("Saved. This is what pages show now."),
        **{
            name: (lambda n=name: _context(slug, public_id, sponsorship_id)[n]) for name in _CONTEXT
        },
    )


_CONTEXT = ("group", "event", "listed", "path", "one", "sharing")


def _page(slug: str = "", public_id: str = "", *, sponsorship_id: int | None = None) -> str:
    context = _context(slug, public_id, sponsorship_id)
    form = _filled(context["one"]) if context["one"] else Form()
    return render(_template(slug, public_id), form=form, **context)


def _context(slug: str, public_id: str, sponsorship_id: int | None) -> dict[str, Any]:
    to = _to(slug, public_id)
    listed = queries.at(to.group.id if to.group else None, to.event.id if to.event else None)
    return {
        "group": to.group,
        "event": to.event,
        "listed": listed,
        "path": _path(slug, public_id),
        "one": next((one for one in listed if one.id == sponsorship_id), None),
        "sharing": _sharing(to),
    }


def _sharing(to: Supported) -> list[tuple[Any, int]]:
    """Each sponsor that attendees of the meetup can let have their name, and how many do."""
    if to.event is None:
        return []
    counts = queries.sharing(to.event.id)
    shown = queries.shown_at(to.event.id, to.event.starts_on)
    return [(one, counts.get(one.sponsor_id, 0)) for one in shown]


def _filled(one: Any) -> Form:
    return Form(
        {
            "name": one.sponsor.name,
            "url": one.sponsor.url,
            "tier": one.tier,
            "gives": one.gives,
            "begins_on": one.begins_on or "",
            "ends_on": one.ends_on or "",
        }
    )


def _to(slug: str, public_id: str) -> Supported:
    if not slug:
        return Supported()
    if not public_id:
        return Supported(groups.known(slug))
    event = planning.at_desk(slug, public_id)
    return Supported(event.group, event)


def _template(slug: str, public_id: str) -> str:
    if public_id:
        return "sponsors/of_meetup.html"
    return "sponsors/of_group.html" if slug else "sponsors/of_federation.html"


def _path(slug: str, public_id: str) -> str:
    if public_id:
        return f"/organize/{slug}/meetups/{public_id}/sponsors"
    return f"/organize/{slug}/sponsors" if slug else _ALL


def _sent() -> bytes:
    """The picture of this request, or so much of it that it is too much."""
    file = request.files.get("picture")
    if file is None:
        return b""
    with file.stream as stream:
        return stream.read(MOST_BYTES + 1)
