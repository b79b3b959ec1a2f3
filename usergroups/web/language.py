"""The language of an answer: what the reader chose, else what their browser asks for.

A choice is kept in a cookie, so that pages that know nobody have it, too, and caches tell readers
apart by `Vary`; people with an account are asked in theirs on pages that know them.
"""

from functools import lru_cache

from flask import Flask, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response

from usergroups import language
from usergroups.language import (
    chosen,
    country,
    direction,
    gettext,
    known,
    locale,
    ngettext,
    own_name,
    plain_tag,
    tag,
)

__all__ = [
    "chosen", "country", "direction", "gettext", "init_app", "keep", "known", "locale", "ngettext",
    "own_name", "plain_tag", "tag",
]  # fmt: skip

COOKIE = "language"
_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Choose before each request; let templates and Flask-Babel translate by that."""
    app.config["BABEL_DEFAULT_LOCALE"] = language.DEFAULT
    Babel(app, locale_selector=chosen)
    app.before_request(_choose)
    # Flask-Babel would look up the request, the locale and the catalog again for every word.
    app.jinja_env.install_gettext_callables(gettext, language.plural, newstyle=True)  # type: ignore[attr-defined]  # of Jinja's i18n extension


def keep(answer: Response, tag: str) -> None:
    """Let a browser keep a choice for a year. It says nothing of who chose."""
    answer.set_cookie(
        COOKIE, tag, max_age=_YEAR, secure=request.is_secure, httponly=True, samesite="Lax"
    )


def _choose() -> None:
    header = request.headers.get("Accept-Language", "")
    language.choose(_negotiate(request.cookies.get(COOKIE, "")[:35], header[:500]))


@lru_cache(maxsize=512)
def _negotiate(kept: str, header: str) -> str:
    """By what was chosen, else by Accept-Language (RFC 9110 section 12.5.4)."""
    asked = parse_accept_header(header, LanguageAccept)
    return language.nearest(kept, *(tag for tag, quality in asked if quality))
