"""Answering a meetup on its page: one's state, one click, and words for whatever cannot be."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.factories import make_group, make_meetup, make_rsvp, make_user
from tests.web.test_signing_in import token
from usergroups import clock, db
from usergroups.models import Attendance, Event, EventStatus, Rsvp, RsvpStatus, User
from usergroups.services import accounts

WAITLISTED, OFFERED = RsvpStatus.WAITLISTED, RsvpStatus.OFFERED


@pytest.fixture(autouse=True)
def at_noon(frozen_clock):
    """The clock stands still."""


@pytest.fixture
def ada(client) -> User:
    """Somebody, signed in."""
    with db.transaction():
        user = make_user(email="ada@example.org", name="Ada")
        secret = accounts.offer_sign_in(user)
    path = f"/sign-in/{secret}"
    client.post(path, data={"csrf_token": token(client.get(path))})
    return user


def meetup(seats: int | None = 50, **given) -> Event:
    with db.transaction():
        return make_meetup(make_group(slug="paris"), seats, public_id="bcdfghjkmn", **given)


def others(event: Event, *answers: RsvpStatus, **given) -> None:
    with db.transaction() as session:
        held = session.get_one(Event, event.id)
        for status in answers:
            offer = {"offered_until": NOW + timedelta(hours=1)} if status is OFFERED else {}
            make_rsvp(held, make_user(), status, **offer, **given)


def mine(event: Event, user: User) -> Rsvp | None:
    with db.reading() as session:
        return session.query(Rsvp).filter_by(event_id=event.id, user_id=user.id).one_or_none()


def send(client, path="", **data):
    page = client.get("/rsvp/bcdfghjkmn")
    return client.post(f"/rsvp/bcdfghjkmn{path}", data={"csrf_token": token(page), **data})


def follow(client, answer):
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rsvp/bcdfghjkmn")
    return client.get("/rsvp/bcdfghjkmn").text


def test_visitors_learn_how_to_answer(client, app):
    meetup()
    answer = client.get("/rsvp/bcdfghjkmn")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rsvp/bcdfghjkmn/guest")
    page = client.get("/rsvp/bcdfghjkmn/guest").text
    assert "/sign-in?next=%2Frsvp%2Fbcdfghjkmn" in page
    assert "0 of 50 places are taken" in page


def test_one_click_and_one_click_back(client, ada):
    event = meetup()
    page = client.get("/rsvp/bcdfghjkmn")
    assert page.headers["Cache-Control"] == "no-store"
    assert "0 of 50 places are taken" in page.text
    assert "Registration closes on Wed, 17 Jun 2026, 14:00 (UTC+2)." in page.text
    shown = follow(client, send(client))
    assert "You are going." in shown
    assert "1 of 50 places is taken" in shown or "1 of 50 places are taken" in shown
    shown = follow(client, send(client, "/decline"))
    assert "You have no seat, and are not in line." in shown
    assert mine(event, ada).status is RsvpStatus.CANCELLED


def test_not_coming_at_once(client, ada):
    event = meetup()
    assert "You said that you cannot come." in follow(client, send(client, "/decline"))
    assert mine(event, ada).status is RsvpStatus.DECLINED


def test_with_guests_and_listed(client, ada):
    event = meetup()
    others(event, RsvpStatus.GOING)
    follow(client, send(client, guests="2", is_listed="yes", country="HU"))
    found = mine(event, ada)
    assert (found.guests, found.is_listed, found.country) == (2, True, "HU")
    shown = client.get("/rsvp/bcdfghjkmn").text
    assert "You bring 2 guests." in shown
    assert "4 of 50 places are taken" in shown
    assert "<li>Ada</li>" in shown
    assert "Person" not in shown  # the other did not choose to be seen
    follow(client, send(client, guests="0"))
    found = mine(event, ada)
    assert (found.guests, found.is_listed, found.country) == (0, False, "HU")


def test_the_country_is_that_of_ones_place(client, ada):
    event = meetup()
    with db.transaction() as session:
        user = session.get_one(User, ada.id)
        user.place, user.latitude, user.longitude = "Győr, Hungary", 47.6875, 17.6504
    assert "Where you come from" not in client.get("/rsvp/bcdfghjkmn").text
    follow(client, send(client))
    assert mine(event, ada).country == "HU"


def test_who_comes_is_not_for_those_who_do_not(client, ada):
    event = meetup()
    with db.transaction() as session:
        held = session.get_one(Event, event.id)
        make_rsvp(held, make_user(name="Grace"), is_listed=True)
    assert "Grace" not in client.get("/rsvp/bcdfghjkmn").text
    assert "<li>Grace</li>" in follow(client, send(client))


def test_the_line_and_ones_place_in_it(client, ada):
    event = meetup(1)
    others(event, RsvpStatus.GOING, WAITLISTED, WAITLISTED)
    shown = follow(client, send(client))
    assert "You are number 3 in line." in shown
    assert "1 of 1 place is taken" in shown
    assert "3 wait in line" in shown
    assert "You have no seat, and are not in line." in follow(client, send(client, "/decline"))


def test_a_party_too_large_may_come_with_fewer(client, ada):
    event = meetup(3)
    others(event, RsvpStatus.GOING)
    shown = follow(client, send(client, guests="2"))
    assert "2 seats are free, and your party needs 3." in shown
    assert '<input type="hidden" name="guests" value="1">' in shown
    assert "You are going." in follow(client, send(client, guests="1"))


def test_an_offer_is_shown_taken_and_passed_on(client, ada):
    event = meetup(1, starts_at=NOW + timedelta(hours=10))
    with db.transaction() as session:
        held = session.get_one(Event, event.id)
        make_rsvp(held, ada, OFFERED, offered_until=NOW + timedelta(hours=1))
    others(event, WAITLISTED)
    page = client.get("/rsvp/bcdfghjkmn").text
    assert "A seat is held for you." in page
    assert "Until Wed, 10 Jun 2026, 15:00. Then it goes to the next in line." in page
    assert "You are going." in follow(client, send(client, "/offer/take"))
    answer = send(client, "/offer/pass")
    assert answer.status_code == 409
    assert "No seat is held for you now." in answer.text
    assert "You are going." in answer.text


def test_an_offer_that_ran_out_is_told(client, ada):
    event = meetup(1, starts_at=NOW + timedelta(hours=10))
    with db.transaction() as session:
        held = session.get_one(Event, event.id)
        make_rsvp(held, ada, OFFERED, offered_until=NOW + timedelta(hours=1))
    with clock.frozen_at(NOW + timedelta(hours=1)):
        answer = send(client, "/offer/take")
    assert answer.status_code == 409
    assert "No seat is held for you now. It may have gone to the next in line." in answer.text


def test_what_cannot_be_had_is_said_and_nothing_lost(client, ada):
    event = meetup(2)
    follow(client, send(client, guests="1"))
    answer = send(client, guests="2")
    assert answer.status_code == 409
    assert "There are not so many seats: 0 are free. You keep what you had." in answer.text
    assert "You bring 1 guest." in answer.text
    assert mine(event, ada).guests == 1


@pytest.mark.parametrize("guests", ["10", "-1", "many", "3"])
def test_a_strange_number_of_guests(client, ada, guests):
    event = meetup(50, most_guests=2)
    answer = send(client, guests=guests)
    assert answer.status_code == 422
    assert "Nothing was saved yet." in answer.text
    assert mine(event, ada) is None


@pytest.mark.parametrize("field", [{"attendance": "hybrid"}, {"country": "Narnia"}])
def test_a_strange_answer(client, ada, field):
    event = meetup(attendance=Attendance.HYBRID)
    assert send(client, **field).status_code == 422
    assert mine(event, ada) is None


def test_each_way_of_a_hybrid_meetup(client, ada):
    event = meetup(5, attendance=Attendance.HYBRID)
    shown = follow(client, send(client, attendance="online"))
    assert "You are going." in shown
    assert "Online." in shown
    assert mine(event, ada).attendance is Attendance.ONLINE


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"closes_at": NOW}, "Registration has closed."),
        ({"status": EventStatus.CANCELLED}, "This meetup is cancelled."),
        ({"starts_at": NOW - timedelta(hours=1)}, "This meetup has begun"),
        (
            {"opens_at": NOW + timedelta(hours=1)},
            "Registration is not open yet. It opens on Wed, 10 Jun 2026, 15:00.",
        ),
    ],
)
def test_where_no_answers_are_taken_the_page_says_why(client, ada, given, words):
    event = meetup(5, **given)
    page = client.get("/rsvp/bcdfghjkmn").text
    assert words in page
    assert "I come" not in page
    answer = send(client)
    assert answer.status_code == 409
    assert words.partition(" It opens")[0] in answer.text
    assert mine(event, ada) is None


def test_a_meetup_that_is_not_fixed_asks_who_would_come(client, ada):
    meetup(status=EventStatus.TENTATIVE)
    answer = client.get("/rsvp/bcdfghjkmn")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rsvp/bcdfghjkmn/interest")


def test_a_draft_is_nobodys_business(client, ada):
    meetup(status=EventStatus.DRAFT)
    for path in ("", "/guest", "/guest/code"):
        assert client.get(f"/rsvp/bcdfghjkmn{path}").status_code == 404


def test_the_public_page_notices_and_the_group_does_not(client, ada):
    event = meetup()
    path = f"/events/bcdfghjkmn/{event.slug}"
    before, group = client.get(path), client.get("/groups/paris")
    follow(client, send(client))
    assert client.get(path).headers["ETag"] != before.headers["ETag"]
    assert client.get("/groups/paris").headers["ETag"] == group.headers["ETag"]


def test_pages_cost_the_same_however_many_answered(client, ada, count_queries):
    event = meetup(1_000)
    counts = []
    for more in (2, 60):
        others(event, *[RsvpStatus.GOING] * more, is_listed=True)
        with count_queries() as queries:
            assert client.get("/rsvp/bcdfghjkmn").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 9


def test_the_public_page_says_how_full_it_is_and_leads_there(client):
    event = meetup(50, closes_at=NOW + timedelta(days=1))
    others(event, RsvpStatus.GOING, guests=1)
    others(event, WAITLISTED)
    page = client.get(f"/events/bcdfghjkmn/{event.slug}").text
    assert "2 of 50 places are taken" in page
    assert "1 waits in line" in page
    assert "Registration closes on Thu, 11 Jun 2026, 14:00." in page
    assert 'href="/rsvp/bcdfghjkmn"' in page


@pytest.mark.parametrize(
    ("given", "words", "leads"),
    [
        ({"closes_at": NOW}, "Registration has closed.", True),
        ({"opens_at": NOW + timedelta(hours=2)}, "Registration opens on Wed, 10 Jun 2026, ", False),
        ({"status": EventStatus.CANCELLED}, "This meetup is cancelled.", False),
        ({"starts_at": NOW - timedelta(days=2)}, "This meetup is over.", False),
    ],
)
def test_the_public_page_where_no_answers_are_taken(client, given, words, leads):
    event = meetup(5, **given)
    page = client.get(f"/events/bcdfghjkmn/{event.slug}").text
    assert words in page
    assert ('href="/rsvp/bcdfghjkmn"' in page) == leads


def test_the_public_page_of_a_meetup_with_much_costs_eight_queries(client, count_queries):
    event = meetup(50)
    others(event, *[RsvpStatus.GOING] * 30)
    with count_queries() as queries:
        client.get(f"/events/bcdfghjkmn/{event.slug}")
    assert len(queries) <= 8
