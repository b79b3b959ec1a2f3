"""The calendars we publish. Who asks again for what has not changed costs one query and no body.

These answers set no cookie and vary by nothing but their encoding, so any cache may keep them.
They know no session, no language and no page: they are given before Flask wakes up for them, and
Flask has the same routes for what is to be said on a page, such as that there is no such group.

A calendar of one group or meetup is right at once. One of many groups is at most five minutes
behind (queries/feeds.py: BEHIND): meanwhile it is made anew by a job, and nobody waits.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, redirect, request
from werkzeug.http import parse_date
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import DomainError, InvalidInputError, NotFoundError
from usergroups.inputs.fields import countries
from usergroups.inputs.wanted_calendar import WantedCalendar, wanted_calendar
from usergroups.links import Links
from usergroups.queries import feeds as queries
from usergroups.queries.feeds import FeedState
from usergroups.web import stored_feeds
from usergroups.web.access import public
from usergroups.web.refusals import told

blueprint = Blueprint("feeds", __name__)

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]
Look = Callable[[], FeedState | None]
# A status line, headers, and a body; none where the asker has it.
Answer = tuple[str, Headers, bytes]
_SAFE = ("GET", "HEAD")
_HEADERS = [
    ("Content-Type", "text/calendar; charset=utf-8"),
    ("Cache-Control", "public, max-age=900, stale-while-revalidate=3600"),
    ("Vary", "Accept-Encoding"),
    ("Access-Control-Allow-Origin", "*"),
    ("X-Content-Type-Options", "nosniff"),
]
# What stands at the end of a tag, by encoding: each has bytes of its own (RFC 9110 section 8.8.3).
_MARKS = {"": "", "gzip": "-gz", "br": "-br"}
_GROUPS, _EVENTS, _COUNTRIES, _END = "/groups/", "/events/", "/countries/", "/calendar.ics"


@blueprint.get("/groups/<slug>/calendar.ics")
@public
def group(slug: str) -> AnyResponse:
    """A group's meetups; ?past=all for every one it ever had."""
    return _response(lambda: _of_group(request.environ, slug))


@blueprint.get("/calendar.ics")
@public
def federation() -> AnyResponse:
    """The meetups of all groups, of those about a topic, near a place, or chosen."""
    return _response(lambda: _of_many(request.environ))


@blueprint.get("/countries/<code>/calendar.ics")
@public
def country(code: str) -> AnyResponse:
    """The meetups of a country."""
    if code.upper() not in countries():
        raise NotFoundError("there is no such country")
    if code != code.upper():
        return redirect(f"/countries/{code.upper()}/calendar.ics", 301)
    return _response(lambda: _of_country(request.environ, code))


@blueprint.get("/events/<public_id>.ics")
@public
def event(public_id: str) -> AnyResponse:
    """One meetup."""
    return _response(lambda: _of_event(request.environ, public_id))


def before_flask(app: Flask, behind: Wsgi) -> Wsgi:
    """Give the feeds that can be given at once; everything else is for whoever stands behind."""
    links: Links = app.extensions["links"]

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if not path.endswith(".ics") or environ["REQUEST_METHOD"] not in _SAFE:
            return behind(environ, start_response)
        try:
            found = _routed(environ, path, links)
        except DomainError:
            found = None
        if found is None:
            return behind(environ, start_response)
        status, headers, body = found
        start_response(status, headers)
        return [body] if body and environ["REQUEST_METHOD"] == "GET" else []

    return serve


def _routed(environ: dict[str, Any], path: str, links: Links) -> Answer | None:
    """The answer at an address; None where no feed can be there."""
    environ["usergroups.links"] = links
    if path == _END:
        return _of_many(environ)
    if path.endswith(_END):
        if path.startswith(_GROUPS):
            slug = path[len(_GROUPS) : -len(_END)]
            return _of_group(environ, slug) if "/" not in slug else None
        code = path[len(_COUNTRIES) : -len(_END)]
        known = path.startswith(_COUNTRIES) and code in countries()
        return _of_country(environ, code) if known else None
    public_id = path[len(_EVENTS) : -len(".ics")]
    known = path.startswith(_EVENTS) and "/" not in public_id
    return _of_event(environ, public_id) if known else None


def _of_group(environ: Mapping[str, Any], slug: str) -> Answer:
    if "\0" in slug:
        raise NotFoundError("nothing has a NUL in its address")
    everything = "past=all" in environ.get("QUERY_STRING", "").split("&")
    return _answer(environ, lambda: queries.of_group(slug, everything=everything), slug)


def _of_event(environ: Mapping[str, Any], public_id: str) -> Answer:
    if "\0" in public_id:
        raise NotFoundError("nothing has a NUL in its address")
    return _answer(environ, lambda: queries.of_event(public_id), public_id)


def _of_many(environ: Mapping[str, Any]) -> Answer:
    wanted = _wanted(environ.get("QUERY_STRING", ""))
    return _answer(environ, lambda: queries.of_many(wanted.subject), "meetups")


def _of_country(environ: Mapping[str, Any], code: str) -> Answer:
    return _answer(environ, lambda: queries.of_many(f"country={code}"), f"meetups-{code.lower()}")


@lru_cache(maxsize=1_024)
def _wanted(query: str) -> WantedCalendar:
    return wanted_calendar(query)


def _answer(environ: Mapping[str, Any], look: Look, name: str) -> Answer:
    encoding = _encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    body = None
    while body is None:  # another build may take the place of the one just looked at
        state = stored_feeds.current(look, environ["usergroups.links"])
        headers = [
            *_HEADERS,
            ("ETag", f'"{state.etag}{_MARKS[encoding]}"'),
            ("Last-Modified", state.last_modified),
        ]
        if _is_known(environ, state):
            return "304 NOT MODIFIED", headers, b""
        body = stored_feeds.body(state, encoding)
    headers.append(("Content-Disposition", f'inline; filename="{_ascii(name)}.ics"'))
    if encoding:
        headers.append(("Content-Encoding", encoding))
    headers.append(("Content-Length", str(len(body))))
    return "200 OK", headers, body


def _encoding(accepted: str) -> str:
    """The densest of our encodings that is accepted (RFC 9110 section 12.5.3)."""
    if not accepted:
        return ""
    offered = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        offered[name.strip()] = weight.replace(" ", "").rstrip("0.") != "q="
    others = offered.get("*", False)
    return next((name for name in ("br", "gzip") if offered.get(name, others)), "")


def _is_known(environ: Mapping[str, Any], state: FeedState) -> bool:
    """Whether the asker has this feed (RFC 9110 section 13.2.2: If-None-Match decides first)."""
    given = environ.get("HTTP_IF_NONE_MATCH")
    if given is not None:
        tags = {tag.strip().removeprefix("W/").strip('"') for tag in given.split(",")}
        return "*" in tags or any(state.etag + mark in tags for mark in _MARKS.values())
    since = parse_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    changed = parse_date(state.last_modified) if since is not None else None
    return since is not None and changed is not None and changed <= since


def _response(answer: Callable[[], Answer]) -> AnyResponse:
    """The same within Flask, which says on a page what is not there."""
    request.environ["usergroups.links"] = current_app.extensions["links"]
    try:
        status, headers, body = answer()
    except InvalidInputError as wrong:
        lines = [f"{name}: {told(why)}" for name, why in wrong.refusals.items()]
        return Response("\n".join([*lines, ""]), 400, mimetype="text/plain")
    return Response(body, status, headers)


def _ascii(name: str) -> str:
    return quote(name.encode("ascii", "ignore").decode(), safe="") or "calendar"
