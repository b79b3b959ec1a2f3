"""Calendars of many groups: which meetups they hold, and how far they may be behind."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from tests.factories import make_event, make_group
from usergroups import clock, db
from usergroups.jobs import handlers
from usergroups.models import Feed, FormerSlug, Group, Job, JobKind, Topic
from usergroups.services import feeds
from usergroups.services.revisions import mark_changed


@pytest.fixture
def groups(database, frozen_clock):
    """Three groups with a meetup each, and one that has none."""
    with db.transaction() as session:
        python = Topic(slug="python", name="Python")
        session.add_all([python, Topic(slug="rust", name="Rust")])
        made = {}
        for slug, country, latitude, longitude, topics in (
            ("paris", "FR", 48.8566, 2.3522, [python]),
            ("lyon", "FR", 45.7640, 4.8357, []),
            ("berlin", "DE", 52.52, 13.405, [python]),
            ("empty", "AT", 48.2, 16.37, []),
        ):
            group = make_group(
                slug=slug, name=f"UG {slug.title()}", country=country, latitude=latitude,
                longitude=longitude, topics=topics,
            )  # fmt: skip
            made[slug] = group
            if slug != "empty":
                make_event(group, uid=slug, starts_at=frozen_clock + timedelta(days=3))
    return made


def read(client, path: str) -> Calendar:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Calendar.from_ical(answer.data)


def uids(client, path: str) -> set[str]:
    return {str(event["UID"]) for event in read(client, path).walk("VEVENT")}


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("/calendar.ics", {"paris", "lyon", "berlin"}),
        ("/calendar.ics?utm_source=x&topic=", {"paris", "lyon", "berlin"}),
        ("/countries/FR/calendar.ics", {"paris", "lyon"}),
        ("/calendar.ics?country=fr", {"paris", "lyon"}),
        ("/countries/AT/calendar.ics", set()),
        ("/calendar.ics?topic=python", {"paris", "berlin"}),
        ("/calendar.ics?topic=rust", set()),
        ("/calendar.ics?topic=python&country=FR", {"paris"}),
        ("/calendar.ics?near=48.85,2.35", {"paris"}),
        ("/calendar.ics?near=48.85,2.35&within=500", {"paris", "lyon"}),
        ("/calendar.ics?near=48.85,2.35&within=500&topic=python", {"paris"}),
        ("/calendar.ics?near=-0.01,-179.99&within=10", set()),
        ("/calendar.ics?groups=lyon,berlin", {"lyon", "berlin"}),
        ("/calendar.ics?groups=lyon&groups=berlin,lyon", {"lyon", "berlin"}),
    ],
)
def test_which_meetups_they_hold(client, groups, path, held):
    assert uids(client, path) == held


def test_the_same_calendar_is_kept_once_however_it_is_asked_for(client, groups):
    for path in (
        "/countries/FR/calendar.ics", "/calendar.ics?country=fr",
        "/calendar.ics?near=48.8566,2.3522&within=90",
        "/calendar.ics?within=100.0&near=48.91,%202.4",
        "/calendar.ics?groups=b,lyon,paris", "/calendar.ics?groups=paris,lyon,,%20lyon,b",
    ):  # fmt: skip
        assert client.get(path).status_code == 200
    with db.reading() as session:
        assert set(session.scalars(select(Feed.subject))) == {
            "country=FR", "near=48.9,2.4&within=100", "groups=b,lyon,paris",
        }  # fmt: skip


def test_what_they_say_of_themselves(client, groups):
    def said(path: str) -> tuple[str, ...]:
        calendar = read(client, path)
        names = ("NAME", "DESCRIPTION", "SOURCE", "URL")
        # NAME is handed over as it is written (RFC 5545 section 3.3.11).
        return tuple(str(calendar.get(name, "")).replace("\\,", ",") for name in names)

    base = "http://usergroups.test"
    near = "near=48.9,2.4&within=50"
    assert said("/calendar.ics?near=48.88,2.42&within=40") == (
        "Usergroups: within 50 km of 48.9, 2.4",
        "The place is rounded to a tenth of a degree, the distance up.",
        f"{base}/calendar.ics?{near}", f"{base}/subscribe?{near}",
    )  # fmt: skip
    assert said("/calendar.ics?groups=paris,nobody,lyon") == (
        "Usergroups: UG Lyon, UG Paris", "There is no group at these addresses: nobody.",
        f"{base}/calendar.ics?groups=lyon,nobody,paris",
        f"{base}/subscribe?groups=lyon,nobody,paris",
    )  # fmt: skip
    assert said("/calendar.ics?country=FR")[2] == f"{base}/countries/FR/calendar.ics"


def test_a_group_that_moved_is_still_among_the_chosen(client, groups):
    with db.transaction() as session:
        session.add(FormerSlug(slug="lutetia", group_id=groups["paris"].id))
    assert uids(client, "/calendar.ics?groups=lutetia") == {"paris"}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("country=XX", "country: "),
        ("near=there", "near: "),
        ("near=91,0", "near: "),
        ("near=nan,0", "near: "),
        ("near=48,2&within=nan", "within: "),
        ("near=48,2&within=501", "within: "),
        ("near=48,2&within=-1", "within: "),
        ("within=50", "input: "),
        ("country=FR&country=DE", "country: "),
        ("groups=a&topic=b", "input: "),
        ("groups=" + ",".join(f"g{n}" for n in range(51)), "groups: "),
        ("groups=../x", "groups: "),
        ("topic=%00", "topic: "),
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_words(client, groups, query, told):
    answer = client.get(f"/calendar.ics?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert answer.text.startswith(told)
    assert len(answer.text) > len(told) + 5


@pytest.mark.parametrize(
    "path", ["/countries/XX/calendar.ics", "/calendar.ics?topic=none", "/calendar.ics?groups=none"]
)
def test_what_is_not_there(client, groups, path):
    assert client.get(path).status_code == 404


def test_a_country_in_small_letters_is_elsewhere(client, groups):
    answer = client.get("/countries/fr/calendar.ics")
    assert (answer.status_code, answer.location) == (301, "/countries/FR/calendar.ics")


def changed(group: Group, uid: str) -> None:
    with db.transaction() as session:
        make_event(
            session.get_one(Group, group.id), uid=uid, starts_at=clock.now() + timedelta(days=9)
        )
        mark_changed(group)


def rebuilds() -> list[Job]:
    with db.reading() as session:
        return list(session.scalars(select(Job).where(Job.kind == JobKind.REBUILD_FEED)))


def test_they_are_made_anew_beside_those_who_ask(client, groups, config, frozen_clock):
    path = "/countries/FR/calendar.ics"
    assert "new" not in uids(client, path)
    changed(groups["paris"], "new")
    with clock.frozen_at(frozen_clock + timedelta(seconds=20)):
        assert "new" not in uids(client, path)
        assert rebuilds() == []  # it was made a moment ago
    with clock.frozen_at(frozen_clock + timedelta(minutes=1)):
        for _ in range(3):
            assert "new" not in uids(client, path)
        [job] = rebuilds()
        assert job.arguments == {"subject": "country=FR"}
        handlers.rebuild_feed(config, **job.arguments)
        assert "new" in uids(client, path)
        assert "new" in uids(client, "/groups/paris/calendar.ics")


def test_they_are_never_further_behind_than_five_minutes(client, groups, frozen_clock):
    assert "new" not in uids(client, "/calendar.ics")
    changed(groups["paris"], "new")
    assert "new" in uids(client, "/groups/paris/calendar.ics")
    with clock.frozen_at(frozen_clock + timedelta(minutes=4, seconds=59)):
        assert "new" not in uids(client, "/calendar.ics")
    with clock.frozen_at(frozen_clock + timedelta(minutes=5)):
        assert "new" in uids(client, "/calendar.ics")


def test_a_change_elsewhere_costs_nobody_a_download(client, groups, frozen_clock):
    path = "/countries/DE/calendar.ics"
    etag = client.get(path).headers["ETag"]
    changed(groups["paris"], "new")
    with clock.frozen_at(frozen_clock + timedelta(hours=1)):
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304


def test_what_nobody_asks_for_any_more_is_forgotten(client, groups, frozen_clock):
    client.get("/calendar.ics?near=48,2")
    with clock.frozen_at(frozen_clock + timedelta(days=2)):
        client.get("/calendar.ics")
    with clock.frozen_at(frozen_clock + timedelta(days=4)):
        with db.transaction():
            feeds.forget_old()
        with db.reading() as session:
            assert list(session.scalars(select(Feed.subject))) == [""]


def test_many_keys_do_not_fill_the_table(client, groups, monkeypatch):
    monkeypatch.setattr(feeds, "MOST_WIDE", 5)
    for latitude in range(12):
        client.get(f"/calendar.ics?near={latitude},0")
    with db.reading() as session:
        assert len(list(session.scalars(select(Feed.subject)))) <= 5


def test_a_build_costs_so_many_queries_and_a_fresh_one_one(client, groups, count_queries):
    path = "/calendar.ics?near=48.85,2.35&within=500&topic=python"

    def cost() -> int:
        with count_queries() as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    cold = cost()
    assert (cold <= 17, cost()) == (True, 1)
    with db.transaction() as session:
        for _ in range(40):
            make_event(session.get_one(Group, groups["paris"].id))
        session.execute(update(Feed).values(made_of=""))
        session.execute(update(Feed).values(built_at=clock.now() - timedelta(hours=1)))
    assert cost() <= cold + 1
