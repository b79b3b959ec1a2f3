"""Where in a text the words that somebody looked for stand: a piece of it, they marked."""

import re
from collections.abc import Sequence

from markupsafe import Markup

from usergroups import text

_WORD = re.compile(r"[^\W_]+")
# How far into a text is looked, how long a piece is, and how much of it stands before the words.
_FAR, _LONG, _BEFORE = 6_000, 180, 50


def marked(said: str, wanted: Sequence[str]) -> Markup:
    """All of a line, the words marked that begin as those wanted (`text.words`) do."""
    return _marked(said, _spots(said, wanted))


def piece(said: str, wanted: Sequence[str]) -> Markup:
    """The piece of a text where most of the words stand together; its beginning if none does."""
    line = text.excerpt(said, _FAR)
    spots = _spots(line, wanted)
    if not spots:
        return Markup.escape(text.excerpt(line, _LONG))
    # Each spot is taken for the first of a piece: that with the most different words, the earliest.
    best = max(spots, key=lambda spot: (_different(line, spots, spot[0]), -spot[0]))
    start = max(0, best[0] - _BEFORE)
    if start:
        start = line.rfind(" ", 0, best[0] - _BEFORE + 1) + 1 or best[0]
    cut = text.excerpt(line[start:], _LONG)
    here = [(first - start, last - start) for first, last in spots if first >= start]
    body = _marked(cut, [spot for spot in here if spot[1] <= len(cut.rstrip("…"))])
    return Markup("… ") + body if start else body


def _spots(said: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where words begin and end that begin as one of those does."""
    signs = tuple(wanted)
    found = []
    for word in _WORD.finditer(said):
        spelt = "".join(text.words(word[0]))
        if any(_begins(spelt, sign) for sign in signs):
            found.append(word.span())
    return found


def _begins(word: str, sign: str) -> bool:
    return (
        word.startswith(sign)
        if len(sign) > 1
        else word == sign or (not sign.isascii() and sign in word)
    )


def _different(line: str, spots: list[tuple[int, int]], start: int) -> int:
    return len({line[a:b].casefold() for a, b in spots if start <= a < start + _LONG - _BEFORE})


def _marked(said: str, spots: Sequence[tuple[int, int]]) -> Markup:
    parts, at = [], 0
    for first, last in spots:
        parts.append(Markup.escape(said[at:first]))
        parts.append(Markup("<mark>{}</mark>").format(said[first:last]))
        at = last
    return Markup().join([*parts, Markup.escape(said[at:])])
