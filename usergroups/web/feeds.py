"""The calendars we publish. Who asks again for what has not changed costs one query and no body.

These answers set no cookie and vary by nothing but their encoding, so any cache may keep them.
They know no session, no language and no page: they are given before Flask wakes up for them, and
Flask has the same routes for what is to be said on a page, such as that there is no such group.
"""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Flask, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_date
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Request, Response

from usergroups import db
from usergroups.assets import release
from usergroups.errors import DomainError, NotFoundError
from usergroups.links import Links
from usergroups.queries import feeds as queries
from usergroups.queries.feeds import FeedState
from usergroups.services import feeds as services
from usergroups.web.access import public

blueprint = Blueprint("feeds", __name__)

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_SAFE = ("GET", "HEAD")
_HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Cache-Control": "public, max-age=900, stale-while-revalidate=3600",
    "Vary": "Accept-Encoding",
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}


@blueprint.get("/groups/<slug>/calendar.ics")
@public
def group(slug: str) -> Response:
    """A group's meetups; ?past=all for every one it ever had."""
    return _of_group(request, _links(), slug)


@blueprint.get("/calendar.ics")
@public
def federation() -> Response:
    """The meetups of all groups."""
    return _of_federation(request, _links())


@blueprint.get("/events/<public_id>.ics")
@public
def event(public_id: str) -> Response:
    """One meetup."""
    return _of_event(request, _links(), public_id)


def before_flask(app: Flask, behind: Wsgi) -> Wsgi:
    """Give the feeds that can be given at once; everything else is for whoever stands behind."""
    routes = app.url_map.bind("")
    links: Links = app.extensions["links"]
    feeds: dict[str, Callable[..., Response]] = {
        "feeds.group": _of_group,
        "feeds.federation": _of_federation,
        "feeds.event": _of_event,
    }

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in _SAFE or not environ["PATH_INFO"].endswith(".ics"):
            return behind(environ, start_response)
        asked = Request(environ)
        try:
            endpoint, values = routes.match(asked.path, "GET")
            answer = feeds[endpoint](asked, links, **values)
        except (HTTPException, RequestRedirect, DomainError, KeyError):
            return behind(environ, start_response)
        return answer(environ, start_response)

    return serve


def _links() -> Links:
    links: Links = current_app.extensions["links"]
    return links


def _of_group(asked: Request, links: Links, slug: str) -> Response:
    everything = asked.args.get("past") == "all" if asked.query_string else False
    state = queries.of_group(slug, everything=everything, whole=not _has_validators(asked))
    return _answer(asked, links, state, slug)


def _of_federation(asked: Request, links: Links) -> Response:
    return _answer(asked, links, queries.of_federation(whole=not _has_validators(asked)), "meetups")


def _of_event(asked: Request, links: Links, public_id: str) -> Response:
    state = queries.of_event(public_id, whole=not _has_validators(asked))
    return _answer(asked, links, state, public_id)


def _has_validators(asked: Request) -> bool:
    """Whether a 304 may do, so that the bytes need not be read with the state."""
    return "HTTP_IF_NONE_MATCH" in asked.environ or "HTTP_IF_MODIFIED_SINCE" in asked.environ


def _answer(asked: Request, links: Links, state: FeedState | None, name: str) -> Response:
    if state is None:
        raise NotFoundError("there is no such calendar")
    if not state.is_fresh(release()):
        with db.transaction():
            state = services.build(state, links, release())
    zipped = "gzip" in asked.environ.get("HTTP_ACCEPT_ENCODING", "")
    headers = _HEADERS | {
        "ETag": f'"{state.etag}-gz"' if zipped else f'"{state.etag}"',
        "Last-Modified": state.last_modified,
    }
    if _is_known(asked, state):
        return Response(status=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{_ascii(name)}.ics"'
    body = state.gzipped or queries.stored_bytes(state)
    if zipped:
        return Response(body, headers=headers | {"Content-Encoding": "gzip"})
    return Response(gzip.decompress(body), headers=headers)


def _is_known(asked: Request, state: FeedState) -> bool:
    """Whether the asker has this feed (RFC 9110 section 13.2.2: If-None-Match decides first)."""
    given = asked.environ.get("HTTP_IF_NONE_MATCH")
    if given is not None:
        tags = {tag.strip().removeprefix("W/").strip('"') for tag in given.split(",")}
        return bool(tags & {"*", state.etag, f"{state.etag}-gz"})
    since, changed = asked.if_modified_since, parse_date(state.last_modified)
    return since is not None and changed is not None and changed <= since


def _ascii(name: str) -> str:
    return name.encode("ascii", "ignore").decode() or "calendar"
