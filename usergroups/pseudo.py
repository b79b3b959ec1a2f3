"""Languages that nobody speaks, made of the English, to see what does not fit.

`en-XA` has accents on every letter and is a third longer: what stands in plain letters on a page
has missed gettext, and what does not fit will not fit in Finnish. `en-XB` is written from right to
left. Ask for one by its tag, as a browser does (docs/translating.md).
"""

import re
from collections.abc import Callable, Iterator
from gettext import NullTranslations

MIRRORED = "en_XB"
# By the name each has here, the locale whose dates and numbers it takes.
LOCALES = {"en_XA": "en_150", MIRRORED: "en_150"}

_PLAIN = "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz"
DRESSED = "ÅåƁƀÇçÐðÉéƑƒĜĝĤĥÎîĴĵĶķĻļḾḿÑñÖöÞþǪǫŔŕŠšŢţÛûṼṽŴŵẊẋÝýŽž"
_ACCENTS = str.maketrans(dict(zip(_PLAIN, DRESSED, strict=True)))
# Placeholders, tags and entities stay as they are.
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\}|<[^<>]+>|&#?\w+;)")
_MORE = 0.3
# Shows text from right to left, letter by letter, until the other (UAX #9: RLO, PDF).
_TURNED, _BACK = "\u202e", "\u202c"


class Pseudo(NullTranslations):
    """A catalog that says what it is asked, in disguise."""

    def __init__(self, name: str) -> None:
        """Be one of LOCALES."""
        super().__init__()
        self._is_mirrored = name == MIRRORED

    def gettext(self, message: str) -> str:
        """The message in disguise."""
        return mirrored(message) if self._is_mirrored else accented(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The form for a number in disguise."""
        return self.gettext(super().ngettext(msgid1, msgid2, n))


def accented(message: str) -> str:
    """The message with accents, in brackets, and a third longer."""
    dressed = "".join(_each(message, lambda words: words.translate(_ACCENTS)))
    more = "~" * round(len(message) * _MORE)
    return f"[{dressed}{more}]"


def mirrored(message: str) -> str:
    """The message written from right to left."""
    return "".join(_each(message, lambda words: f"{_TURNED}{words}{_BACK}"))


def _each(message: str, change: Callable[[str], str]) -> Iterator[str]:
    for part in _KEPT.split(message):
        is_kept = not part.strip() or _KEPT.fullmatch(part)
        yield part if is_kept else change(part)
