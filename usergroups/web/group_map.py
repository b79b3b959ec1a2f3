"""The map: its page, its script, its rows, its picture."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, cast

from flask import Blueprint, Response, current_app, request

from usergroups import clock
from usergroups.errors import NotFoundError
from usergroups.formats import group_map, map_svg
from usergroups.formats.group_map import MapPieces, Tiles, View
from usergroups.formats.viewport import (
    Box,
    Filters,
    GroupIndex,
    GroupPlace,
    ViewError,
    read_box,
    read_zoom,
)
from usergroups.models import GroupStatus
from usergroups.queries import groups
from usergroups.queries.topics import TopicCount
from usergroups.text import fold
from usergroups.web import caching, language, site, words
from usergroups.web.access import public
from usergroups.web.facets import facets
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("group_map", __name__))

_building = Lock()


@dataclass(frozen=True, slots=True)
class Shown:
    """A map on a page: its pieces, its words, and the address of its script."""

    pieces: MapPieces
    labels: str

    @property
    def script(self) -> str:
        """Where the script that starts it is served."""
        return f"/map/{self.pieces.digest}.js"


def shown(view: View) -> Shown:
    """The map that opens on this view, in the language of this answer."""
    labels = json.dumps(words.labels_of_the_map(), ensure_ascii=False)
    return Shown(group_map.render_apart(tiles())[view], labels)


def tiles() -> Tiles | None:
    """Somebody else's tiles, if the operator set them."""
    config = site.config()
    if not config.map_tile_url:
        return None
    return Tiles(url=config.map_tile_url, attribution=config.map_tile_attribution)


def index() -> GroupIndex:
    """All groups that the map shows; read anew when they have changed, or the hour has."""
    version = (site.federation().map_version, clock.now().replace(minute=0, second=0))
    kept: dict[str, Any] = current_app.extensions.setdefault("group_index", {})
    with _building:
        if kept.get("version") != version:
            kept.update(version=version, index=GroupIndex(groups.places()))
        return cast(GroupIndex, kept["index"])


@blueprint.get("/map")
@public
def show() -> Response:
    """The map of Europe or the world, and the same groups as a list."""
    region: map_svg.Region = "world" if request.args.get("region") == "world" else "europe"
    topic = request.args.get("topic", "")
    return caching.page(lambda: _show(region, topic), site.federation().version)


def _show(region: map_svg.Region, topic: str) -> str:
    wanted = Filters(topic=topic)
    box, _zoom = map_svg.view_of(region)
    return render(
        "group_map/show.html",
        region=region,
        topic=topic,
        topics=_with(facets().topics, topic),
        map=shown(region),
        countries=_by_country(box, wanted),
    )


def _with(known: Sequence[TopicCount], topic: str) -> Sequence[TopicCount]:
    """The topics, and the one asked for even where no group has it."""
    if not topic or any(one.slug == topic for one in known):
        return known
    return [*known, TopicCount(topic, topic, 0)]


def _by_country(box: Box, wanted: Filters) -> list[tuple[str, list[GroupPlace]]]:
    """The groups of the view that the filters want, by country and name."""
    found: dict[str, list[GroupPlace]] = {}
    for place in index().places:
        is_seen = (
            box.west <= place.longitude <= box.east and box.south <= place.latitude <= box.north
        )
        if is_seen and (not wanted.topic or wanted.topic in place.topics):
            found.setdefault(place.country, []).append(place)
    for places in found.values():
        places.sort(key=lambda place: place.name.casefold())
    return sorted(found.items(), key=lambda pair: fold(language.country(pair[0])))


@blueprint.get("/map/<digest>.js")
@public
def script(digest: str) -> Response:
    """The script that folium wrote, under the name of its bytes."""
    source = group_map.script_of(digest, tiles())
    if source is None:
        raise NotFoundError("there is no such script")
    headers = {"Cache-Control": caching.FOREVER}
    return Response(source, headers=headers, mimetype="text/javascript")


@blueprint.get("/map/groups.json")
@public
def rows() -> Response:
    """Clusters and pins of a view, or with `at` the groups of a cluster."""
    try:
        question = _question()
        return caching.json(lambda: _rows(*question), site.federation().map_version)
    except ViewError as wrong:
        return problem(400, str(wrong))


Question = tuple[str, Box | None, int, Filters]


def _question() -> Question:
    given = request.args
    filters = Filters(
        topic=given.get("topic", ""),
        status=given.get("status", ""),
        language=given.get("language", ""),
        coming=given.get("coming", "") not in {"", "0", "false"},
    )
    if filters.status and filters.status not in set(GroupStatus):
        raise ViewError(f"status must be one of {', '.join(GroupStatus)}")
    if key := given.get("at", ""):
        return key, None, 0, filters
    return "", read_box(given.get("bbox", "")), read_zoom(given.get("z", "")), filters


def _rows(key: str, box: Box | None, zoom: int, filters: Filters) -> bytes:
    found = index().members(key, filters) if box is None else index().viewport(box, zoom, filters)
    answer = {"version": site.federation().map_version, "rows": found}
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def problem(status: int, detail: str) -> Response:
    """A refusal as RFC 9457 writes it."""
    body = json.dumps({"title": "Bad request", "status": status, "detail": detail})
    return Response(body + "\n", status, mimetype="application/problem+json")


@blueprint.get("/map.svg")
@public
def picture() -> Response:
    """The map as a picture, for pages without scripts."""
    region: map_svg.Region = "world" if request.args.get("region") == "world" else "europe"
    topic = request.args.get("topic", "")
    answer = caching.page(lambda: _picture(region, topic), site.federation().map_version)
    answer.mimetype = "image/svg+xml"
    answer.headers["Content-Security-Policy"] = map_svg.CONTENT_SECURITY_POLICY
    return answer


def _picture(region: map_svg.Region, topic: str) -> str:
    found = index().viewport(*map_svg.view_of(region), Filters(topic=topic))
    title, description = words.picture_of_the_map(region, sum(row[2] for row in found))
    return map_svg.render_svg(found, region, title=title, description=description)
