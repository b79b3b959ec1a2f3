"""The attendees of a meetup at its desk."""

import csv
import io

import pytest
from sqlalchemy import func, insert, select

from tests.browsing import browser_of, post, signed_in
from tests.factories import make_meetup, make_rsvp, make_user
from tests.people import team_of
from usergroups import clock, db
from usergroups.models import Event, EventQuestion, Rsvp, RsvpAnswer, RsvpStatus, User

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

FORMULA = '=HYPERLINK("https://evil.example")<b>'
AT = "/organize/paris/meetups/bcdfghjkmn/attendees"


@pytest.fixture
def world(app):
    """A meetup of three seats, four answers, and its organizer's browser."""
    group, people = team_of("organizer", slug="paris")
    with db.transaction():
        event = make_meetup(group, 3, public_id="bcdfghjkmn")
        make_rsvp(event, make_user(name="Ada", email="ada@example.org"))
        make_rsvp(event, make_user(name="Győző"), guests=1)
        make_rsvp(event, make_user(name=""), RsvpStatus.WAITLISTED)
        make_rsvp(event, make_user(name="Dora"), RsvpStatus.DECLINED)
    return event, browser_of(app, people["organizer"])


def ids(event: Event) -> list[int]:
    with db.reading() as session:
        return [one.id for one in session.query(Rsvp).order_by(Rsvp.arrival)]


def states() -> list[str]:
    with db.reading() as session:
        return [one.status.value for one in session.query(Rsvp).order_by(Rsvp.arrival)]


def test_the_list(world):
    _, browser = world
    page = browser.get(AT).text
    assert "3 of 3 places are taken" in page
    assert "1 waits in line" in page
    for word in ("Ada", "Győző", "No name given", "Dora", "with 1 guest"):
        assert word in page
    assert "ada@example.org" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=gyozo", {"Győző"}),
        ("?q=ada@example.org", {"Ada"}),
        ("?status=declined", {"Dora"}),
        ("?q=ada&status=declined", set()),
    ],
)
def test_whoever_is_looked_for(world, query, found):
    page = world[1].get(f"{AT}{query}").text
    shown = {name for name in ("Ada", "Győző", "Dora") if f'member-name">{name} ' in page}
    assert shown == found


def test_bad_filters_are_named(world):
    assert world[1].get(f"{AT}?status=asleep").status_code == 422


def test_the_table(world):
    answer = world[1].get(f"{AT}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.text.lstrip("\ufeff").splitlines()[:3] == [
        "name,answer,place_in_line,takes_part,guests,answered_on,checked_in",
        "Ada,going,,in_person,0,2026-06-10,no",
        "Győző,going,,in_person,1,2026-06-10,no",
    ]
    assert "@example.org" not in answer.text


def test_taken_off_the_list(world):
    event, browser = world
    answer = post(browser, f"{AT}/{ids(event)[0]}/remove", AT)
    assert (answer.status_code, answer.headers["Location"]) == (303, AT)
    assert "Taken off the list." in browser.get(AT).text
    assert states() == ["cancelled", "going", "going", "declined"]


def test_let_in_only_for_a_reason_and_only_if_there_is_a_seat(world):
    event, browser = world
    path = f"{AT}/{ids(event)[2]}/let-in"
    assert post(browser, path, AT).status_code == 422
    answer = post(browser, path, AT, reason=" ")
    assert (answer.status_code, "Please fill this in." in answer.text) == (422, True)
    answer = post(browser, path, AT, reason="speaks")
    assert answer.status_code == 409
    assert "There are not so many seats: 0 are free." in answer.text
    assert states()[2] == "waitlisted"


def test_changed_and_brought_back(world):
    event, browser = world
    _, second, _, last = ids(event)
    assert post(browser, f"{AT}/{second}", AT, guests="0").status_code == 303
    assert states() == ["going", "going", "going", "declined"]
    assert post(browser, f"{AT}/{last}", AT, guests="0").status_code == 303
    assert states() == ["going", "going", "going", "waitlisted"]
    assert post(browser, f"{AT}/{last}", AT, guests="12").status_code == 422


def test_it_is_for_organizers(app, world):
    event, _ = world
    other = signed_in(app)
    for path in (AT, f"{AT}.csv", f"{AT}/{ids(event)[0]}"):
        assert other.get(path).status_code == 403
        assert app.test_client().get(path).status_code == 401


def many(event: Event, number: int, status: RsvpStatus) -> None:
    """So many more who answered the meetup and its question."""
    with db.transaction() as session:
        first = session.scalar(select(func.max(Rsvp.arrival))) or 0
        people = [
            {"email": f"{first}-{n}@example.org", "name": f"Nr {n:05}"} for n in range(number)
        ]
        users = session.scalars(insert(User).returning(User.id), people).all()
        rows = [
            {"event_id": event.id, "user_id": user, "status": status, "arrival": first + n}
            for n, user in enumerate(users, 1)
        ]
        rsvps = session.scalars(insert(Rsvp).returning(Rsvp.id), rows).all()
        answers = [{"rsvp_id": rsvp, "question_id": 1, "text": "Vegan"} for rsvp in rsvps]
        session.execute(insert(RsvpAnswer), answers)


def test_five_thousand_cost_no_more_than_fifty(world, count_queries):
    event, browser = world
    with db.transaction() as session:
        session.add(EventQuestion(event_id=event.id, kind="text", text="Which meal?"))
    pages = (AT, f"{AT}?page=2", f"{AT}?q=nr+00009", f"{AT}?status=waitlisted", f"{AT}.csv")
    counts = []
    for more in (25, 2_475):
        many(event, more, RsvpStatus.GOING)
        many(event, more, RsvpStatus.WAITLISTED)
        for path in pages:
            with count_queries() as queries:
                assert browser.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[: len(pages)] == counts[len(pages) :]
    assert max(counts) <= 15
    page = browser.get(f"{AT}?status=waitlisted&page=84").text
    assert "number 2,501" in page
    assert "Which meal?" in page
    assert len(browser.get(f"{AT}.csv").text.splitlines()) == 5_005


def test_answers_stand_with_the_name_and_in_the_table_and_run_in_no_spreadsheet(world):
    event, browser = world
    with db.transaction() as session:
        meal = EventQuestion(event_id=event.id, kind="text", text="=1+1?", retired_at=clock.now())
        tick = EventQuestion(event_id=event.id, kind="tick", text="Laptop")
        session.add_all([meal, tick])
        session.flush()
        first, second = session.scalars(select(Rsvp).order_by(Rsvp.arrival)).all()[:2]
        session.add(RsvpAnswer(rsvp_id=first.id, question_id=meal.id, text=FORMULA))
        session.add(RsvpAnswer(rsvp_id=second.id, question_id=tick.id, text="yes"))
    page = browser.get(AT).text
    assert "<dt>=1+1?</dt> <dd>=HYPERLINK(&#34;https://evil.example&#34;)&lt;b&gt;</dd>" in page
    assert "<dt>Laptop</dt> <dd>Yes</dd>" in page
    rows = list(csv.reader(io.StringIO(browser.get(f"{AT}.csv").text.lstrip("\ufeff"))))
    assert rows == [
        ["name", "answer", "place_in_line", "takes_part", "guests", "answered_on", "checked_in",
         "'=1+1?", "Laptop"],
        ["Ada", "going", "", "in_person", "0", "2026-06-10", "no", f"'{FORMULA}", ""],
        ["Győző", "going", "", "in_person", "1", "2026-06-10", "no", "", "yes"],
        ["", "waitlisted", "1", "in_person", "0", "2026-06-10", "no", "", ""],
        ["Dora", "declined", "", "in_person", "0", "2026-06-10", "no", "", ""],
    ]  # fmt: skip
