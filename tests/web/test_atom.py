"""News for feed readers, of one group and of all."""

import gzip
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import NOW
from tests.factories import make_event, make_group
from usergroups import clock, db
from usergroups.models import (
    Answer,
    CoHost,
    EventStatus,
    FormerSlug,
    Precision,
    Recap,
)
from usergroups.services import events

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

ATOM = {"a": "http://www.w3.org/2005/Atom"}
PARIS, ALL = "/groups/paris/feed.atom", "/feed.atom"
DAY = timedelta(days=1)


@pytest.fixture
def paris(app):
    with db.transaction() as session:
        group, other = make_group(slug="paris", name="UG Paris"), make_group(slug="other")
        session.add(FormerSlug(slug="old", group_id=group.id))
        for days, title, given in (
            (1, "Fog & <script>", {"description": "**All** about <script>alert(1)</script>"}),
            (5, "Off", {"status": EventStatus.CANCELLED}),
            (30, "Some day", {"status": EventStatus.TENTATIVE, "precision": Precision.MONTH}),
            (3, "Draft", {"status": EventStatus.DRAFT}),
            (100, "Far away", {}),
            (-60, "Long ago", {}),
        ):
            when = {"created_at": NOW - 9 * DAY, "revised_at": NOW - abs(days) * DAY}
            event = make_event(
                group, title=title, public_id=f"e{days}", starts_at=NOW + days * DAY, **when | given
            )
        session.add(
            Recap(event_id=event.id, text="It was *good*.", published_at=NOW - 50 * DAY,
                  revised_at=NOW - 2 * DAY)
        )  # fmt: skip
        unsaid = make_event(group, title="Just over", starts_at=NOW - 40 * DAY)
        session.add(Recap(event_id=unsaid.id, text="Not published"))
        theirs = make_event(other, title="Of others", revised_at=NOW - 99 * DAY)
        both = make_event(other, title="Together", revised_at=NOW - 98 * DAY)
        session.add(CoHost(event_id=both.id, group_id=group.id, answer=Answer.ACCEPTED))
        session.add(CoHost(event_id=theirs.id, group_id=group.id, answer=Answer.DECLINED))
    return group


def entries(answer) -> list[dict[str, str]]:
    feed = ET.fromstring(answer.data)  # noqa: S314  our own
    names = ("id", "title", "updated", "content")
    return [
        {name: entry.findtext(f"a:{name}", namespaces=ATOM) for name in names}
        for entry in feed.findall("a:entry", ATOM)
    ]


def titles(answer) -> list[str]:
    return [entry["title"] for entry in entries(answer)]


def test_a_groups_news(client, paris):
    answer = client.get(PARIS)
    assert titles(answer) == [
        "Fog & <script>", "How it was: Long ago", "Cancelled: Off", "Some day", "Together",
    ]  # fmt: skip
    fog, recap = entries(answer)[:2]
    assert fog == {
        "id": "tag:usergroups.test,2026-06-01:meetups/e1",
        "title": "Fog & <script>",
        "updated": "2026-06-09T12:00:00Z",
        "content": (
            "<p><strong>Thursday, 11 June 2026, 14:00–16:00 (UTC+2)</strong><br>Paris</p>"
            "<p><strong>All</strong> about &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
        ),
    }
    assert recap["id"] == "tag:usergroups.test,2026-06-01:recaps/e-60"
    assert recap["updated"] == "2026-06-08T12:00:00Z"
    assert recap["content"].endswith("<p>It was <em>good</em>.</p>\n")
    assert "July 2026" in entries(answer)[3]["content"]


def test_everybodys_news(client, paris):
    assert titles(client.get(ALL)) == [
        "Fog & <script>", "How it was: Long ago", "Cancelled: Off", "Some day", "Together",
        "Of others",
    ]  # fmt: skip


def test_headers_and_the_language_of_all_readers(client, paris):
    answer = client.get(PARIS)
    assert dict(answer.headers) | {"Content-Length": ""} == {
        "Content-Type": "application/atom+xml; charset=utf-8",
        "Cache-Control": "public, max-age=900, stale-while-revalidate=3600",
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
        "ETag": answer.headers["ETag"],
        "Content-Length": "",
    }
    assert client.get(PARIS, headers={"Accept-Language": "en-US"}).data == answer.data
    zipped = client.get(PARIS, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.data) == answer.data
    assert zipped.headers["ETag"] == answer.headers["ETag"][:-1] + '-gz"'
    head = client.head(PARIS)
    assert (head.data, dict(head.headers)) == (b"", dict(answer.headers))


@pytest.mark.parametrize("path", [PARIS, ALL])
def test_who_has_it_gets_no_body_until_something_changes(client, paris, path, count_queries):
    etag = client.get(path).headers["ETag"]
    headers = {"If-None-Match": f'"other", W/{etag}'}
    with count_queries() as queries:
        assert client.get(path, headers=headers).status_code == 304
    assert len(queries) <= 2
    with clock.frozen_at(NOW + timedelta(hours=1)), db.transaction() as session:
        group = session.merge(paris)
        made = make_event(group, title="New", description="x")
        events.revise(made, {"description": "y"})
        events.mark_changed(group)
        assert clock.now() == NOW + timedelta(hours=1)
    again = client.get(path, headers=headers)
    assert again.status_code == 200
    assert titles(again)[0] == "New"


def test_pages_lead_to_it(client, paris):
    alternate = '<link rel="alternate" type="application/atom+xml"'
    for page, feed in (("/groups/paris", PARIS), ("/", ALL), ("/events", ALL)):
        (line,) = [line for line in client.get(page).text.splitlines() if alternate in line]
        assert f'href="http://usergroups.test{feed}"' in line


def test_no_group_and_one_that_moved(client, paris):
    assert client.get("/groups/nobody/feed.atom").status_code == 404
    moved = client.get("/groups/old/feed.atom")
    assert (moved.status_code, moved.headers["Location"]) == (301, PARIS)
