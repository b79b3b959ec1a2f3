"""Stewards and coordinators over HTTP: appointed, dismissed, found."""

import pytest
from sqlalchemy import select

from tests.factories import make_user
from tests.people import crowd
from tests.web.test_team import entered
from usergroups import db
from usergroups.models import Coordinator, User
from usergroups.services import stewards

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
PEOPLE = "/steward/people"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def people(database) -> dict[str, User]:
    return crowd()


def test_stewards_appoint_and_dismiss(app, people):
    browser = entered(app, people["steward"])
    for _ in range(2):
        answer = browser.post(f"{PEOPLE}/stewards", data={"email": people["visitor"].email.upper()})
        assert (answer.status_code, answer.location) == (303, PEOPLE)
    other = entered(app, people["visitor"])
    assert other.get(PEOPLE).status_code == 200
    assert browser.post(f"{PEOPLE}/stewards/{people['visitor'].id}/dismiss").location == PEOPLE
    # What was taken away is gone at once, in every browser.
    assert other.get(PEOPLE).status_code == 403
    assert f"stewards/{people['steward'].id}/dismiss" not in browser.get(PEOPLE).text
    last = browser.post(f"{PEOPLE}/stewards/{people['steward'].id}/dismiss")
    assert last.status_code == 409
    assert "The federation needs a steward: appoint another first." in last.text


def test_a_steward_who_dismisses_themselves_is_led_to_their_own_page(app, people):
    browser = entered(app, people["steward"])
    with db.transaction():
        stewards.appoint_steward(people["visitor"].email, by=None)
    assert browser.post(f"{PEOPLE}/stewards/{people['steward'].id}/dismiss").location == "/me"


def test_coordinators_are_appointed_by_country(app, people):
    browser = entered(app, people["steward"])
    given = {"address": people["visitor"].email, "country": "hu"}
    assert browser.post(f"{PEOPLE}/coordinators", data=given).status_code == 303
    assert "Hungary" in browser.get(PEOPLE).text
    dismissed = browser.post(
        f"{PEOPLE}/coordinators/{people['visitor'].id}/dismiss", data={"country": "HU"}
    )
    assert dismissed.status_code == 303
    with db.reading() as session:
        query = select(Coordinator.country).order_by(Coordinator.country)
        assert session.scalars(query).all() == ["DE", "FR"]


@pytest.mark.parametrize(
    ("path", "given", "said"),
    [
        ("stewards", {"email": "nobody@example.org"}, "Nobody has an account with this address."),
        ("stewards", {"email": HOSTILE}, "An address such as ada@example.org, please."),
        ("coordinators", {"address": "nobody@example.org", "country": "FR"},
         "Nobody has an account with this address."),
        ("coordinators", {"address": "a@example.org", "country": "XX"}, "We know no country"),
    ],
)  # fmt: skip
def test_what_does_not_fit_comes_back(app, people, path, given, said):
    answer = entered(app, people["steward"]).post(f"{PEOPLE}/{path}", data=given)
    assert answer.status_code == 422
    assert said in answer.text
    assert HOSTILE not in answer.text


def test_people_are_found_by_pieces_of_name_and_address(app, people, count_queries):
    with db.transaction():
        for n in range(31):
            make_user(name=f"Zoë {n:02} {HOSTILE}", email=f"zoe{n}@example.net")
        make_user(name="100% sure", email="sure@example.net")
    browser = entered(app, people["steward"])
    with count_queries() as queries:
        page = browser.get(f"{PEOPLE}?q=EXAMPLE.NET")
    assert len(queries) <= 9
    assert "32 people" in page.text
    assert "Page 1 of 2" in page.text
    assert HOSTILE not in page.text
    assert "1 person" in browser.get(f"{PEOPLE}?q=100%25").text
    assert "0 people" in browser.get(f"{PEOPLE}?q=zoe_0").text
    assert browser.get(f"{PEOPLE}?page=0").status_code == 422
