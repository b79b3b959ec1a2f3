"""Where the next group should be: for those who review, and without giving anybody away."""

import math
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories import make_group, make_meetup, make_rsvp, make_user
from tests.web.test_team import entered
from usergroups import clock, db
from usergroups.models import GroupStatus, Waiting
from usergroups.queries import coverage
from usergroups.web import site

PATH = "/steward/coverage"
LYON = {"place": "Lyon, Auvergne-Rhône-Alpes, France", "latitude": 45.748, "longitude": 4.847}
NANTES = {"place": "Nantes, Pays de la Loire, France", "latitude": 47.217, "longitude": -1.553}
HOSTILE = "<script>alert(1)</script>"


def plant() -> None:
    """Six people in Lyon and four in Nantes; a group that lives in Paris, a vacant one in Lyon."""
    with db.transaction():
        make_group(name=f"UG Paris {HOSTILE}", latitude=48.8566, longitude=2.3522)
        make_group(name="UG Lyon", latitude=45.76, longitude=4.83, status=GroupStatus.VACANT)
        for number in range(10):
            make_user(email=f"{number}@example.org", **(LYON if number < 6 else NANTES))
        make_user(email="nowhere@example.org")


@pytest.fixture
def steward(app, database, frozen_clock) -> FlaskClient:
    with db.transaction():
        somebody = make_user(email="steward@example.org", is_steward=True)
    return entered(app, somebody)


def text(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def test_few_people_in_one_place_are_told_by_their_sum_alone(app, steward, count_queries):
    plant()
    with count_queries() as queries:
        page = steward.get(PATH)
    said = text(page)
    assert page.status_code == 200
    assert len(queries) <= 7
    assert "10 people have said where they live. 10 of them have no living group within 100" in said
    assert "UG Paris <script>alert(1)</script> , about 390 km" in said
    assert HOSTILE not in page.text
    assert "4 people more live where fewer than 5 do." in said
    homes = said[said.index("Where people live") :]
    assert "Nantes" not in homes
    french = text(steward.get(f"{PATH}?country=FR"))
    assert "Lyon, Auvergne-Rhône-Alpes, France 6" in french
    assert "Nantes, Pays de la Loire, France fewer than 5" in french
    assert "Japan" not in french[french.index("Places that reach") :]
    with app.app_context(), db.reading():
        found = coverage.look(site.gazetteer(), km=100, most=20)
    assert [(home.label, home.people, home.group) for home in found.homes] == [
        (LYON["place"], 6, f"UG Paris {HOSTILE}")
    ]
    assert {one.people for one in found.proposals if one.people} == {6}
    assert None in {
        one.people for one in found.proposals
    }  # Nantes is a city: its four are not told


def test_the_first_place_reaches_most(app, database):
    plant()
    with app.app_context(), db.reading():
        found = coverage.look(site.gazetteer(), km=500, most=3)
    assert (found.people, found.beyond, found.hidden) == (10, 0, 4)
    assert len(found.proposals) == 3
    assert [one.people for one in found.proposals] == [0, 0, 0]
    sizes = [one.inhabitants for one in found.proposals]
    assert sizes == sorted(sizes, reverse=True)


def test_who_waits_for_a_group_counts_once(database, app):
    plant()
    waits = {"latitude": 47.217, "longitude": -1.553, "place": NANTES["place"], "country": "FR"}
    with db.transaction() as session:
        for email in ("0@example.org", "new@example.org"):
            session.add(Waiting(email=email, confirmed_at=clock.now(), **waits))
        session.add(Waiting(email="unsure@example.org", **waits))
    with app.app_context(), db.reading():
        found = coverage.look(site.gazetteer(), km=100, most=3)
    assert [(home.label, home.people) for home in found.homes] == [
        (LYON["place"], 6),
        (NANTES["place"], 5),
    ]


def test_who_would_help_is_named_beside_the_places_within_reach(steward):
    plant()
    offers = [("Ada & Co.", "ada+x@example.org", True), ("Unsure", "unsure@example.org", False)]
    with db.transaction() as session:
        for name, email, is_confirmed in offers:
            session.add(
                Waiting(
                    email=email, name=name, helps=True, country="FR", **LYON,
                    confirmed_at=clock.now() if is_confirmed else None,
                )
            )  # fmt: skip
        quiet = Waiting(email="quiet@example.org", country="FR", confirmed_at=clock.now(), **LYON)
        session.add(quiet)
    page = steward.get(f"{PATH}?country=FR").text
    assert 'href="mailto:ada%2Bx%40example.org">Ada &amp; Co.</a>' in page
    assert page.count("mailto:") == 1
    assert "Nobody yet" in page
    assert [word for word in ("Unsure", "unsure@", "quiet@") if word in page] == []


def test_countries_that_people_travel_from(steward, database):
    with db.transaction():
        london = make_group(slug="london", country="GB")
        make_group(slug="oslo", country="NO", status=GroupStatus.DORMANT)
        make_group(slug="lyon", country="FR")
        first, second = make_meetup(london), make_meetup(london)
        for number in range(6):
            guest = make_user(email=f"fr{number}@example.org")
            for meetup in (first, second):
                make_rsvp(meetup, guest, country="FR")
        for number in range(5):
            make_rsvp(first, make_user(email=f"no{number}@example.org"), country="NO")
            make_rsvp(first, make_user(email=f"gb{number}@example.org"), country="GB")
        for number in range(4):
            make_rsvp(first, make_user(email=f"hu{number}@example.org"), country="HU")
    said = text(steward.get(PATH))
    origins = said[said.index("Countries that people travel") : said.index("Where people live")]
    assert "France 6 1" in origins
    assert "Norway 5 0" in origins
    assert [name for name in ("United Kingdom", "Hungary") if name in origins] == []


def test_without_a_group_or_people(steward):
    said = text(steward.get(PATH))
    assert "Nobody has said yet where they live" in said
    with db.transaction():
        for number in range(5):
            make_user(email=f"{number}@example.org", **LYON)
    assert "There is none yet." in text(steward.get(PATH))


@pytest.mark.parametrize("reach", ["nan", "inf", "0", "-5", "far", "100000"])
def test_a_reach_that_is_none(steward, reach):
    answer = steward.get(f"{PATH}?reach={reach}")
    assert answer.status_code == 422
    assert "Choose between 10 and 500 km." in text(answer)


def test_the_picture_shows_groups_people_and_numbers(steward):
    plant()
    for region in ("europe", "world"):
        picture = steward.get(f"{PATH}.svg?reach=100&region={region}")
        assert picture.mimetype == "image/svg+xml"
        assert picture.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert picture.text.count('class="active"') == 1
        (ring,) = re.findall(r'class="k" cx="[\d.]+" cy="[\d.]+" r="([\d.]+)"', picture.text)
        assert float(ring) == pytest.approx(5 + 1.2 * math.sqrt(6), abs=0.01)
        numbers = [int(one) for one in re.findall(r'class="n"[^>]*>(\d+)<', picture.text)]
        assert numbers == sorted(numbers)
        assert numbers
