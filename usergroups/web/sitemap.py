"""What machines are told of the site: which pages there are, where to look, how to install it."""

import json
from collections.abc import Callable, Iterable
from xml.sax.saxutils import escape

from flask import Blueprint, Response

from usergroups import assets
from usergroups.errors import NotFoundError
from usergroups.inputs.appearance import USUAL_COLOUR
from usergroups.queries import sitemap
from usergroups.web import caching, site
from usergroups.web.access import public

blueprint = site.reads(Blueprint("sitemap", __name__))

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_PAGES = ("/", "/groups", "/events", "/map", "/charter", "/privacy",
          "/calendar-doctor")  # fmt: skip
# What is somebody's own, or a form that leads to it.
_NOT_FOR_ROBOTS = ("/me", "/organize/", "/steward", "/rsvp/", "/join/", "/contact/", "/search?")


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Everything but people's own pages (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS)]
    lines += ["", f"Sitemap: {site.links().page('/sitemap.xml')}"]
    answer = Response("\n".join(lines) + "\n", mimetype="text/plain")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@blueprint.get("/site.webmanifest")
@public
def manifest() -> Response:
    """How the site looks among the programs of a phone (W3C Web Application Manifest)."""
    answer = caching.json(_manifest, site.federation().version)
    answer.mimetype = "application/manifest+json"
    return answer


def _manifest() -> bytes:
    facts = site.federation()
    said = {
        "name": facts.name, "short_name": facts.name[:20], "description": facts.tagline,
        "start_url": "/", "scope": "/", "display": "minimal-ui",
        "background_color": "#fbf8f2", "theme_color": facts.colour or USUAL_COLOUR,
        "icons": [
            {"src": assets.url("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(
                {"src": assets.url(f"img/icon-{size}.png"), "sizes": f"{size}x{size}",
                 "type": "image/png", "purpose": "any maskable"}
                for size in (192, 512)
            ),
        ],
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False).encode()


@blueprint.get("/sitemap.xml")
@public
def index() -> Response:
    """The parts there are."""
    return _xml(_index)


@blueprint.get("/sitemap/<any(pages, groups, events):kind>-<int:number>.xml")
@public
def show(kind: str, number: int) -> Response:
    """A part: pages and countries, groups, or meetups; parts are counted from 1."""
    if number not in range(1, _parts()[kind] + 1):
        raise NotFoundError("the sitemap has no such part")
    made = {"pages": _of_pages, "groups": _of_groups, "events": _of_events}[kind]
    return _xml(lambda: made(number - 1))


def _xml(make: Callable[[], str]) -> Response:
    answer = caching.page(make, site.federation().version)
    answer.mimetype = "application/xml"
    return answer


def _parts() -> dict[str, int]:
    groups, events = sitemap.counts()
    return {"pages": 1, "groups": -(-groups // sitemap.PART), "events": -(-events // sitemap.PART)}


def _index() -> str:
    at = f"{site.federation().revised_at:%Y-%m-%dT%H:%M:%SZ}"
    named = (f"{kind}-{n + 1}" for kind, parts in _parts().items() for n in range(parts))
    body = "\n".join(
        f"<sitemap><loc>{site.links().page(f'/sitemap/{name}.xml')}</loc><lastmod>{at}</lastmod>"
        "</sitemap>"
        for name in named
    )
    return f"{_XML}<sitemapindex {_SPACE}>\n{body}\n</sitemapindex>\n"


def _of_pages(_part: int) -> str:
    countries = (f"/countries/{code}" for code in sitemap.countries())
    return _urls((site.links().page(path), "") for path in (*_PAGES, *countries))


def _of_groups(part: int) -> str:
    links = site.links()
    return _urls(
        (links.group(one.slug), f"{one.revised_at:%Y-%m-%d}") for one in sitemap.groups(part)
    )


def _of_events(part: int) -> str:
    links = site.links()
    return _urls(
        (links.event(one.key, one.slug), f"{one.revised_at:%Y-%m-%d}")
        for one in sitemap.events(part)
    )


def _urls(pages: Iterable[tuple[str, str]]) -> str:
    body = "\n".join(
        f"<url><loc>{escape(address)}</loc>{f'<lastmod>{on}</lastmod>' if on else ''}</url>"
        for address, on in pages
    )
    return f"{_XML}<urlset {_SPACE}>\n{body}\n</urlset>\n"
