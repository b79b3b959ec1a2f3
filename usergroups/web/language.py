"""The language of an answer: what the reader's browser asks for, as far as we speak it."""

from functools import lru_cache

from flask import Flask, request
from flask_babel import Babel

from usergroups import language
from usergroups.language import chosen, country, gettext, known, locale, ngettext, plain_tag, tag

__all__ = [
    "chosen", "country", "gettext", "init_app", "known", "locale", "ngettext", "plain_tag", "tag",
]  # fmt: skip


def init_app(app: Flask) -> None:
    """Choose before each request; let templates and Flask-Babel translate by that."""
    app.config["BABEL_DEFAULT_LOCALE"] = language.DEFAULT
    Babel(app, locale_selector=chosen)
    app.before_request(_choose)
    # Flask-Babel would look up the request, the locale and the catalog again for every word.
    app.jinja_env.install_gettext_callables(gettext, language.plural, newstyle=True)  # type: ignore[attr-defined]  # of Jinja's i18n extension


def _choose() -> None:
    language.choose(_negotiate(request.headers.get("Accept-Language", "")))


@lru_cache(maxsize=512)
def _negotiate(header: str) -> str:
    """By Accept-Language (RFC 9110 section 12.5.4)."""
    if not header:
        return language.DEFAULT
    asked = request.accept_languages.best_match(language.LOCALES, default="en")
    return language.LOCALES[asked]
