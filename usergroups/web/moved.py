"""Old addresses of groups: they lead to the new ones, whatever page it was that somebody knew.

So do those of meetups that were there twice, in two groups that became one or on several sites.
"""

from collections.abc import Mapping

from flask import Response, redirect, request, url_for

from usergroups.queries import doubles, events, feeds, groups
from usergroups.web import site

# Long enough to spare us, short enough for a group that takes its old address up again.
_KEPT = "public, max-age=300"
_A_TITLE = ("slug", "events")


def answer() -> Response | None:
    """The way to where this page is now (RFC 9110 section 15.4); None if nothing has moved.

    Calendar programs follow it, and so do forms, which keep what they send.
    """
    given = dict(request.view_args or {})
    site.open_reading()
    now = _now(given)
    if request.endpoint is None or not now:
        return None
    address = url_for(request.endpoint, **given | now)
    query = request.query_string.decode("ascii", "replace")
    is_asking = request.method in {"GET", "HEAD"}
    found = redirect(f"{address}?{query}" if query else address, 301 if is_asking else 308)
    found.headers["Cache-Control"] = _KEPT if is_asking else "no-store"
    return found  # type: ignore[return-value]  # Flask's redirect makes a Flask response


def is_gone() -> bool:
    """Whether the meetup of this page was there for everybody, and will not come back."""
    public_id = (request.view_args or {}).get("public_id")
    if public_id is None:
        return False
    site.open_reading()
    return feeds.is_gone(str(public_id))


def _now(given: Mapping[str, object]) -> dict[str, str]:
    """What names in an address are by now, where they are not what they were."""
    former = {"slug": groups.moved_to, "public_id": _other_meetup}
    # A meetup's own page ends in its title, which is no group.
    asked = [name for name in former if name in given and (name, request.blueprint) != _A_TITLE]
    found = {name: former[name](str(given[name])) for name in asked}
    return {name: value for name, value in found.items() if value}


def _other_meetup(public_id: str) -> str | None:
    return events.merged_into(public_id) or doubles.remaining(public_id)
