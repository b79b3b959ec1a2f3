"""Old addresses of groups: they lead to the new ones, whatever page it was that somebody knew."""

from flask import Response, redirect, request, url_for

from usergroups.queries import groups
from usergroups.web import site

# Long enough to spare us, short enough for a group that takes its old address up again.
_KEPT = "public, max-age=300"


def answer() -> Response | None:
    """The way to where this page is now (RFC 9110 section 15.4); None if no group has moved.

    Calendar programs follow it, and so do forms, which keep what they send.
    """
    given = dict(request.view_args or {})
    if request.endpoint is None or "slug" not in given or "public_id" in given:
        return None
    site.open_reading()
    slug = groups.moved_to(str(given["slug"]))
    if slug is None:
        return None
    address = url_for(request.endpoint, **given | {"slug": slug})
    query = request.query_string.decode("ascii", "replace")
    is_asking = request.method in {"GET", "HEAD"}
    found = redirect(f"{address}?{query}" if query else address, 301 if is_asking else 308)
    found.headers["Cache-Control"] = _KEPT if is_asking else "no-store"
    return found  # type: ignore[return-value]  # Flask's redirect makes a Flask response
