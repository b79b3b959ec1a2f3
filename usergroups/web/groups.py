"""The directory of groups, and a group's page."""

from flask import Blueprint, Response, request

from usergroups.errors import NotFoundError
from usergroups.inputs.search import GroupSearch
from usergroups.models import GroupStatus
from usergroups.queries import events, groups, sponsors
from usergroups.queries.groups import GroupState, ListedGroup
from usergroups.queries.paging import Page
from usergroups.web import caching, finding, site, subscribing
from usergroups.web.access import public
from usergroups.web.facets import facets
from usergroups.web.finding import Asked, Whereabouts
from usergroups.web.kept import kept
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("groups", __name__))

_PAST = 6


@blueprint.get("/groups")
@public
def index() -> Response:
    """The directory: by words, place, country, topic and state."""
    asked = finding.asked(GroupSearch)
    version = site.federation().version
    return caching.page(lambda: _index(asked), version, status=asked.status)


def _index(asked: Asked[GroupSearch]) -> str:
    place = finding.whereabouts(asked.wanted.near) if asked.wanted.near else None
    page = _search(asked.wanted, place)
    meant = finding.whereabouts(asked.wanted.q) if asked.wanted.q and not place else None
    if meant and meant.point and not page.total:
        # Nobody is called that, but a place is: show who is near it.
        place, meant = meant, None
        page = _search(asked.wanted.model_copy(update={"q": ""}), place)
    return render(
        "groups/index.html",
        asked=asked,
        page=page,
        place=place,
        meant=meant,
        facets=facets(),
        subject=subscribing.of_search(
            asked.wanted.country, asked.wanted.topic, place, asked.wanted.within
        ),
        statuses=[status for status in GroupStatus if status is not GroupStatus.ARCHIVED],
    )


def _search(wanted: GroupSearch, place: Whereabouts | None) -> Page[ListedGroup]:
    if place is not None and place.point is None:
        return Page((), 1, 0)
    if place is not None:
        return groups.search(wanted, place.point)
    asked = wanted.q, wanted.country, wanted.topic, wanted.status, wanted.page
    return kept(lambda: groups.search(wanted, None), "groups", *asked)


@blueprint.get("/groups/<slug>")
@public
def show(slug: str) -> Response:
    """A group: what it is, where, what comes, what was, how to subscribe."""
    state = groups.state_of(slug)
    if state is None:
        raise NotFoundError("there is no such group")
    everything = request.args.get("past") == "all"
    name = site.federation().name
    return caching.page(lambda: _show(slug, state, everything=everything), state.version, name)


def _show(slug: str, state: GroupState, *, everything: bool) -> str:
    group = groups.in_full(slug)
    if group is None:
        raise NotFoundError("there is no such group")
    past = events.count_past_of(group.id, together=state.together)
    return render(
        "groups/show.html",
        group=group,
        coming=events.coming_of(group.id, together=state.together),
        past=events.past_of(group.id, most=past if everything else _PAST, together=state.together)
        if past
        else [],
        past_count=past,
        sponsors=sponsors.shown_by(group.id) if state.sponsored else [],
        subject=subscribing.of_group(group.slug, group.name),
    )
