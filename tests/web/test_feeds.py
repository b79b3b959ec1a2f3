import gzip
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import sleep

import brotli
import pytest
from icalendar import Calendar
from sqlalchemy import update

from tests.factories import make_event, make_group, make_source
from usergroups import clock, db
from usergroups.inputs.event import EventInput
from usergroups.models import Event, EventStatus, FormerSlug, Group, Origin
from usergroups.services import events, feeds

GROUP = "/groups/paris/calendar.ics"


@pytest.fixture
def paris(database, frozen_clock):
    with db.transaction():
        group = make_group(slug="paris", name="UG Paris")
        day = timedelta(days=1)
        for uid, days, status in (
            ("long ago", -400, EventStatus.CONFIRMED),
            ("called off long ago", -300, EventStatus.CANCELLED),
            ("last month", -30, EventStatus.CONFIRMED),
            ("next week", 7, EventStatus.CONFIRMED),
            ("called off", 8, EventStatus.CANCELLED),
            ("perhaps", 90, EventStatus.TENTATIVE),
            ("a draft", 10, EventStatus.DRAFT),
            ("far away", 700, EventStatus.CONFIRMED),
        ):
            make_event(
                group,
                uid=uid,
                public_id=uid.replace(" ", "-"),
                starts_at=frozen_clock + days * day,
                status=status,
                cancelled_at=frozen_clock - 300 * day if "long" in uid else frozen_clock,
            )
    return group


def uids(answer) -> list[str]:
    return [str(event["UID"]) for event in Calendar.from_ical(answer.data).walk("VEVENT")]


def test_a_groups_feed_holds_its_season(client, paris):
    answer = client.get(GROUP)
    assert answer.status_code == 200
    assert uids(answer) == ["last month", "next week", "called off", "perhaps"]
    assert dict(answer.headers) | {"Content-Length": ""} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": 'inline; filename="paris.ics"',
        "Cache-Control": "public, max-age=900, stale-while-revalidate=3600",
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Last-Modified": "Wed, 10 Jun 2026 12:00:00 GMT",
        "ETag": answer.headers["ETag"],
        "X-Content-Type-Options": "nosniff",
        "Content-Length": "",
    }


def test_everything_there_ever_was(client, paris):
    assert uids(client.get(f"{GROUP}?past=all")) == [
        "long ago", "called off long ago", "last month", "next week", "called off", "perhaps",
        "far away",
    ]  # fmt: skip


def test_the_federation_and_one_meetup(client, paris):
    assert uids(client.get("/calendar.ics")) == ["last month", "next week", "called off", "perhaps"]
    assert uids(client.get("/events/next-week.ics")) == ["next week"]


@pytest.mark.parametrize(
    "path",
    ["/groups/nobody/calendar.ics", "/events/nothing.ics", "/events/a-draft.ics"],
)
def test_what_is_not_there(client, paris, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("gzip, br", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("gzip;q=0.0", ""),
        ("identity", ""),
    ],
)
def test_the_same_calendar_in_each_encoding_under_its_own_tag(client, paris, accepted, encoding):
    plain = client.get(GROUP)
    packed = client.get(GROUP, headers={"Accept-Encoding": accepted})
    assert packed.headers.get("Content-Encoding", "") == encoding
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress, "": bytes}[encoding]
    assert unpack(packed.data) == plain.data
    mark = {"gzip": "-gz", "br": "-br", "": ""}[encoding]
    assert packed.headers["ETag"] == f'{plain.headers["ETag"][:-1]}{mark}"'


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_it_gets_no_body_for_one_query(client, paris, count_queries, form):
    etag = client.get(GROUP).headers["ETag"]
    with count_queries() as queries:
        answer = client.get(GROUP, headers={"If-None-Match": form.format(etag)})
    assert (answer.status_code, answer.data, len(queries)) == (304, b"", 1)
    assert answer.headers["ETag"] == etag


def test_a_fresh_feed_costs_one_query(client, paris, count_queries):
    client.get(GROUP)
    with count_queries() as queries:
        assert client.get(GROUP).status_code == 200
    assert len(queries) == 1


def test_the_tag_decides_before_the_date(client, paris):
    since = client.get(GROUP).headers["Last-Modified"]
    assert client.get(GROUP, headers={"If-Modified-Since": since}).status_code == 304
    headers = {"If-Modified-Since": since, "If-None-Match": '"other"'}
    assert client.get(GROUP, headers=headers).status_code == 200


def test_head_is_get_without_a_body(client, paris):
    got, head = client.get(GROUP), client.head(GROUP)
    assert head.data == b""
    assert dict(head.headers) == dict(got.headers)


def test_no_cookie_is_set_or_looked_at(client, paris):
    client.set_cookie("session", "anything")
    answer = client.get(GROUP)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]


def test_a_change_is_seen_at_once_and_by_that_group_alone(client, paris, frozen_clock):
    with db.transaction():
        make_group(slug="lyon")
    before = {
        path: client.get(path).headers["ETag"] for path in (GROUP, "/groups/lyon/calendar.ics")
    }
    with clock.frozen_at(frozen_clock + timedelta(minutes=1)):
        with db.transaction() as session:
            group = session.get_one(Group, paris.id)
            starts_at = frozen_clock + timedelta(days=20)
            given = EventInput(
                title="New",
                starts_at=starts_at,
                ends_at=starts_at,
                timezone="Europe/Paris",
                uid="new",
            )
            events.save(group, given)
        after = client.get(GROUP)
        assert uids(after) == ["last month", "next week", "called off", "new", "perhaps"]
        assert after.headers["ETag"] != before[GROUP]
        lyon = client.get(
            "/groups/lyon/calendar.ics",
            headers={"If-None-Match": before["/groups/lyon/calendar.ics"]},
        )
        assert lyon.status_code == 304


def test_a_new_day_that_changes_nothing_costs_nobody_a_download(client, paris, frozen_clock):
    etag = client.get(GROUP).headers["ETag"]
    with clock.frozen_at(frozen_clock + timedelta(days=1)):
        answer = client.get(GROUP, headers={"If-None-Match": etag})
        again = client.get(GROUP)
    assert answer.status_code == 304
    assert again.headers["Last-Modified"] == "Wed, 10 Jun 2026 12:00:00 GMT"


def test_a_full_feed_says_what_it_lacks(client, paris, monkeypatch):
    monkeypatch.setattr("usergroups.queries.feed_events.MOST", 2)
    with db.transaction() as session:
        session.execute(update(Group).values(summary="We meet."))
    answer = client.get(GROUP)
    assert uids(answer) == ["next week", "called off"]
    assert str(Calendar.from_ical(answer.data)["X-WR-CALDESC"]) == (
        "We meet. 2 meetups further away than these are not in this calendar."
    )


def test_the_queries_of_a_build_do_not_grow_with_the_feed(client, paris, count_queries):
    def build() -> int:
        with db.transaction() as session:
            session.execute(update(Group).values(version=Group.version + 1))
        with count_queries() as queries:
            client.get(GROUP)
        return len(queries)

    few = build()
    with db.transaction() as session:
        group = session.get_one(Group, paris.id)
        for _ in range(50):
            make_event(group)
    assert build() == few
    with db.reading() as session:
        assert session.query(Event).count() == 58


def test_a_meetup_that_two_groups_read_stands_in_the_federations_feed_once(client, paris):
    with db.transaction():
        for slug in ("first", "second"):
            group = make_group(slug=slug)
            source = make_source(group)
            make_event(group, uid="shared", source_id=source.id, origin=Origin.IMPORTED)
    both = uids(client.get("/calendar.ics"))
    assert both.count("shared") == 1
    for slug in ("first", "second"):
        assert uids(client.get(f"/groups/{slug}/calendar.ics")) == ["shared"]


def test_of_many_who_want_the_same_feed_made_one_makes_it(app, paris, monkeypatch):
    made, start, build = [], Barrier(8), feeds.build

    def slowly(*asked):
        made.append(asked)
        sleep(0.1)  # long enough for all to come
        return build(*asked)

    monkeypatch.setattr(feeds, "build", slowly)

    def ask(_number: int) -> bytes:
        start.wait()
        return app.test_client().get(GROUP).data

    with ThreadPoolExecutor(8) as pool:
        given = set(pool.map(ask, range(8)))

    assert len(made) == 1
    assert len(given) == 1


def test_who_subscribed_under_a_former_name_is_sent_on(client, paris):
    with db.transaction() as session:
        session.add(FormerSlug(slug="lutetia", group_id=paris.id))
    answer = client.get("/groups/lutetia/calendar.ics?past=all")
    assert answer.status_code == 301
    assert answer.location.endswith("/groups/paris/calendar.ics?past=all")
