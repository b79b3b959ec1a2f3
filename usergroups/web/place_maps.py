"""Pictures of where something is: a small map, and what a link to it looks like elsewhere."""

from flask import Blueprint, Response

from usergroups.errors import NotFoundError
from usergroups.formats import place_svg, preview
from usergroups.formats.preview import Preview
from usergroups.models import Precision
from usergroups.queries import events, groups
from usergroups.queries.events import ShownEvent
from usergroups.web import caching, dates, group_map, language, site
from usergroups.web.access import public
from usergroups.web.language import gettext as _

blueprint = site.reads(Blueprint("place_maps", __name__))

_MIDDLE = (49.0, 11.0)  # of what most federations begin with


@blueprint.get("/groups/<slug>/map.svg")
@public
def show(slug: str) -> Response:
    """Where a group is, with the groups about."""
    if groups.state_of(slug) is None:
        raise NotFoundError("there is no such group")
    return group_map.drawing(lambda: _drawn(slug))


def _drawn(slug: str) -> str:
    group = groups.known(slug)
    at = (group.latitude, group.longitude)
    return around(at, group.city, group.country, description=group.name, besides=slug)


def around(
    at: tuple[float, float], city: str, country: str, *, description: str, besides: str = ""
) -> str:
    """A place with the groups about, but one, as an SVG document."""
    about = group_map.index().viewport(place_svg.box_round(*at), place_svg.ZOOM)
    others = [row for row in about if not besides or besides not in row]
    title = _("Map around %(city)s", city=f"{city}, {language.country(country)}")
    return place_svg.render_place(*at, others, title=title, description=description)


@blueprint.get("/groups/<slug>/preview.png")
@public
def shared(slug: str) -> Response:
    """A group's name beside a map, for whoever shows a link to it."""
    if groups.state_of(slug) is None:
        raise NotFoundError("there is no such group")
    return _picture(_seen(slug))


@blueprint.get("/events/<public_id>/preview.png")
@public
def shared_meetup(public_id: str) -> Response:
    """A meetup's day and title beside a map, for the same."""
    event = events.by_public_id(public_id)
    if event is None:
        raise NotFoundError("there is no such meetup")
    return _picture(_seen_meetup(event))


@blueprint.get("/preview.png")
@public
def shared_site() -> Response:
    """What the federation is called, beside a map, for links to all other pages."""
    facts = site.federation()
    return _picture(Preview(facts.tagline or facts.name, "", facts.name, *_MIDDLE, has_pin=False))


def _picture(seen: Preview) -> Response:
    etag = caching.tag(seen)
    answer = Response(status=304)
    if not caching.is_known(etag):
        answer = Response(preview.draw(seen), mimetype="image/png")
    answer.headers["ETag"] = f'W/"{etag}"'
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


def _seen_meetup(event: ShownEvent) -> Preview:
    group = groups.known(event.group.slug)
    at, is_open = event.local_start, event.precision is not Precision.EXACT
    return Preview(
        name=event.title,
        place=f"{group.city}, {language.country(group.country)}",
        federation=site.federation().name,
        latitude=event.latitude or group.latitude,
        longitude=event.longitude or group.longitude,
        month=dates.short_month(at),
        day="?" if is_open else str(at.day),
        when=dates.period(at, event.precision) if is_open else dates.full_day(at),
    )


def _seen(slug: str) -> Preview:
    group = groups.known(slug)
    return Preview(
        name=group.name,
        place=f"{group.city}, {language.country(group.country)}",
        federation=site.federation().name,
        latitude=group.latitude,
        longitude=group.longitude,
    )
