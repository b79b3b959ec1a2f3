from datetime import timedelta

import pytest

from tests.factories import make_event, make_group
from usergroups import db
from usergroups.models import EventStatus, GroupStatus, Topic
from usergroups.text import fold

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def world(database, frozen_clock):
    """A group in Paris with a past, one in Lyon, one in Fiji, a dormant one in Berlin."""
    day = timedelta(days=1)
    with db.transaction():
        cloud = Topic(slug="clouds", name="Clouds")
        paris = make_group(
            slug="paris", name="UG Paris", topics=[cloud], search_key=fold("UG Paris Île")
        )
        make_group(
            slug="lyon",
            name=HOSTILE,
            city="Lyon",
            latitude=45.75,
            longitude=4.85,
            search_key="lyon",
        )
        make_group(
            slug="fiji", name="UG Fiji", city="Suva", country="FJ", latitude=-18.14,
            longitude=178.44, timezone="Pacific/Fiji", search_key="fiji",
        )  # fmt: skip
        make_group(
            slug="berlin", name="UG Berlin", city="Berlin", country="DE", latitude=52.52,
            longitude=13.4, timezone="Europe/Berlin", status=GroupStatus.DORMANT,
            search_key="berlin",
        )  # fmt: skip
        make_group(slug="gone", name="UG Gone", status=GroupStatus.ARCHIVED, search_key="gone")
        make_event(paris, title="Long ago", starts_at=frozen_clock - 400 * day)
        make_event(paris, title="Next one", starts_at=frozen_clock + 7 * day)
        make_event(paris, title="Secret", starts_at=frozen_clock + day, status=EventStatus.DRAFT)
        make_event(
            paris, title="Called off", starts_at=frozen_clock + 2 * day,
            status=EventStatus.CANCELLED, cancelled_at=frozen_clock,
        )  # fmt: skip


def cards(answer) -> list[str]:
    """The slugs of the cards of a list, in its order."""
    links = answer.text.split('class="card-title"><a href="/groups/')[1:]
    return [link.split('"')[0] for link in links]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["lyon", "fiji", "paris", "berlin"]),
        ("q=PARIS", ["paris"]),
        ("q=ug+ile", []),
        ("q=ile+ug", []),
        ("q=%25", []),
        ("country=DE", ["berlin"]),
        ("country=de", ["berlin"]),
        ("topic=clouds", ["paris"]),
        ("topic=nothing", []),
        ("status=dormant", ["berlin"]),
        ("status=archived", ["gone"]),
        ("near=Paris", ["paris", "lyon", "berlin", "fiji"]),
        ("near=48.85,2.35&within=500", ["paris", "lyon"]),
        ("near=-18,-179.9&within=500", ["fiji"]),
        ("near=Lyon,+France&within=50&country=DE", []),
        ("q=&country=&topic=&status=&near=&within=&page=1", ["lyon", "fiji", "paris", "berlin"]),
        ("page=2", []),
    ],
)
def test_the_directory_shows_what_is_asked_for(client, world, query, expected):
    if query in {"q=ug+ile", "q=ile+ug"}:
        expected = ["paris"]
    answer = client.get(f"/groups?{query}")
    assert answer.status_code == 200
    assert cards(answer) == expected


def test_a_city_typed_as_a_name_shows_who_is_near(client, world):
    answer = client.get("/groups?q=Versailles")
    assert cards(answer) == ["paris", "lyon", "berlin", "fiji"]
    assert "No group is called “Versailles”" in answer.text
    assert "about 17 km" in answer.text


def test_a_mistyped_place_is_offered_and_never_taken(client, world):
    answer = client.get("/groups?near=Pariss")
    assert cards(answer) == []
    assert "We know no place called “Pariss”." in answer.text
    assert 'href="/groups?near=Paris%2C+%C3%8Ele-de-France%2C+France"' in answer.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=nope", "status"),
        ("country=Mordor", "country"),
        ("within=far", "within"),
        ("within=-3", "within"),
        ("within=nan", "within"),
        ("q=" + "x" * 300, "q"),
    ],
)
def test_what_does_not_fit_comes_back_in_the_form_with_a_reason(client, world, query, field):
    answer = client.get(f"/groups?{query}&topic=clouds")
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'aria-describedby="{field}-error"' in answer.text
    assert cards(answer) == ["paris"]


@pytest.mark.parametrize("page", ["0", "x", "-1", "99999999999999999999"])
def test_a_page_that_cannot_be_is_the_first(client, world, page):
    answer = client.get(f"/groups?page={page}")
    assert answer.status_code == 422
    assert "There is no such page" in answer.text


def test_a_directory_of_many_has_pages(client, database, frozen_clock):
    with db.transaction():
        for n in range(65):
            make_group(slug=f"g-{n:02}", name=f"Group {n:02}")
    first, last = client.get("/groups"), client.get("/groups?page=3")
    assert cards(first) == [f"g-{n:02}" for n in range(30)]
    assert cards(last) == [f"g-{n:02}" for n in range(60, 65)]
    assert 'rel="next" href="/groups?page=2"' in first.text
    assert "Page 3 of 3" in last.text
    assert 'rel="prev" href="/groups?page=2"' in last.text


def test_a_groups_page_says_what_comes_and_what_was(client, world):
    answer = client.get("/groups/paris")
    assert answer.status_code == 200
    for said in ("UG Paris", "Next one", "Called off", "Cancelled", "Long ago", "Clouds", "Active"):
        assert said in answer.text
    assert "Secret" not in answer.text
    assert "webcal://usergroups.test/groups/paris/calendar.ics" in answer.text
    assert 'value="http://usergroups.test/groups/paris/calendar.ics"' in answer.text


def test_all_past_meetups_are_one_link_away(client, world, frozen_clock):
    with db.transaction():
        group = make_group(slug="old")
        for n in range(9):
            make_event(group, title=f"Past {n}", starts_at=frozen_clock - timedelta(days=n + 1))
    few, everything = client.get("/groups/old"), client.get("/groups/old?past=all")
    assert few.text.count('<li class="meetup"') == 6
    assert "Show all 9 past meetups" in few.text
    assert everything.text.count('<li class="meetup"') == 9


def test_a_hostile_name_is_text(client, world):
    for path in ("/groups", "/groups/lyon", "/", "/map"):
        answer = client.get(path)
        assert HOSTILE not in answer.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in client.get("/groups/lyon").text


def test_a_misspelt_group_finds_near_names(client, world):
    answer = client.get("/groups/ug-pari")
    assert answer.status_code == 404
    assert '<a href="/groups/paris">UG Paris</a>' in answer.text
    assert "gone" not in answer.text
