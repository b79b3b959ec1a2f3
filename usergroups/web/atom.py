"""News for feed readers: meetups and recaps, of one group or of all (RFC 4287)."""

import gzip
import hashlib
from collections.abc import Callable, Iterable
from datetime import date

from flask import Blueprint, Response, request
from markupsafe import Markup

from usergroups import clock, language
from usergroups.errors import NotFoundError
from usergroups.formats import atom
from usergroups.formats.atom import Author, Entry, Head, identifier
from usergroups.models import Group
from usergroups.queries import groups, news
from usergroups.queries.news import News
from usergroups.web import caching, dates, site
from usergroups.web.access import public
from usergroups.web.language import gettext as _
from usergroups.web.templating import markdown

blueprint = site.reads(Blueprint("atom", __name__))

# No day before there were such feeds: part of an id, which never changes.
_SINCE = date(2026, 11, 1)
_HEADERS = {
    "Content-Type": "application/atom+xml; charset=utf-8",
    "Cache-Control": "public, max-age=900, stale-while-revalidate=3600",
    "Vary": "Accept-Encoding",
    "Access-Control-Allow-Origin": "*",
}


@blueprint.get("/groups/<slug>/feed.atom")
@public
def group(slug: str) -> Response:
    """The news of a group."""
    state = groups.state_of(slug)
    if state is None:
        raise NotFoundError("there is no such group")
    return _answer(lambda: _of_group(groups.known(slug)), "group", slug, state.version)


@blueprint.get("/feed.atom")
@public
def federation() -> Response:
    """The news of all groups."""
    return _answer(_of_federation, "federation", site.federation().version)


def _answer(make: Callable[[], bytes], *versions: object) -> Response:
    """The feed, made only for who has not got it. It speaks one language to all readers."""
    language.choose(language.DEFAULT)
    name = site.federation().name
    made = (*versions, name, clock.today(), caching.release(), site.links().base)
    tag = hashlib.sha256(repr(made).encode()).hexdigest()[:32]
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = _HEADERS | {"ETag": f'"{tag}-gz"' if zipped else f'"{tag}"'}
    if caching.is_known(tag) or caching.is_known(f"{tag}-gz"):
        return Response(status=304, headers=headers)
    body = make()
    if zipped:
        body, headers["Content-Encoding"] = gzip.compress(body, mtime=0), "gzip"
    return Response(body, headers=headers)


def _of_group(one: Group) -> bytes:
    links = site.links()
    author = Author(one.name, links.group(one.slug))
    head = Head(
        id=identifier(links.base, one.created_at.date(), "groups", one.id),
        title=one.name,
        subtitle=one.summary,
        url=author.url,
        source_url=links.group_atom(one.slug),
        language=language.tag(),
        updated_at=one.created_at,
        author=author,
    )
    return atom.write(head, _entries(one.id))


def _of_federation() -> bytes:
    links, facts = site.links(), site.federation()
    head = Head(
        id=identifier(links.base, _SINCE, "federation"),
        title=facts.name,
        subtitle=facts.tagline,
        url=links.home(),
        source_url=links.atom(),
        language=language.tag(),
        updated_at=facts.revised_at,
        author=Author(facts.name, links.home()),
    )
    return atom.write(head, _entries(None))


def _entries(group_id: int | None) -> Iterable[Entry]:
    """What happened last first."""
    told = [_meetup(one) for one in news.announced(group_id)]
    told += [_recap(one) for one in news.recaps(group_id)]
    return sorted(told, key=lambda entry: entry.updated_at, reverse=True)


def _meetup(one: News) -> Entry:
    links = site.links()
    title = _("Cancelled: %(title)s", title=one.title) if one.is_cancelled else one.title
    return Entry(
        id=identifier(links.base, one.created_at.date(), "meetups", one.public_id),
        title=title,
        url=links.event(one.public_id, one.slug),
        html=Markup("<p><strong>{}</strong><br>{}</p>").format(_when(one), _where(one))
        + markdown(one.description),
        updated_at=one.revised_at,
        author=Author(one.group_name, links.group(one.group_slug)),
    )


def _recap(one: News) -> Entry:
    links = site.links()
    return Entry(
        id=identifier(links.base, one.created_at.date(), "recaps", one.public_id),
        title=_("How it was: %(title)s", title=one.title),
        url=links.event(one.public_id, one.slug),
        html=Markup("<p><strong>{}</strong><br>{}</p>").format(_when(one), _where(one))
        + markdown(one.recap),
        updated_at=one.recap_revised_at or one.revised_at,
        author=Author(one.group_name, links.group(one.group_slug)),
        published_at=one.recap_published_at,
    )


def _when(one: News) -> str:
    at, until = one.local_start, one.local_end
    if one.precision != "exact":
        return dates.period(at, one.precision)
    if one.all_day:
        return dates.full_day(at)
    hours = f"{dates.clock_time(at)}–{dates.clock_time(until)}"
    return f"{dates.full_day(at)}, {hours} ({dates.offset(at)})"


def _where(one: News) -> str:
    if one.attendance == "online":
        return _("Online")
    return f"{one.venue}, {one.city}" if one.venue else one.city
