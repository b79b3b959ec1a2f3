"""A group's next meetups inside pages of others, and no other page of ours."""

import re
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser

import pytest

from tests.browsing import texts
from tests.conftest import NOW
from tests.factories import make_event, make_group
from usergroups import db
from usergroups.models import EventStatus, FormerSlug, Precision
from usergroups.web.headers import content_security_policy

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

EMBED = "/groups/paris/embed"


@pytest.fixture
def paris(app):
    with db.transaction() as session:
        group = make_group(slug="paris", name='UG Paris <script> " onload="')
        session.add(FormerSlug(slug="old", group_id=group.id))
        for days, title, given in (
            (1, "Fog", {"venue": "Library"}),
            (2, "Off", {"status": EventStatus.CANCELLED}),
            (3, "Draft", {"status": EventStatus.DRAFT}),
            (20, "Some day", {"status": EventStatus.TENTATIVE, "precision": Precision.MONTH}),
            (-1, "Past", {}),
        ):
            starts_at = NOW + timedelta(days=days)
            make_event(group, title=title, starts_at=starts_at, public_id=title[:3], **given)
        make_event(make_group(), title="Of others")
    return group


def test_the_list_and_nothing_that_acts(client, paris):
    answer = client.get(EMBED)
    assert texts(answer, "li") == [
        "Fog Thu, 11 Jun 2026, 14:00 · Library",
        "Off Cancelled · Fri, 12 Jun 2026, 14:00",
        "Some day Tentative · June 2026",
    ]
    assert texts(answer, "h1") == ["UG Paris &lt;script&gt; &#34; onload=&#34;"]
    for word in ("<script", "<form", "<input", "style="):
        assert word not in answer.text
    links = re.findall(r'<a href="([^"]+)" rel="noopener"', answer.text)
    assert len(links) == answer.text.count("<a ") == 5
    assert all(re.match(r"/\w", link) for link in links)
    assert '<base target="_top">' in answer.text


def test_it_may_be_framed_and_nothing_else(client, paris):
    answer = client.get(EMBED)
    policy = (
        "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors *"
    )
    assert answer.headers["Content-Security-Policy"] == policy
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    # What a 304 says takes the place of what the browser has kept.
    again = client.get(EMBED, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.headers["Content-Security-Policy"]) == (304, policy)
    usual = content_security_policy()
    assert "frame-ancestors 'none'" in usual
    for path in ("/groups/paris", "/subscribe?group=paris", "/groups/nobody/embed", "/", "/me"):
        assert client.get(path).headers["Content-Security-Policy"] == usual, path


@pytest.mark.parametrize(
    ("asked", "seen", "status"),
    [
        ("", 'class="embed-auto"', 200),
        ("?theme=dark", 'class="embed-dark"', 200),
        ("?theme=light", 'class="embed-light"', 200),
        ("?theme=%22%3E%3Cscript%3E", 'class="embed-auto"', 422),
        ("?target=_blank", '<base target="_blank">', 200),
        ("?target=javascript", '<base target="_top">', 422),
        ("?most=0", 'class="embed-auto"', 422),
    ],
)
def test_how_it_looks(client, paris, asked, seen, status):
    answer = client.get(EMBED + asked)
    assert answer.status_code == status
    assert seen in answer.text
    assert "<script" not in answer.text


def test_how_many(client, paris):
    assert len(texts(client.get(f"{EMBED}?most=1"), "li")) == 1


def test_no_group_and_one_that_moved(client, paris):
    assert client.get("/groups/nobody/embed").status_code == 404
    moved = client.get("/groups/old/embed?theme=dark")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"{EMBED}?theme=dark")


def test_nothing_to_come(client):
    with db.transaction():
        make_group(slug="paris")
    assert "Nothing is announced at the moment." in client.get(EMBED).text


def test_the_snippet_is_offered_with_the_group(client, paris):
    page = client.get("/subscribe?group=paris").text
    shown = re.search(r'<textarea id="snippet"[^>]*>([^<]+)</textarea>', page).group(1)
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
    parser.feed(unescape(shown))
    assert found == [
        (
            "iframe",
            {
                "src": "http://usergroups.test/groups/paris/embed",
                "title": 'Meetups of UG Paris <script> " onload="',
                "width": "100%",
                "height": "420",
                "loading": "lazy",
            },
        )
    ]
    assert "/subscribe?group=paris#embed" in client.get("/groups/paris").text
