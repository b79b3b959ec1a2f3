"""The map of the groups: folium describes it, rendered to pieces that a page puts together.

folium writes whole pages with inline styles and scripts from four CDNs. Here it gives only the
script, as text to be served as a file, and names the files that the script needs, all of them
our own. What differs from page to page (words, filters, the one place) stands in data attributes
of the map's element, so there is one script for each view and its bytes never change.

Never use folium's Popup, Tooltip, DivIcon or GeoJsonTooltip for what people wrote: folium puts
it into JavaScript template literals, which no HTML escaping makes safe.
"""

import dataclasses
import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

from usergroups import assets

View = Literal["europe", "world", "place"]
VIEWS: tuple[View, ...] = get_args(View)
ELEMENT_ID = "map_groups"
DATA_URL = "/map/groups.json"
PAGES_URL = "/groups/"
ATTRIBUTION = "Natural Earth · GeoNames (CC BY 4.0)"
LEAST_ZOOM, MOST_ZOOM, MOST_TILE_ZOOM = 2, 10, 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """Somebody else's map tiles, as the operator set them; the attribution is trusted HTML."""

    url: str
    attribution: str


@dataclass(frozen=True, slots=True)
class MapPieces:
    """What a page needs to show the map.

    `styles` and `scripts` are addresses, the latter in the order of loading (`defer` keeps it);
    after them comes `script`, served under a name made of its `digest`.
    """

    element_id: str
    script: str
    digest: str
    styles: tuple[str, ...]
    scripts: tuple[str, ...]


@lru_cache(maxsize=8)
def render_map(view: View = "europe", tiles: Tiles | None = None) -> MapPieces:
    """The pieces of a map that opens on a view; `place` opens where the element's `data-at` says.

    Kept after the first call with the same arguments. Raises SetupError where assets are not built.
    """
    # folium weighs 41 MB and a second: processes that serve have it rendered apart.
    from usergroups.formats import map_layers

    ground = (
        map_layers.tile_layer(tiles.url, tiles.attribution, MOST_TILE_ZOOM)
        if tiles
        else map_layers.VectorBasemap(assets.url("basemap/"), ATTRIBUTION)
    )
    shown = map_layers.OfflineMap(
        element_id=ELEMENT_ID.removeprefix("map_"),
        minZoom=LEAST_ZOOM,
        maxZoom=MOST_TILE_ZOOM if tiles else MOST_ZOOM,
        location=(50, 11),
        zoom_start=4,
        control_scale=True,
    )
    # The groups first: they move the map to its view, for which the ground then loads its files.
    map_layers.GroupLayer(DATA_URL, PAGES_URL, view).add_to(shown)
    ground.add_to(shown)
    map_layers.number(shown)
    figure: Any = shown.get_root()
    for child in map_layers.children(figure):
        child.render()
    script: str = figure.script.render()
    styles, scripts = map_layers.links(figure)
    return MapPieces(
        element_id=shown.get_name(),
        script=script,
        digest=hashlib.sha256(script.encode()).hexdigest()[:16],
        styles=styles,
        scripts=scripts,
    )


@lru_cache(maxsize=2)
def render_apart(tiles: Tiles | None = None) -> dict[View, MapPieces]:
    """The pieces for every view, rendered by a process that ends with what folium weighs (10 MB).

    Kept after the first call. Raises CalledProcessError where it fails.
    """
    given = json.dumps(dataclasses.asdict(tiles) if tiles else None)
    child = [sys.executable, "-m", __name__, given]
    said = subprocess.run(child, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603  ourselves
    return {
        view: MapPieces(**{**pieces, **{n: tuple(pieces[n]) for n in ("styles", "scripts")}})
        for view, pieces in json.loads(said).items()
    }


def script_of(digest: str, tiles: Tiles | None = None) -> str | None:
    """The script with this digest, or None: any process can answer, whoever rendered the page."""
    pieces = render_apart(tiles).values()
    return next((one.script for one in pieces if one.digest == digest), None)


def _main(given: str) -> None:
    """Print the pieces for every view as JSON."""
    tiles = Tiles(**wanted) if (wanted := json.loads(given)) else None
    print(json.dumps({view: dataclasses.asdict(render_map(view, tiles)) for view in VIEWS}))  # noqa: T201  the parent reads it


if __name__ == "__main__":
    _main(sys.argv[1])
