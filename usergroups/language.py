"""The language that is spoken: chosen for each answer and for each mail, and its catalogs.

Doors choose (`spoken`), everybody else asks for words. Nothing here knows of a request.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations

from babel import Locale
from babel.numbers import format_decimal
from babel.support import Translations

from usergroups import paths, pseudo
from usergroups.text import fold

# What is offered: languages whose catalogs are complete (tests/translations asks for that), by the
# tags that people and browsers ask for. English as it is written outside the United States unless
# somebody asks for theirs; both ways of writing Norwegian, and none, get Bokmål.
LOCALES = {"en": "en_150", "en-GB": "en_150", "en-US": "en_US"}
DEFAULT = LOCALES["en"]
# Spoken in a checkout, to whoever asks for just these: see pseudo.py.
_TRIED = {"en-XA": "en_XA", "en-XB": "en_XB"} if paths.IN_CHECKOUT else {}

# From here on some language sets digits apart.
_GROUPED = 1000

# Letters that come after all words with the one before the brace.
_LETTERS = {
    "es": {"ñ": "n{"},
    "fi": {"å": "z{1", "ä": "z{2", "ö": "z{3"},
    "hu": {
        "dzs": "d{2", "cs": "c{", "dz": "d{1", "gy": "g{", "ly": "l{", "ny": "n{", "sz": "s{",
        "ty": "t{", "zs": "z{", "ö": "o{", "ő": "o{", "ü": "u{", "ű": "u{",
    },
    "nb": {"æ": "z{1", "ø": "z{2", "å": "z{3"},
}  # fmt: skip

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


def nearest(*tags: str) -> str:
    """The locale we speak that is nearest to language tags (BCP 47), the first that has one.

    Looked up as RFC 4647 section 3.4 says: `de-CH-1996` is asked for as `de-CH`, then as `de`.
    """
    for tag in tags:
        parts = tag.replace("_", "-").lower().split("-")
        for length in range(len(parts), 0, -1):
            if found := _by_tag().get("-".join(parts[:length])):
                return found
    return DEFAULT


@lru_cache(maxsize=1)
def _by_tag() -> dict[str, str]:
    return {tag.lower(): name for tag, name in {**LOCALES, **_TRIED}.items()}


@lru_cache(maxsize=1)
def offered() -> dict[str, str]:
    """The languages to choose from: by their tags, each one's name in itself."""
    once = [tag for tag, name in LOCALES.items() if tag == _plain(name)]
    names = {tag: known(tag.replace("-", "_")).get_display_name() or tag for tag in once}
    return {tag: name[:1].upper() + name[1:] for tag, name in names.items()}


@lru_cache(maxsize=32)
def _catalog(name: str) -> NullTranslations:
    if name in pseudo.LOCALES:
        return pseudo.Pseudo(name)
    return Translations.load(paths.PACKAGE / "translations", [name])


def gettext(message: str, **values: object) -> str:
    """The message in the language that is spoken."""
    said = _catalog(_chosen.get()).gettext(message)
    return said % values if values else said


def plural(one: str, many: str, number: int) -> str:
    """The form of a message for a number of things, to be filled in: Jinja does that itself.

    The number itself is written as the language writes it: "1,234 groups", "1 234 groupes".
    """
    said = _catalog(_chosen.get()).ngettext(one, many, number)
    if number < _GROUPED:
        return said
    return said.replace("%(num)d", format_decimal(number, locale=locale()))


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The message for a number of things in the language that is spoken."""
    return plural(one, many, number) % {"num": number, **values}


def tag() -> str:
    """The language as HTML names it (BCP 47)."""
    return chosen().replace("_", "-")


def plain_tag() -> str:
    """The tag by which people choose the language that is spoken: `en`, not `en-150`."""
    return _plain(chosen())


def _plain(name: str) -> str:
    return next(tag for tag, locale in {**LOCALES, **_TRIED}.items() if locale == name)


def own_name() -> str:
    """What the language that is spoken calls itself."""
    return offered().get(plain_tag(), plain_tag())


def direction() -> str:
    """Where the language is written to, as HTML says it: `ltr` or `rtl`."""
    return "rtl" if chosen() == pseudo.MIRRORED else locale().text_direction


def locale() -> Locale:
    """The language as Babel knows it."""
    return known(chosen())


@lru_cache(maxsize=32)
def known(name: str) -> Locale:
    """A locale by its name; made once."""
    return Locale.parse(pseudo.LOCALES.get(name, name))


def alphabetical(name: str) -> str:
    """What names are sorted by: the alphabet of the language that is spoken (CLDR, collation).

    Accents do not count, but for letters that the language takes for letters of their own.
    """
    own = _LETTERS.get(locale().language, {})
    return fold(re.sub("|".join(own), lambda found: own[found[0]], name.lower()) if own else name)


@lru_cache(maxsize=2048)
def _country(code: str, name: str) -> str:
    return known(name).territories.get(code) or code


def country(code: str) -> str:
    """A country's name in the language that is spoken; its code where that has none."""
    return _country(code, chosen())
