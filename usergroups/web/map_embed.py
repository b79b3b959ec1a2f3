"""The map for a frame in anybody's page."""

from flask import Blueprint, Response

from usergroups.formats.group_map import View
from usergroups.inputs.map_search import MapSearch
from usergroups.web import caching, finding, group_map, headers, site
from usergroups.web.access import public
from usergroups.web.finding import Asked
from usergroups.web.templating import query, render

blueprint = site.reads(Blueprint("map_embed", __name__))

_FILTERS = ("topic", "status", "language", "country", "coming")


@blueprint.get("/map/embed")
@public
def show() -> Response:
    """The map alone, narrowed as asked for; nothing on it acts for anybody."""
    asked = finding.asked(MapSearch)
    version = site.federation().map_version
    answer = caching.page(lambda: _show(asked), version, status=asked.status)
    answer.headers["Content-Security-Policy"] = headers.for_frames(site.config().map_tile_url)
    return answer


def _show(asked: Asked[MapSearch]) -> str:
    wanted = asked.wanted
    place = finding.whereabouts(wanted.near) if wanted.near else None
    point = place.point if place else None
    view: View = "place" if point else wanted.region
    read = [name for name in _FILTERS if asked.typed.get(name) and name not in asked.wrong]
    narrowed = {name: asked.typed[name] for name in read}
    return render(
        "group_map/embed.html",
        region=wanted.region,
        map=group_map.shown(view),
        map_query=query("", narrowed).removeprefix("?"),
        narrowed=narrowed,
        at=f"{point.latitude},{point.longitude}" if point else "",
    )
