"""Suggestions for the name of a place that is being typed."""

import json

from flask import Blueprint, Response, request

from usergroups.web import caching, site
from usergroups.web.access import public

blueprint = Blueprint("places", __name__)

_MOST, _USUAL = 20, 8
_LONGEST = 100


@blueprint.get("/places.json")
@public
def suggest() -> Response:
    """Places whose names begin like `q`, at most `limit`, best first."""
    typed = request.args.get("q", "")[:_LONGEST]
    limit = min(max(request.args.get("limit", _USUAL, type=int), 0), _MOST)
    return caching.json(lambda: _found(typed, limit))


def _found(typed: str, limit: int) -> bytes:
    places = site.gazetteer().suggest(typed, limit) if typed.strip() else []
    return json.dumps([place.as_json() for place in places], ensure_ascii=False).encode()
