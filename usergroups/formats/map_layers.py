"""The map's parts as folium sees them: a map without a CDN, and two plugins of our own."""

from typing import Any

import folium
from branca.element import CssLink, JavascriptLink
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from usergroups import assets


def _named(*files: tuple[str, str]) -> list[tuple[str, str]]:
    return [(name, assets.url(path)) for name, path in files]


class OfflineMap(folium.Map):
    """A folium map whose Leaflet is ours and which brings nothing else along."""

    def __init__(self, *, element_id: str, **options: Any) -> None:
        """Take folium's options; `element_id` without folium's prefix `map_`."""
        super().__init__(tiles=None, **options)
        self._id = element_id
        # On the instance: folium's own lists belong to the class, that is to the whole process.
        self.default_js = _named(("leaflet", "vendor/leaflet/leaflet.js"))
        self.default_css = _named(
            ("leaflet_css", "vendor/leaflet/leaflet.css"), ("map_css", "css/components/map.css")
        )


class VectorBasemap(JSCSSMixin, Layer):
    """Coasts, borders and names from static/basemap, drawn by scripts of static/map."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.vectorBasemap({{ this.options|tojavascript }});
        {% endmacro %}
    """)

    def __init__(self, url: str, attribution: str) -> None:
        """Take the address of the folder of files with its slash, and our own credit."""
        super().__init__(name="ground", overlay=False, control=False, show=True)
        self._name = "VectorBasemap"
        self.default_js = _named(
            ("map_names", "map/names.js"), ("vector_basemap", "map/basemap.js")
        )
        self.options = {"url": url, "attribution": attribution}


class GroupLayer(JSCSSMixin, Layer):
    """Clusters and pins of the view, fetched and drawn by scripts of static/map."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.groupLayer({{ this.options|tojavascript }});
        {% endmacro %}
    """)

    def __init__(self, url: str, pages: str, view: str) -> None:
        """Take the address of the rows, the one below which groups have pages, and the view."""
        super().__init__(name="groups", overlay=True, control=False, show=True)
        self._name = "GroupLayer"
        self.default_js = _named(("map_pins", "map/pins.js"), ("group_layer", "map/groups.js"))
        self.options = {"url": url, "pages": pages, "view": view}


def tile_layer(url: str, attribution: str, most_zoom: int) -> folium.TileLayer:
    """Somebody else's tiles. The attribution is HTML and comes from the operator alone."""
    return folium.TileLayer(
        url,
        attr=attribution,
        max_zoom=most_zoom,
        control=False,
        referrer_policy="strict-origin-when-cross-origin",
    )


def children(element: Any) -> list[Any]:
    """What an element of folium holds, in order."""
    return list(element._children.values())  # noqa: SLF001 - folium has no public way


def links(figure: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses of the style sheets and of the scripts that a rendered figure asks for."""
    asked = children(figure.header)
    return (
        tuple(link.url for link in asked if isinstance(link, CssLink)),
        tuple(link.url for link in asked if isinstance(link, JavascriptLink)),
    )


def number(element: Any, start: int = 0) -> int:
    """Name what an element holds by its place in the tree, not at random; gives the next number."""
    for child in children(element):
        child._id = str(start)  # noqa: SLF001 - folium has no public way
        start = number(child, start + 1)
    return start
