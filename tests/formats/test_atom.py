"""News for feed readers: well-formed whatever people wrote, with ids that last."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

from usergroups.formats.atom import Author, Entry, Head, identifier, write

AT = datetime(2026, 6, 10, 12, tzinfo=UTC)
GROUP = Author("UG Paris", "https://groups.example/groups/paris")
HEAD = Head(
    id="tag:groups.example,2026-01-02:groups/1", title="UG Paris", subtitle="R & friends",
    url="https://groups.example/groups/paris", language="en-150", updated_at=AT, author=GROUP,
    source_url="https://groups.example/groups/paris/feed.atom",
)  # fmt: skip
WILD = "a\x00b\x0b]]><script>&amp;</title>\u202e\ufffe\ud800 „Größe“ 🎉\u2028'\""


def entry(**given) -> Entry:
    facts = {
        "id": "tag:groups.example,2026-02-03:meetups/k3v", "title": "Fog", "html": "<p>Hi</p>",
        "url": "https://groups.example/events/k3v/fog", "updated_at": AT, "author": GROUP,
    }  # fmt: skip
    return Entry(**facts | given)


def test_a_feed_whole():
    later = AT.replace(hour=14)
    told = write(HEAD, [entry(published_at=AT), entry(id="tag:x,2026-02-03:2", updated_at=later)])
    assert told.decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-150">'
        "<id>tag:groups.example,2026-01-02:groups/1</id><title>UG Paris</title>"
        "<subtitle>R &amp; friends</subtitle><updated>2026-06-10T14:00:00Z</updated>"
        '<link rel="self" type="application/atom+xml"'
        ' href="https://groups.example/groups/paris/feed.atom" />'
        '<link rel="alternate" type="text/html" href="https://groups.example/groups/paris" />'
        "<author><name>UG Paris</name><uri>https://groups.example/groups/paris</uri></author>"
        "<entry><id>tag:groups.example,2026-02-03:meetups/k3v</id><title>Fog</title>"
        "<updated>2026-06-10T12:00:00Z</updated><published>2026-06-10T12:00:00Z</published>"
        '<link rel="alternate" type="text/html" href="https://groups.example/events/k3v/fog" />'
        "<author><name>UG Paris</name><uri>https://groups.example/groups/paris</uri></author>"
        '<content type="html">&lt;p&gt;Hi&lt;/p&gt;</content></entry>'
        "<entry><id>tag:x,2026-02-03:2</id><title>Fog</title>"
        "<updated>2026-06-10T14:00:00Z</updated>"
        '<link rel="alternate" type="text/html" href="https://groups.example/events/k3v/fog" />'
        "<author><name>UG Paris</name><uri>https://groups.example/groups/paris</uri></author>"
        '<content type="html">&lt;p&gt;Hi&lt;/p&gt;</content></entry></feed>\n'
    )


def test_an_empty_one_is_as_old_as_what_it_is_about():
    feed = ET.fromstring(write(HEAD, []))  # noqa: S314  our own
    assert feed.findtext("{http://www.w3.org/2005/Atom}updated") == "2026-06-10T12:00:00Z"


def test_whatever_people_wrote_is_text():
    wild = Author(WILD, f"https://groups.example/{WILD}")
    told = write(
        Head(WILD, WILD, WILD, WILD, WILD, "en", AT, wild),
        [entry(title=WILD, html=WILD, url=WILD, author=wild)],
    )
    feed = ET.fromstring(told)  # noqa: S314  our own
    named = {"a": "http://www.w3.org/2005/Atom"}
    title = "ab]]><script>&amp;</title>? „Größe“ 🎉 '\""
    assert feed.findtext("a:title", namespaces=named) == title
    assert feed.findtext("a:entry/a:title", namespaces=named) == title
    assert feed.findtext("a:entry/a:content", namespaces=named) == title.replace("🎉 ", "🎉\n")
    assert [child.tag for child in feed.iter()].count("{http://www.w3.org/2005/Atom}script") == 0
    assert b"\x00" not in told
    assert b"\x0b" not in told


def test_ids_are_tag_uris():
    assert identifier("https://groups.example:8443/x", date(2026, 2, 3), "meetups", "k3v") == (
        "tag:groups.example,2026-02-03:meetups/k3v"
    )
