"""Pictures of where one group is: a small map, and what a link to it looks like elsewhere."""

from flask import Blueprint, Response

from usergroups.errors import NotFoundError
from usergroups.formats import map_svg, place_svg, preview
from usergroups.formats.preview import Preview
from usergroups.queries import groups
from usergroups.web import caching, group_map, language, site
from usergroups.web.access import public
from usergroups.web.language import gettext as _

blueprint = site.reads(Blueprint("place_maps", __name__))


@blueprint.get("/groups/<slug>/map.svg")
@public
def show(slug: str) -> Response:
    """Where a group is, with the groups about."""
    if groups.state_of(slug) is None:
        raise NotFoundError("there is no such group")
    answer = caching.page(lambda: _drawn(slug), site.federation().map_version)
    answer.mimetype = "image/svg+xml"
    answer.headers["Content-Security-Policy"] = map_svg.CONTENT_SECURITY_POLICY
    return answer


def _drawn(slug: str) -> str:
    group = groups.known(slug)
    at = (group.latitude, group.longitude)
    about = group_map.index().viewport(place_svg.box_round(*at), place_svg.ZOOM)
    others = [row for row in about if slug not in row]
    place = f"{group.city}, {language.country(group.country)}"
    title = _("Map around %(city)s", city=place)
    return place_svg.render_place(*at, others, title=title, description=group.name)


@blueprint.get("/groups/<slug>/preview.png")
@public
def shared(slug: str) -> Response:
    """A group's name beside a map, for whoever shows a link to it."""
    if groups.state_of(slug) is None:
        raise NotFoundError("there is no such group")
    seen = _seen(slug)
    etag = caching.tag(seen)
    answer = Response(status=304)
    if not caching.is_known(etag):
        answer = Response(preview.draw(seen), mimetype="image/png")
    answer.headers["ETag"] = f'W/"{etag}"'
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


def _seen(slug: str) -> Preview:
    group = groups.known(slug)
    return Preview(
        name=group.name,
        place=f"{group.city}, {language.country(group.country)}",
        federation=site.federation().name,
        latitude=group.latitude,
        longitude=group.longitude,
    )
