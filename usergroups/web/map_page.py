"""The page of the map: the view, what it is narrowed to, the same groups as a list, who is near."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from usergroups.formats import map_svg
from usergroups.formats.group_map import View
from usergroups.formats.view import Box, Filters, GroupPlace, ViewError, read_box
from usergroups.inputs.map_search import MapSearch
from usergroups.models import GroupStatus
from usergroups.queries.topics import TopicCount
from usergroups.text import fold
from usergroups.web import caching, finding, group_map, language, site, words
from usergroups.web.access import public
from usergroups.web.compressed import compressed
from usergroups.web.facets import facets
from usergroups.web.finding import Asked, Whereabouts
from usergroups.web.templating import query, render

if TYPE_CHECKING:
    from usergroups.formats.map_list import Listing

blueprint = site.reads(Blueprint("map_page", __name__))

_NEAREST = 5
# An evening's way, there and back: beyond it nobody has a group.
REACH_KM = 100
_FILTERS = ("topic", "status", "language", "coming")


@blueprint.get("/map")
@public
def show() -> Response:
    """The map of Europe, of the world, or round a place, and the same groups as a list."""
    asked = finding.asked(MapSearch)
    version = site.federation().version
    return compressed(caching.page(lambda: _show(asked), version, status=asked.status))


def _show(asked: Asked[MapSearch]) -> str:
    wanted = asked.wanted
    place = finding.whereabouts(wanted.near) if wanted.near else None
    filters = group_map.filters_of(wanted)
    view: View = "place" if place and place.point else wanted.region
    narrowed = {
        name: value
        for name, value in asked.typed.items()
        if value and name in _FILTERS and name not in asked.wrong
    }
    return render(
        "group_map/show.html",
        asked=asked,
        region=wanted.region,
        place=place,
        nearest=_nearest(place, filters),
        reach=REACH_KM,
        narrowed=narrowed,
        topics=_with(facets().topics, wanted.topic),
        languages=_languages(),
        statuses=[status for status in GroupStatus if status is not GroupStatus.ARCHIVED],
        map=group_map.shown(view),
        map_query=query("", narrowed).removeprefix("?"),
        list_words=json.dumps(words.labels_of_the_list(), ensure_ascii=False),
        listed=_listed(wanted, filters),
    )


def _nearest(place: Whereabouts | None, filters: Filters) -> list[tuple[float, GroupPlace]]:
    if place is None or place.point is None:
        return []
    point = place.point
    return group_map.index().nearest(point.latitude, point.longitude, _NEAREST, filters=filters)


def _with(known: Sequence[TopicCount], topic: str) -> Sequence[TopicCount]:
    """The topics, and the one asked for even where no group has it."""
    if not topic or any(one.slug == topic for one in known):
        return known
    return [*known, TopicCount(topic, topic, 0)]


def _languages() -> list[tuple[str, str]]:
    """The languages that groups speak, by name."""
    known = language.locale().languages
    named = [(code, str(known.get(code, code))) for code in group_map.index().languages]
    return sorted(named, key=lambda one: fold(one[1]))


def _listing(box: Box, filters: Filters) -> "Listing":
    # Its arrays weigh 12 MB, and many processes are never asked for the map.
    from usergroups.formats.map_list import listing

    return listing(group_map.index(), box, filters)


def _listed(wanted: MapSearch, filters: Filters) -> "Listing":
    """The groups of the view, their countries by name."""
    box, _zoom = map_svg.view_of(wanted.region)
    found = _listing(box, filters)
    found.countries.sort(key=lambda one: fold(language.country(one.code)))
    return found


@blueprint.get("/map/list.json")
@public
def rows() -> Response:
    """The groups of a view by country; of more than 300, how many each country has."""
    try:
        box, filters = read_box(request.args.get("bbox", "")), group_map.read_filters()
    except ViewError as wrong:
        return group_map.problem(400, str(wrong))
    version = site.federation().map_version
    return compressed(caching.json(lambda: _rows(_listing(box, filters), version), version))


def _rows(found: "Listing", version: int) -> bytes:
    countries = [
        [one.code, one.count, [[p.slug, p.name, p.status, p.next_on] for p in one.places]]
        for one in found.countries
    ]
    answer = {"version": version, "total": found.total, "countries": countries}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
