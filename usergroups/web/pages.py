"""The front page."""

from urllib.parse import urlsplit

from flask import Blueprint, Response

from usergroups.formats import group_map
from usergroups.queries import events, federation
from usergroups.web import caching, site
from usergroups.web.access import public
from usergroups.web.facets import facets
from usergroups.web.group_map import shown
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("pages", __name__))

_NEXT = 8
_TOPICS = 16


@blueprint.get("/")
@public
def home() -> Response:
    """Find a group, the map, what is on next, how much there is."""
    return caching.page(_home, site.federation().version)


@blueprint.get("/privacy")
@public
def privacy() -> Response:
    """What is known about whom, and whom else a browser asks."""
    host = urlsplit(site.config().map_tile_url).netloc.replace("{s}.", "")
    return caching.page(
        lambda: render("pages/privacy.html", tile_host=host), site.federation().version, host
    )


def _home() -> str:
    return render(
        "pages/home.html",
        numbers=federation.numbers(),
        events=events.next_anywhere(_NEXT),
        facets=facets(),
        topics=facets().common_topics[:_TOPICS],
        map=shown(group_map.VIEWS[0]),
    )
