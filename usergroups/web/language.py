"""The language of an answer: what the reader's browser asks for, as far as we speak it."""

from functools import lru_cache

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel

# English as it is written outside the United States unless somebody asks for theirs.
LOCALES = {"en": "en_150", "en-GB": "en_150", "en-US": "en_US"}
_DEFAULT = LOCALES["en"]


def init_app(app: Flask) -> None:
    """Let Flask-Babel translate by what is chosen here."""
    app.config["BABEL_DEFAULT_LOCALE"] = _DEFAULT
    Babel(app, locale_selector=chosen)


def chosen() -> str:
    """The locale of this request, by Accept-Language (RFC 9110 section 12.5.4)."""
    if not has_request_context():
        return _DEFAULT
    if "locale" not in g:
        g.locale = _negotiate(request.headers.get("Accept-Language", ""))
    return str(g.locale)


@lru_cache(maxsize=512)
def _negotiate(header: str) -> str:
    if not header:
        return _DEFAULT
    asked = request.accept_languages.best_match(LOCALES, default="en")
    return LOCALES[asked]


def tag() -> str:
    """The language as HTML names it (BCP 47)."""
    return chosen().replace("_", "-")


def locale() -> Locale:
    """The language as Babel knows it."""
    return known(chosen())


@lru_cache(maxsize=32)
def known(name: str) -> Locale:
    """A locale by its name; made once."""
    return Locale.parse(name)


@lru_cache(maxsize=2048)
def _country(code: str, name: str) -> str:
    return known(name).territories.get(code) or code


def country(code: str) -> str:
    """A country's name in the language of this answer; its code where that has none."""
    return _country(code, chosen())
