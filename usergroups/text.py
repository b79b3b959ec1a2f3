"""Text written by strangers, made fit for its place: slugs, one line, Markdown, search keys."""

import re
import unicodedata
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "ı": "i", "œ": "oe", "þ": "th"}
)
# Controls, and the marks that turn the direction of what follows (CVE-2021-42574).
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
# Letters of other alphabets that look like Latin ones: the part of Unicode's confusables (UTS #39)
# that names of groups can be made of. The library that carries all of it rests since 2024.
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԌԚԜавеѕіјкмнорстухԁԛԝһӏүΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεινκορτυϲхՕՍօսհոց",
    "ABESIJKMHOPCTYXGQWabesijkmhopctyxdqwhlyABEZHIKMNOPTYXaeivkoptucxOUouhng",
)
# What remains alike in small letters: 0 and o, 1 and l and i.
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l"})
_ALPHABETS = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN"}
_WORD = re.compile(r"[^\W_]+")
_SIGNS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_BREAKS = re.compile("\r\n?|[\u0085\u2028\u2029]")
# What Markdown adds to words: links around them, marks at the edges of them.
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`#>]+|\b_|_\b")
_TAGS = {
    "p",
    "br",
    "em",
    "strong",
    "del",
    "a",
    "ul",
    "ol",
    "li",
    "blockquote",
    "code",
    "pre",
    "h2",
    "h3",
    "h4",
    "hr",
}


def plain(text: str) -> str:
    """The text without controls and direction overrides, its lines broken by line feeds alone."""
    if text.isascii() and text.isprintable():
        return text  # nothing of the kind, which is so nearly always
    return _UNSEEN.sub("", _BREAKS.sub("\n", text.encode("utf-8", "replace").decode()))


def one_line(text: str) -> str:
    """The text on one line, inner white space single."""
    return " ".join(plain(text).split())


def fold(text: str) -> str:
    """How words compare when people search: no case, no accents ("Győr" meets "gyor")."""
    # Before, for letters in fancy dress (𝐀); after, for what folding itself composes.
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words by which a text is searched: folded, of letters and digits alone.

    Signs of Chinese and Japanese are each a word, since nothing stands between the words of those.
    """
    folded = text.lower() if text.isascii() else _SIGNS.sub(r" \g<0> ", fold(text))
    return _WORD.findall(folded)


def looks(text: str) -> str:
    """What a name looks like: the same for two that people cannot tell apart (after UTS #39)."""
    folded = fold(unicodedata.normalize("NFKD", text).translate(_LOOKALIKES))
    letters = "".join(re.findall(r"[^\W_]+", folded.replace("|", "l").translate(_ALIKE)))
    return letters.replace("rn", "m").replace("vv", "w")


def mixes_alphabets(text: str) -> bool:
    """Whether a single word has letters of several alphabets that look alike, such as раris."""
    return any(
        len({unicodedata.name(letter, "").partition(" ")[0] for letter in word} & _ALPHABETS) > 1
        for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text))
    )


def has_unseen(text: str) -> bool:
    """Whether it holds controls, or marks that turn the direction of what follows."""
    return bool(_UNSEEN.search(text))


def slugify(text: str, *, longest: int = 60) -> str:
    """A piece of an address: lower-case letters of any script, digits, single hyphens.

    Empty where the text has no letter or digit at all.
    """
    words = re.findall(r"[^\W_]+", fold(one_line(text)))
    return "-".join(words)[:longest].strip("-")


def initials(name: str) -> str:
    """Two letters for a name, in place of a picture: of its first and last word, or of its one."""
    words = re.findall(r"[^\W_]+", one_line(name))
    letters = (words[0][:1] + words[-1][:1]) if len(words) > 1 else "".join(words)[:2]
    return letters.upper()[:2]


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable(
        "strikethrough"
    )


def markdown(text: str) -> str:
    """Safe HTML of a stranger's Markdown: no raw HTML, no images, links nofollow."""
    html = str(_markdown().render(plain(text)))
    html = html.replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )


def excerpt(text: str, length: int = 160) -> str:
    """The beginning of a text as one plain line, cut between words at `length` characters."""
    line = one_line(_MARKS.sub("", _LINK.sub(r"\1", text)))
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;.:") + "…"
