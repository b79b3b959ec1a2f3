"""Every word that people read goes through gettext: in templates, and on pages as they come out."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from babel import Locale
from jinja2 import Environment
from sqlalchemy import select

from tests.code.source import files
from tests.code.test_routes import VALUES, doors, sign_in, world
from tests.conftest import NOW
from usergroups import db, emails, pseudo, tokens
from usergroups.db import Base
from usergroups.links import Links
from usergroups.models import Message, User

__all__ = ["world"]

PAGES = [path for path in files("templates", ".html") if path.is_file()]
VOID = {
    "area", "br", "circle", "col", "hr", "img", "input", "line", "link", "meta", "path", "rect",
    "source", "use", "wbr",
}  # fmt: skip
# What is in them is code, or comes from somebody, or from the CLDR.
UNREAD = {"script", "style", "code", "kbd", "pre", "samp"}
READ_OUT = {"alt", "title", "placeholder", "aria-label", "aria-description"}
# Places for values, and addresses.
NO_WORDS = re.compile(r"\{\w+\}|https?://\S+|(?<!\w)/[\w./-]+")
WORD = re.compile(r"[^\W\d_]{2,}")
# Pages to look at while building, and one of cities all over the world.
_APART = ("/dev/", "/steward/coverage")
# Names stay as they are.
NAMES = {"UTC", "GeoNames", "Natural", "Earth", "CC", "BY", "OpenStreetMap", "Werkzeug", "MB", "XA"}


class Words(HTMLParser):
    """Collects what a page says: text, and attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.within: list[str] = []
        self.said: list[tuple[int, str]] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.within.append(tag)
        for name, value in attrs:
            if name in READ_OUT and value:
                self.said.append((self.getpos()[0], value))
            if name in {"data-words", "data-labels"} and value:
                told = json.loads(value) if value.startswith("{") else {"": value}
                self.said += [(self.getpos()[0], text) for text in told.values()]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.within = self.within if tag in VOID else self.within[:-1]

    def handle_endtag(self, tag):
        while tag in self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data):
        if not UNREAD & set(self.within):
            self.said.append((self.getpos()[0], data))


def said(html: str) -> list[tuple[int, str]]:
    """What a page says, with the lines."""
    words = Words()
    words.feed(html)
    return words.said


def bare(path: Path) -> str:
    """A template's own text: no expressions, no messages between `trans` and `endtrans`."""
    kept, depth, is_named = [], 0, True
    for _line, kind, value in Environment(autoescape=True).lexer.tokeniter(
        path.read_text(), path.name
    ):
        if kind == "block_begin":
            is_named = False
        elif kind == "name" and not is_named:
            is_named, depth = True, depth + {"trans": 1, "endtrans": -1}.get(value, 0)
        is_own = kind == "data" and depth == 0
        kept.append(value if is_own else "\n" * value.count("\n"))
    return "".join(kept)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_template_has_no_words_of_its_own(path):
    """Pieces of tags and addresses that macros put together are none."""
    own = [
        (line, text.strip())
        for line, text in said(bare(path))
        if set(WORD.findall(text)) - NAMES and '="' not in text and "/" not in text
    ]
    assert own == []


def known_words() -> set[str]:
    """Words that are somebody's, or the CLDR's: they stand on pages as they are."""
    texts = [*VALUES.values(), *available_timezones()]
    with db.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                texts += [str(value) for value in row]
    return set(WORD.findall(" ".join(texts))) | words_of_the_cldr()


def words_of_the_cldr() -> set[str]:
    """Names of countries, languages, months, days and quarters."""
    spoken = Locale.parse(pseudo.LOCALES["en_XA"])
    texts = [*spoken.territories.values(), *spoken.languages.values()]
    for widths in (spoken.months["format"], spoken.days["format"], spoken.quarters["format"]):
        texts += [name for names in widths.values() for name in names.values()]
    return set(WORD.findall(" ".join(texts)))


def undisguised(html: str) -> set[str]:
    """Words of a page that did not go through gettext."""
    return plain(" ".join(str(text) for _line, text in said(html)))


def plain(text: str) -> set[str]:
    """Words in plain letters, but those of addresses."""
    text = NO_WORDS.sub("", text)
    dressed = re.compile(f"[{pseudo.DRESSED}]")
    return {word for word in WORD.findall(text) if not dressed.search(word)}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ["visitor", "lead", "steward"])
def test_a_page_says_nothing_untranslated(app, client, world, role):
    user = world.get(role)
    if user:
        with db.transaction() as session:
            session.get_one(User, user.id).language = "en-XA"
    sign_in(app, client, user)
    known, missed = known_words() | NAMES, {}
    for door in doors(app):
        if door.method != "GET" or door.rule.startswith(_APART):
            continue
        answer = client.get(door.path, headers={"Accept-Language": "en-XA"})
        if answer.mimetype == "text/html" and answer.status_code not in {301, 303}:
            missed |= dict.fromkeys(undisguised(answer.text) - known, door.path)
    assert missed == {}


@pytest.mark.parametrize("kind", emails.kinds())
def test_a_mail_says_nothing_untranslated(kind):
    tokens.sign_with("for tests only")
    given = emails.sample(kind)
    mail = emails.compose(
        Message(
            kind=kind, user_id=7, address="ada@example.org", language="en-XA", nonce="n",
            message_id="<1@usergroups.invalid>", created_at=NOW, arguments=given,
        ),
        Links("https://groups.example.org"),
        "Ĝŕöûþš",
    )  # fmt: skip
    told = json.dumps(given, ensure_ascii=False).replace("\\n", " ")
    theirs = set(WORD.findall(f"{told} ada@example.org"))
    theirs |= words_of_the_cldr() | NAMES
    assert (mail.language, '<html lang="en-XA" dir="ltr">' in mail.html) == ("en-XA", True)
    assert (plain(mail.subject) | plain(mail.text) | undisguised(mail.html)) - theirs == set()
