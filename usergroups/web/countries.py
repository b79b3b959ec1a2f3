"""A country's groups and meetups."""

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import NotFoundError
from usergroups.formats import map_svg
from usergroups.formats.town_names import town_names
from usergroups.formats.view import Filters, bounds
from usergroups.inputs.fields import countries
from usergroups.inputs.search import EventSearch
from usergroups.queries import events, groups
from usergroups.web import caching, group_map, language, site, subscribing
from usergroups.web.access import public
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("countries", __name__))

_MOST_NAMES = 24


@blueprint.get("/countries/<code>")
@public
def show(code: str) -> AnyResponse:
    """A country, by its ISO 3166-1 code."""
    if code.upper() not in countries():
        raise NotFoundError("there is no such country")
    if code != code.upper():
        return redirect(f"/countries/{code.upper()}", 301)
    return _answer(code)


@blueprint.get("/countries/<code>/map.svg")
@public
def picture(code: str) -> Response:
    """A country's groups on a map, for pages without scripts."""
    if code not in countries():
        raise NotFoundError("there is no such country")
    return group_map.drawing(lambda: _picture(code))


def _picture(code: str) -> str:
    index = group_map.index()
    places = [(one.latitude, one.longitude) for one in index.places if one.country == code]
    box = bounds(places)
    if box is None:
        raise NotFoundError("there is no group in this country")
    frame = map_svg.frame_round(box)
    zoom = map_svg.zoom_of(frame.wide)
    rows = index.viewport(box, zoom, Filters(country=code))
    names = town_names(frame, zoom, rows, most=_MOST_NAMES)
    title = _("Map of the groups in %(country)s", country=language.country(code))
    counted = ngettext("One group", "%(num)s groups", len(places))
    return map_svg.render_svg(rows, frame, title=title, description=counted, names=names)


def _answer(code: str) -> Response:
    return caching.page(lambda: _show(code), site.federation().version)


def _show(code: str) -> str:
    listed = groups.of_country(code)
    box = bounds([(one.latitude, one.longitude) for one in listed])
    return render(
        "countries/show.html",
        code=code,
        groups=listed,
        map=group_map.shown("place") if box else None,
        fit=f"{box.west},{box.south},{box.east},{box.north}" if box else "",
        page=events.search(EventSearch(country=code), None),
        subject=subscribing.of_search(code, "", None, None),
    )
