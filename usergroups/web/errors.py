"""Pages for what went wrong: they say what to do next."""

import json
from datetime import timedelta

from babel.dates import format_timedelta
from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import DomainError, GoneError, NotFoundError
from usergroups.web import language, moved, site
from usergroups.web.error_words import next_steps, told
from usergroups.web.language import gettext as _
from usergroups.web.limits import TooOftenError
from usergroups.web.near import Near, near
from usergroups.web.templating import render

# Not Found and Gone: something like it may be there.
_NOWHERE = {404, 410}
_NO_STORE = {"Cache-Control": "no-store"}
# What stands in addresses and opens doors, by the name that routes have for it.
_SECRETS = {"secret", "token"}


def init_app(app: Flask) -> None:
    """Answer refusals and defects with pages."""
    app.before_request(_refuse_nul)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _defect)


def _refuse_nul() -> None:
    """Nothing has a NUL in its address, and PostgreSQL will not even be asked for it."""
    if "\0" in request.path:
        raise NotFound  # not ours, which would look for where a group of that name has moved


def _refused(error: DomainError) -> Response:
    if isinstance(error, NotFoundError) and (elsewhere := moved.answer()):
        return elsewhere
    if isinstance(error, NotFoundError) and moved.is_gone():
        return _answer(GoneError.status)
    if not isinstance(error, TooOftenError):
        return _answer(error.status)
    wait = format_timedelta(timedelta(seconds=error.seconds), threshold=1, locale=language.locale())
    advice = _("Nothing is wrong with what you entered. Try again in %(wait)s.", wait=wait)
    answer = _answer(error.status, advice)
    answer.headers["Retry-After"] = str(error.seconds)  # RFC 9110 section 10.2.3
    return answer


def _http(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < 400:  # noqa: PLR2004  a redirect is no error
        return error.get_response()
    answer = _answer(error.code)
    if error.code == 405:  # noqa: PLR2004  Method Not Allowed names those that are (RFC 9110)
        answer.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return answer


def _defect(error: Exception) -> Response:
    current_app.logger.error("%s %s", request.method, _path_without_secrets(), exc_info=error)
    return _answer(500)


def _path_without_secrets() -> str:
    """The address as logs may hold it: whoever reads them shall get in nowhere."""
    path, given = request.path, request.view_args or {}
    for name in _SECRETS & given.keys():
        path = path.replace(str(given[name]), "…")
    return path


def _answer(status: int, advice: str = "") -> Response:
    title, usual = told(status)
    advice = advice or usual
    if _wants_json():
        return _problem(status, title, advice)
    try:
        site.open_reading()
        about = near(request.path) if status in _NOWHERE else Near()
        steps = next_steps(status)
        page = render(
            "errors/error.html", status=status, title=title, advice=advice, near=about, steps=steps
        )
    except SQLAlchemyError:
        page = _bare(title, advice)
    return Response(page, status, _NO_STORE)


def _wants_json() -> bool:
    """Whether a program asks: by what it takes, or for an address that ends so."""
    takes = request.accept_mimetypes
    kinds = ["text/html", "application/json", "application/problem+json"]
    asked = "Accept" in request.headers and takes.best_match(kinds, "text/html") != "text/html"
    return asked or request.path.endswith(".json")


def _problem(status: int, title: str, advice: str) -> Response:
    """The same for programs (RFC 9457)."""
    said = json.dumps({"title": title, "status": status, "detail": advice}, ensure_ascii=False)
    return Response(f"{said}\n", status, _NO_STORE, mimetype="application/problem+json")


def _bare(title: str, advice: str) -> str:
    """A page that needs nothing, for when the database is away."""
    return current_app.jinja_env.get_template("errors/bare.html").render(
        title=title, advice=advice, lang=language.tag(), direction=language.direction()
    )
