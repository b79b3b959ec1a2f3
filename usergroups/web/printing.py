"""What is put on paper: a poster for the wall, a list for the door, the agenda of an evening.

They are pages of their own, made for A4; a browser prints them, or saves them as PDF.
"""

from flask import Blueprint, Response

from usergroups.errors import NotFoundError
from usergroups.language import alphabetical
from usergroups.models import RsvpStatus
from usergroups.queries import attendees, events, groups, planning, talks
from usergroups.queries.events import ShownEvent
from usergroups.web import caching, qr, site
from usergroups.web.access import organizer, public
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("printing", __name__))

# So many lines of an agenda stand on a poster; the page behind the code has all.
_MOST_LINES = 6
_COMING = (RsvpStatus.GOING, RsvpStatus.OFFERED)


@blueprint.get("/posters/<public_id>")
@public
def poster(public_id: str) -> Response:
    """A poster of a meetup, with a code that phones read."""
    event = _shown(public_id)
    federation = site.federation().name
    return caching.page(lambda: _poster(event), event.group.version, event.version, federation)


@blueprint.get("/agendas/<public_id>")
@public
def agenda(public_id: str) -> Response:
    """The agenda of a meetup, for those who sit there."""
    event = _shown(public_id)
    lines = talks.agenda(event.id)
    if not lines:
        raise NotFoundError("this meetup has no agenda")
    return Response(render("print/agenda.html", event=event, group=event.group, lines=lines))


@blueprint.get("/organize/<slug>/meetups/<public_id>/door/list")
@organizer
def door_list(slug: str, public_id: str) -> str:
    """Those who come by their names, with a box to tick: for a door without a phone."""
    event = planning.at_desk(slug, public_id)
    coming = [one for one in attendees.everybody(event.id) if one.status in _COMING]
    return render(
        "print/door.html",
        group=groups.known(slug),
        event=event,
        coming=sorted(coming, key=lambda one: (not one.name, alphabetical(one.name), one.arrival)),
        heads=sum(1 + one.guests for one in coming),
    )


def _shown(public_id: str) -> ShownEvent:
    event = events.by_public_id(public_id)
    if event is None:
        raise NotFoundError("there is no such meetup")
    return event


def _poster(event: ShownEvent) -> str:
    talks_told = [one for one in talks.agenda(event.id) if one.speakers]
    return render(
        "print/poster.html",
        event=event,
        group=event.group,
        lines=talks_told[:_MOST_LINES],
        code=qr.code(site.links().page(f"/events/{event.public_id}")),
    )
