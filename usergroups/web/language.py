"""The language of an answer: what the reader's browser asks for, as far as we speak it."""

from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations
from typing import cast

from babel import Locale
from flask import Flask, request
from flask_babel import Babel, Domain

# English as it is written outside the United States unless somebody asks for theirs.
LOCALES = {"en": "en_150", "en-GB": "en_150", "en-US": "en_US"}
_DEFAULT = LOCALES["en"]


_chosen: ContextVar[str] = ContextVar("locale", default=_DEFAULT)


def init_app(app: Flask) -> None:
    """Choose before each request; let templates and Flask-Babel translate by that."""
    app.config["BABEL_DEFAULT_LOCALE"] = _DEFAULT
    Babel(app, locale_selector=chosen)
    app.before_request(_choose)
    # Flask-Babel would look up the request, the locale and the catalog again for every word.
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # of Jinja's i18n extension


def _choose() -> None:
    _chosen.set(_negotiate(request.headers.get("Accept-Language", "")))


def chosen() -> str:
    """The locale of this request, by Accept-Language (RFC 9110 section 12.5.4)."""
    return _chosen.get()


@lru_cache(maxsize=32)
def _catalog(_name: str) -> NullTranslations:
    return cast(NullTranslations, Domain().get_translations())


def gettext(message: str, **values: object) -> str:
    """The message in the language of this answer."""
    said = _catalog(_chosen.get()).gettext(message)
    return said % values if values else said


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The message for a number of things in the language of this answer."""
    said = _catalog(_chosen.get()).ngettext(one, many, number)
    return said % {"num": number, **values} if values else said


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
