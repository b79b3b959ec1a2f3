"""Whether this process is alive, and whether it can serve."""

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from usergroups import db
from usergroups.queries import federation
from usergroups.web.access import public

blueprint = Blueprint("health", __name__)

_HEADERS = {"Cache-Control": "no-store"}


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return _say("ok", 200)


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """The database answers, too."""
    try:
        with db.reading():
            is_ready = federation.is_reachable()
    except SQLAlchemyError:
        is_ready = False
    return _say("ok", 200) if is_ready else _say("the database does not answer", 503)


def _say(text: str, status: int) -> Response:
    return Response(text + "\n", status, _HEADERS, mimetype="text/plain")
