"""The map in pages: its script, its rows, its picture."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, current_app, request

from usergroups import clock
from usergroups.errors import NotFoundError
from usergroups.formats import group_map, map_svg
from usergroups.formats.group_map import MapPieces, Tiles, View
from usergroups.formats.town_names import town_names
from usergroups.formats.view import Box, Filters, ViewError, read_box, read_zoom
from usergroups.inputs.map_search import MapSearch
from usergroups.models import GroupStatus
from usergroups.queries import groups
from usergroups.web import caching, finding, site, words
from usergroups.web.access import public
from usergroups.web.compressed import compressed

if TYPE_CHECKING:
    from usergroups.formats.viewport import GroupIndex

blueprint = site.reads(Blueprint("group_map", __name__))

_building = Lock()
_MOST_NAMES = 24


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


def index() -> "GroupIndex":
    """All groups that the map shows; read anew when they have changed, or the hour has."""
    # Its arrays weigh 12 MB, and many processes are never asked for the map.
    from usergroups.formats.viewport import GroupIndex

    version = (site.federation().map_version, clock.now().replace(minute=0, second=0))
    kept: dict[str, Any] = current_app.extensions.setdefault("group_index", {})
    with _building:
        if kept.get("version") != version:
            kept.update(version=version, index=GroupIndex(groups.places()))
        return cast(GroupIndex, kept["index"])


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
        return compressed(caching.json(lambda: _rows(*question), site.federation().map_version))
    except ViewError as wrong:
        return problem(400, str(wrong))


Question = tuple[str, Box | None, int, Filters]


def _question() -> Question:
    filters = read_filters()
    if key := request.args.get("at", ""):
        return key, None, 0, filters
    return "", read_box(request.args.get("bbox", "")), read_zoom(request.args.get("z", "")), filters


def read_filters() -> Filters:
    """Which groups this request wants. Raises ViewError for a state that no group can have."""
    given = request.args
    filters = Filters(
        topic=given.get("topic", ""),
        status=given.get("status", ""),
        language=given.get("language", ""),
        country=given.get("country", ""),
        coming=given.get("coming", "") not in {"", "0", "false"},
    )
    if filters.status and filters.status not in set(GroupStatus):
        raise ViewError(f"status must be one of {', '.join(GroupStatus)}")
    return filters


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
    wanted = finding.asked(MapSearch).wanted
    return drawing(lambda: _picture(wanted))


def drawing(draw: Callable[[], str]) -> Response:
    """A map as an SVG document, drawn anew where the groups have changed."""
    answer = caching.page(draw, site.federation().map_version)
    answer.mimetype = "image/svg+xml"
    answer.headers["Content-Security-Policy"] = map_svg.CONTENT_SECURITY_POLICY
    return answer


def _picture(wanted: MapSearch) -> str:
    box, zoom = map_svg.view_of(wanted.region)
    frame = map_svg.FRAMES[wanted.region]
    found = index().viewport(box, zoom, filters_of(wanted))
    names = town_names(frame, zoom - 1, found, most=_MOST_NAMES)
    title, description = words.picture_of_the_map(wanted.region, sum(row[2] for row in found))
    return map_svg.render_svg(found, frame, title=title, description=description, names=names)


def filters_of(wanted: MapSearch) -> Filters:
    """The groups that are wanted, as the index takes it."""
    return Filters(
        topic=wanted.topic,
        status=wanted.status.value if wanted.status else "",
        language=wanted.language,
        country=wanted.country or "",
        coming=wanted.coming,
    )
