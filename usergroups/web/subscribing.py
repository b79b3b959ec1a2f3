"""Subscribing: which calendar a page offers, and how each program takes it over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, request

from usergroups.errors import NotFoundError
from usergroups.inputs.search import GroupSearch, SubscribeSearch
from usergroups.queries import groups
from usergroups.web import caching, finding, language, qr, site
from usergroups.web.access import public
from usergroups.web.facets import facets
from usergroups.web.finding import Whereabouts
from usergroups.web.language import gettext as _
from usergroups.web.templating import render, webcal

blueprint = site.reads(Blueprint("subscribing", __name__))

# Around a place, unless somebody says how far; no feed goes further than the second.
_NEAR_KM, _FARTHEST_KM = 100.0, 500.0
# What a feed of chosen groups takes, and how many of them a name names.
MOST_GROUPS, _NAMED = 50, 3
# Longer ones make codes that cameras cannot tell apart.
_LONGEST_IN_CODE = 500


@dataclass(frozen=True, slots=True)
class Ways:
    """The address of a calendar, and what hands it over to programs; followed by people alone."""

    address: str
    # Apple, Thunderbird, GNOME, KDE: whatever this machine opens calendars with.
    webcal: str
    google: str
    outlook: str
    office: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A calendar that a page offers: what it holds, where it is, how /subscribe knows it."""

    name: str
    address: str
    query: Mapping[str, str]

    @property
    def has_code(self) -> bool:
        """Whether phones can read its address as a picture."""
        return len(self.address) <= _LONGEST_IN_CODE

    @property
    def ways(self) -> Ways:
        """How programs take it over."""
        return ways(self.address, self.name)


def ways(address: str, name: str) -> Ways:
    """How to subscribe to the calendar at an address, under a name."""
    taken = webcal(address)
    named = f"url={quote(address, safe='')}&name={quote(name, safe='')}"
    return Ways(
        address=address,
        webcal=taken,
        google=f"https://calendar.google.com/calendar/r?cid={quote(taken, safe='')}",
        outlook=f"https://outlook.live.com/calendar/0/addfromweb?{named}",
        office=f"https://outlook.office.com/calendar/0/addfromweb?{named}",
    )


def of_group(slug: str, name: str) -> Subject:
    """The calendar of a group."""
    return Subject(name, site.links().group_calendar(slug), {"group": slug})


def of_search(
    country: str | None, topic: str, place: Whereabouts | None, within: float | None
) -> Subject:
    """The calendar of what is on in a country, about a topic, near a place; of everything."""
    point = place.point if place else None
    query = {"country": country or "", "topic": topic}
    if point is not None:
        query["near"] = f"{point.latitude:.2f},{point.longitude:.2f}"
        query["within"] = f"{min(within or _NEAR_KM, _FARTHEST_KM):g}"
    query = {name: value for name, value in query.items() if value}
    parts = [
        _("in %(country)s", country=language.country(country)) if country else "",
        _("about %(topic)s", topic=_topic(topic)) if topic else "",
        _("within %(km)s km of %(place)s", km=query["within"], place=place.label)
        if place and point
        else "",
    ]
    told = " ".join(part for part in parts if part)
    name = _("Meetups %(which)s", which=told) if told else site.federation().name
    return Subject(name, _address(query), query)


def of_chosen(slugs: Sequence[str]) -> Subject:
    """The calendar of several groups. Raises NotFoundError where none of them is there."""
    found = groups.named(slugs[:MOST_GROUPS])
    if not found:
        raise NotFoundError("there are no such groups")
    names = ", ".join(name for _slug, name in found[:_NAMED])
    more = len(found) - _NAMED
    chosen = ",".join(slug for slug, _name in found)
    name = _("%(names)s and %(more)s more", names=names, more=more) if more > 0 else names
    return Subject(name, site.links().calendar(groups=chosen), {"groups": chosen})


@blueprint.get("/subscribe")
@public
def show() -> Response:
    """One calendar, with all the ways to take it over."""
    asked = finding.asked(SubscribeSearch)
    version = site.federation().version
    return caching.page(lambda: _show(asked.wanted), version, status=asked.status)


@blueprint.get("/subscribe/groups")
@public
def choose() -> Response:
    """Groups to choose from, for one calendar of all that are chosen."""
    asked = finding.asked(GroupSearch)
    chosen = _chosen()
    return caching.page(
        lambda: render(
            "subscribe/groups.html",
            asked=asked,
            page=groups.search(asked.wanted, None),
            chosen=groups.named(chosen[:MOST_GROUPS]),
            most=MOST_GROUPS,
        ),
        site.federation().version,
        status=asked.status,
    )


@blueprint.get("/subscribe/code.svg")
@public
def code() -> Response:
    """The address of a calendar as a picture for phones; of our own calendars alone."""
    asked = finding.asked(SubscribeSearch)
    address = _address_wanted(asked.wanted)
    if asked.wrong or len(address) > _LONGEST_IN_CODE:
        raise NotFoundError("there is no code for this")
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(qr.drawing(webcal(address)), headers=headers, mimetype="image/svg+xml")


def _address_wanted(wanted: SubscribeSearch) -> str:
    """The address that was asked for, without looking whether there is anything."""
    if wanted.group:
        return site.links().group_calendar(wanted.group)
    given = wanted.model_dump(exclude={"group"}, exclude_none=True)
    told = {name: f"{value:g}" if name == "within" else value for name, value in given.items()}
    told["groups"] = ",".join(_chosen())
    return _address({name: value for name, value in told.items() if value})


def _show(wanted: SubscribeSearch) -> str:
    group = groups.known(groups.moved_to(wanted.group) or wanted.group) if wanted.group else None
    subject = of_group(group.slug, group.name) if group else _subject(wanted)
    return render("subscribe/show.html", subject=subject, group=group)


def _subject(wanted: SubscribeSearch) -> Subject:
    if chosen := _chosen():
        return of_chosen(chosen)
    place = finding.whereabouts(wanted.near) if wanted.near else None
    return of_search(wanted.country, wanted.topic, place, wanted.within)


def _chosen() -> list[str]:
    """The groups that were chosen: each by itself, as forms send them, or with commas between."""
    given = ",".join(request.args.getlist("groups")).split(",")
    return list(dict.fromkeys(slug.strip() for slug in given if slug.strip()))


def _address(query: Mapping[str, str]) -> str:
    """A country alone has a calendar of its own."""
    if set(query) == {"country"}:
        return site.links().country_calendar(query["country"])
    return site.links().calendar(**query)


def _topic(slug: str) -> str:
    return next((one.name for one in facets().topics if one.slug == slug), slug)
