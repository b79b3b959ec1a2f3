"""How names of places compare: without case, accents, punctuation, in every script."""

import re
import unicodedata

from usergroups.text import fold

LONGEST = 100
_INITIALS = re.compile(r"\b(\w) (?=\w\b)")
_SAINTS = {"st": "saint", "sankt": "saint", "sint": "saint", "ste": "sainte"}
_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
_APOSTROPHES = str.maketrans(dict.fromkeys("'`\u2019\u02bc\u02bb"))


def key(name: str) -> str:
    """What two spellings of one name have in common: "St. Gallen" and "sankt gallen" are one.

    Empty where nothing is left, or the text is too long for a name.
    """
    if len(name) > LONGEST:
        return ""
    folded = fold(unicodedata.normalize("NFKC", name).translate(_APOSTROPHES))
    words = "".join(c if _is_letter(c) else " " for c in folded).split()
    return _INITIALS.sub(r"\1", " ".join(_SAINTS.get(word, word) for word in words))


def keys(name: str) -> set[str]:
    """All keys a name is found under: its own, and with German digraphs (Muenchen for München)."""
    return {key(name), key(name.casefold().translate(_DIGRAPHS))} - {""}


def _is_letter(character: str) -> bool:
    # Indian scripts write vowels as marks, which are no letters to isalnum().
    return character.isalnum() or unicodedata.category(character)[0] == "M"
