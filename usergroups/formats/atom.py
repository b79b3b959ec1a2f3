"""News for feed readers: the Atom Syndication Format (RFC 4287)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from usergroups.text import one_line, plain

_NAMESPACE = "http://www.w3.org/2005/Atom"
# All that XML 1.0 may hold (section 2.2); a single other character makes the whole unreadable.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks: a group, or the federation."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news. `html` is safe HTML, which readers are told to take as such."""

    id: str
    title: str
    url: str
    html: str
    updated_at: datetime
    author: Author
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What a feed says of itself: its page, and its own address."""

    id: str
    title: str
    subtitle: str
    url: str
    source_url: str
    language: str
    # As long as it has no entry.
    updated_at: datetime
    author: Author


def identifier(base: str, made_on: date, *what: object) -> str:
    """An id that no other thing has, whatever its address becomes: a tag URI (RFC 4151)."""
    specific = "/".join(str(part) for part in what)
    return f"tag:{urlsplit(base).hostname or 'localhost'},{made_on}:{specific}"


def write(head: Head, entries: Iterable[Entry]) -> bytes:
    """The feed document, in UTF-8, with the entries in their order."""
    entries = list(entries)
    feed = ET.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": head.language})
    _add(feed, "id", head.id)
    _add(feed, "title", one_line(head.title))
    if head.subtitle:
        _add(feed, "subtitle", one_line(head.subtitle))
    latest = max((entry.updated_at for entry in entries), default=head.updated_at)
    _add(feed, "updated", _instant(latest))
    _add(feed, "link", rel="self", type="application/atom+xml", href=head.source_url)
    _add(feed, "link", rel="alternate", type="text/html", href=head.url)
    _add_author(feed, head.author)
    for entry in entries:
        _add_entry(feed, entry)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True)) + b"\n"


def _add_entry(feed: ET.Element, entry: Entry) -> None:
    told = _add(feed, "entry")
    _add(told, "id", entry.id)
    _add(told, "title", one_line(entry.title))
    _add(told, "updated", _instant(entry.updated_at))
    if entry.published_at is not None:
        _add(told, "published", _instant(entry.published_at))
    _add(told, "link", rel="alternate", type="text/html", href=entry.url)
    _add_author(told, entry.author)
    _add(told, "content", entry.html, type="html")


def _add_author(parent: ET.Element, author: Author) -> None:
    person = _add(parent, "author")
    _add(person, "name", one_line(author.name))
    _add(person, "uri", author.url)


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    legal = {key: _ILLEGAL.sub("", value) for key, value in attributes.items()}
    element = ET.SubElement(parent, name, legal)
    if text:
        element.text = _ILLEGAL.sub("", plain(text))
    return element


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
