"""The calendars we publish. Who asks again for what has not changed costs one query and no body.

These answers set no cookie and vary by nothing but their encoding, so any cache may keep them.
"""

import gzip

from flask import Blueprint, Response, current_app, request
from werkzeug.http import parse_date

from usergroups import db
from usergroups.assets import release
from usergroups.errors import NotFoundError
from usergroups.queries import feeds as queries
from usergroups.queries.feeds import FeedState
from usergroups.services import feeds as services
from usergroups.web.access import public

blueprint = Blueprint("feeds", __name__)

_HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Cache-Control": "public, max-age=900, stale-while-revalidate=3600",
    "Vary": "Accept-Encoding",
    "Access-Control-Allow-Origin": "*",
}


@blueprint.get("/groups/<slug>/calendar.ics")
@public
def group(slug: str) -> Response:
    """A group's meetups; ?past=all for every one it ever had."""
    everything = request.args.get("past") == "all"
    return _answer(queries.of_group(slug, everything=everything), slug)


@blueprint.get("/calendar.ics")
@public
def federation() -> Response:
    """The meetups of all groups."""
    return _answer(queries.of_federation(), "meetups")


@blueprint.get("/events/<public_id>.ics")
@public
def event(public_id: str) -> Response:
    """One meetup."""
    return _answer(queries.of_event(public_id), public_id)


def _answer(state: FeedState | None, name: str) -> Response:
    if state is None:
        raise NotFoundError("there is no such calendar")
    if not state.is_fresh(release()):
        with db.transaction():
            state = services.build(state, current_app.extensions["links"], release())
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = _HEADERS | {
        "ETag": f'"{state.etag}-gz"' if zipped else f'"{state.etag}"',
        "Last-Modified": state.last_modified,
    }
    if _is_known(state):
        return Response(status=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{_ascii(name)}.ics"'
    body = queries.stored_bytes(state)
    if zipped:
        return Response(body, headers=headers | {"Content-Encoding": "gzip"})
    return Response(gzip.decompress(body), headers=headers)


def _is_known(state: FeedState) -> bool:
    """Whether the asker has this feed (RFC 9110 section 13.2.2: If-None-Match decides first)."""
    given = request.headers.get("If-None-Match")
    if given is not None:
        tags = {tag.strip().removeprefix("W/").strip('"') for tag in given.split(",")}
        return bool(tags & {"*", state.etag, f"{state.etag}-gz"})
    since, changed = request.if_modified_since, parse_date(state.last_modified)
    return since is not None and changed is not None and changed <= since


def _ascii(name: str) -> str:
    return name.encode("ascii", "ignore").decode() or "calendar"
