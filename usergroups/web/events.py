"""What is on, and a meetup's page."""

from itertools import groupby

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import NotFoundError
from usergroups.inputs.search import EventSearch
from usergroups.queries import events
from usergroups.queries.events import ShownEvent
from usergroups.queries.paging import Page
from usergroups.web import caching, dates, event_parts, finding, site, structured, subscribing
from usergroups.web.access import public
from usergroups.web.facets import facets
from usergroups.web.finding import Asked
from usergroups.web.templating import event_path, render

blueprint = site.reads(Blueprint("events", __name__))

_OTHERS = 4
_NEAR_KM = 100.0


@blueprint.get("/events")
@public
def index() -> Response:
    """What is on, by place, country, topic and day."""
    asked = finding.asked(EventSearch)
    version = site.federation().version
    return caching.page(lambda: _index(asked), version, status=asked.status)


def _index(asked: Asked[EventSearch]) -> str:
    wanted = asked.wanted
    place = finding.whereabouts(wanted.near) if wanted.near else None
    if place and wanted.within is None:
        wanted = wanted.model_copy(update={"within": _NEAR_KM})
    unknown = place is not None and place.is_unknown
    page = Page((), 1, 0) if unknown else events.search(wanted, place.point if place else None)
    months = groupby(
        page.rows, lambda event: dates.local(event.starts_at, event.timezone).replace(day=1).date()
    )
    return render(
        "events/index.html",
        asked=asked,
        page=page,
        months=[(month, list(rows)) for month, rows in months],
        place=place,
        within=wanted.within,
        facets=facets(),
        subject=subscribing.of_search(wanted.country, wanted.topic, place, wanted.within),
    )


@blueprint.get("/events/<public_id>/<slug>")
@public
def show(public_id: str, slug: str) -> AnyResponse:
    """A meetup. Its id counts; whoever comes with another title is sent to the present one."""
    event = events.by_public_id(public_id)
    if event is None:
        raise NotFoundError("there is no such meetup")
    if slug != event.slug:
        return redirect(event_path(event), 301)
    name = site.federation().name
    return caching.page(lambda: _show(event), event.group.version, event.version, name)


@blueprint.get("/events/<public_id>")
@public
def find(public_id: str) -> AnyResponse:
    """The address without its readable end leads to the whole one."""
    event = events.by_public_id(public_id)
    if event is None:
        raise NotFoundError("there is no such meetup")
    return redirect(event_path(event), 301)


def _show(event: ShownEvent) -> str:
    others = events.coming_of(event.group_id, besides=event.id, most=_OTHERS)
    parts = event_parts.of(event)
    return render(
        "events/show.html",
        event=event,
        group=event.group,
        others=others,
        parts=parts,
        said=structured.meetup(event, parts),
    )
