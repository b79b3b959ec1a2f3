"""The language that is spoken: chosen for each answer and for each mail, and its catalogs.

Doors choose (`spoken`), everybody else asks for words. Nothing here knows of a request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations

from babel import Locale
from babel.support import Translations

from usergroups import paths

# English as it is written outside the United States unless somebody asks for theirs.
LOCALES = {"en": "en_150", "en-GB": "en_150", "en-US": "en_US"}
DEFAULT = LOCALES["en"]

_chosen: ContextVar[str] = ContextVar("locale", default=DEFAULT)


def choose(name: str) -> None:
    """Speak this locale from here on."""
    _chosen.set(name)


@contextmanager
def spoken(name: str) -> Iterator[None]:
    """Speak this locale for the length of a with block."""
    before = _chosen.set(name)
    try:
        yield
    finally:
        _chosen.reset(before)


def chosen() -> str:
    """The locale that is spoken now."""
    return _chosen.get()


def nearest(tag: str) -> str:
    """The locale we speak that is nearest to a language tag (BCP 47), as RFC 4647 section 3.4."""
    parts = tag.replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        if found := LOCALES.get("-".join(parts[:length])):
            return found
    return DEFAULT


@lru_cache(maxsize=32)
def _catalog(name: str) -> NullTranslations:
    return Translations.load(paths.PACKAGE / "translations", [name])


def gettext(message: str, **values: object) -> str:
    """The message in the language that is spoken."""
    said = _catalog(_chosen.get()).gettext(message)
    return said % values if values else said


def plural(one: str, many: str, number: int) -> str:
    """The form of a message for a number of things, to be filled in: Jinja does that itself."""
    return _catalog(_chosen.get()).ngettext(one, many, number)


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The message for a number of things in the language that is spoken."""
    return plural(one, many, number) % {"num": number, **values}


def tag() -> str:
    """The language as HTML names it (BCP 47)."""
    return chosen().replace("_", "-")


def plain_tag() -> str:
    """The tag by which people choose the language that is spoken: `en`, not `en-150`."""
    return next(tag for tag, name in LOCALES.items() if name == chosen())


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
    """A country's name in the language that is spoken; its code where that has none."""
    return _country(code, chosen())
