"""The door over HTTP: forms without scripts, pieces for scripts, tickets for organizers."""

import re
from datetime import timedelta
from html import escape

import pytest
import segno
from sqlalchemy import select

from tests.browsing import browser_of, post, signed_in, texts, token
from tests.conftest import NOW
from tests.factories import make_group, make_meetup, make_rsvp, make_user
from usergroups import db, tokens
from usergroups.models import Role, Rsvp, RsvpStatus, User
from usergroups.services.door import PURPOSE

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
DOOR = "/organize/paris/meetups/bcdfghjkmn/door"
AS_JSON = {"Accept": "application/json"}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def event():
    """A meetup that begins in an hour, in a room for three."""
    with db.transaction():
        group = make_group(slug="paris")
        event = make_meetup(
            group, 3, public_id="bcdfghjkmn", starts_at=NOW + timedelta(hours=1), title="Evening"
        )
        make_rsvp(event, make_user(name="Ada Lovelace", email="ada@example.org"), guests=1)
        make_rsvp(event, make_user(name=HOSTILE))
        make_rsvp(event, make_user(name="Wanda"), RsvpStatus.WAITLISTED)
    return event


def rsvp_of(name):
    with db.reading() as session:
        return session.scalars(select(Rsvp.id).join(Rsvp.user).where(User.name == name)).one()


def count(answer):
    return " ".join(texts(answer, "p")[2:6])


def test_the_list_works_by_forms_alone(app, event):
    lena = signed_in(app, event.group, Role.ORGANIZER)
    page = lena.get(DOOR)
    assert HOSTILE not in page.text
    assert texts(page, "button")[-3:] == [
        f"Check in , {escape(HOSTILE)} : undo",
        "Check in , Ada Lovelace : undo", "Check in , Wanda : undo",
    ]  # fmt: skip
    found = lena.get(f"{DOOR}?q=LOVE")
    assert [link for link in texts(found, "a") if "Ada" in link] == ["Ada Lovelace"]
    assert "1 person found" in found.text
    answer = post(lena, f"{DOOR}/check-in", DOOR, rsvp=rsvp_of("Ada Lovelace"), q="LOVE")
    assert (answer.status_code, answer.location) == (303, f"{DOOR}?q=LOVE")
    assert "2 people checked in" in lena.get(DOOR).text
    post(lena, f"{DOOR}/undo", DOOR, rsvp=rsvp_of("Ada Lovelace"))
    assert "0 people checked in" in lena.get(DOOR).text


def test_a_form_that_is_sent_twice_counts_once(app, event):
    lena = signed_in(app, event.group)
    page = lena.get(DOOR)
    fields = {
        "csrf_token": token(page),
        "tap": re.search(r'name="tap" value="(\w+)"', page.text)[1],
        "people": "1",
    }
    for _ in range(2):
        assert lena.post(f"{DOOR}/walk-in", data=fields).location == DOOR
    assert "1 walk-in" in lena.get(DOOR).text
    lena.post(f"{DOOR}/take-back", data=fields | {"people": ""})
    assert "0 walk-ins" in lena.get(DOOR).text


def test_scripts_get_pieces_and_the_token_for_the_next_tap(app, event):
    lena = signed_in(app, event.group)
    ada = rsvp_of("Ada Lovelace")
    fields = {"csrf_token": token(lena.get(DOOR)), "rsvp": ada}
    told = lena.post(f"{DOOR}/check-in", data=fields, headers=AS_JSON).json
    assert told["here"] == {str(ada): 1}
    assert "<strong>2</strong>" in told["inside"]
    assert "One place is left." in told["inside"]
    fields = {"csrf_token": told["token"], "tap": "a-tap-of-mine", "people": "3"}
    told = lena.post(f"{DOOR}/walk-in", data=fields, headers=AS_JSON).json
    assert "2 people more than the rooms hold." in told["inside"]
    assert 'value="a-tap-of-mine"' in told["walk_ins"]
    now = lena.get(f"{DOOR}/now").json
    assert {key: now[key] for key in ("here", "inside")} == {
        key: told[key] for key in ("here", "inside")
    }
    for wrong in ({"tap": "short"}, {"tap": "a-tap-of-mine", "people": "51"}, {}):
        answer = lena.post(
            f"{DOOR}/walk-in", data={"csrf_token": now["token"]} | wrong, headers=AS_JSON
        )
        assert answer.status_code == 422


def test_a_ticket_leads_organizers_to_a_button_and_nobody_else_anywhere(app, event):
    with db.reading() as session:
        ada = session.scalars(select(User).where(User.name == "Ada Lovelace")).one()
    hers, lena = browser_of(app, ada), signed_in(app, event.group)
    page = hers.get("/rsvp/bcdfghjkmn/ticket")
    assert page.status_code == 200
    ticket = f"{DOOR}/{tokens.signed(PURPOSE, str(rsvp_of('Ada Lovelace')))}"
    squares = re.search(r'stroke="#000" d="([^"]+)"', page.text)[1]
    assert squares in segno.make(f"http://usergroups.test{ticket}", micro=False).svg_inline(
        border=4
    )
    assert " style=" not in page.text
    assert hers.get(ticket).status_code == 403
    assert app.test_client().get(ticket).status_code == 401
    shown = lena.get(ticket)
    assert texts(shown, "h2") == ["Ada Lovelace"]
    assert "0 people checked in" in lena.get(DOOR).text
    answer = post(lena, f"{DOOR}/check-in", ticket, rsvp=rsvp_of("Ada Lovelace"), guests="0")
    assert answer.location == DOOR
    assert "Checked in at 14:00. 0 guests came along." in " ".join(texts(lena.get(ticket), "p"))
    assert lena.get(f"{DOOR}/{rsvp_of('Ada Lovelace')}.forged").status_code == 404


def test_who_has_no_seat_has_no_ticket(app, event):
    for name in ("Wanda", "Nobody"):
        with db.transaction() as session:
            known = session.scalars(select(User).where(User.name == name)).first()
            user = known or make_user(name=name)
        assert browser_of(app, user).get("/rsvp/bcdfghjkmn/ticket").location == "/rsvp/bcdfghjkmn"


def test_the_door_of_many_costs_as_much_as_that_of_few(app, event, count_queries):
    lena = signed_in(app, event.group)
    asked = []
    for _ in range(2):
        lena.get(DOOR)
        with count_queries() as queries:
            lena.get(DOOR)
        asked.append(len(queries))
        with db.transaction() as session:
            here = session.merge(event)
            for number in range(40):
                make_rsvp(here, make_user(name=f"Guest {number}"))
    assert asked[0] == asked[1] <= 10


@pytest.mark.parametrize(
    ("days", "words"), [(2, "The door opens a day before"), (0, "Check in , Ada Lovelace")]
)
def test_it_says_when_it_opens(app, event, days, words):
    with db.transaction() as session:
        there = session.merge(event)
        there.starts_at, there.ends_at = NOW + timedelta(days, 60), NOW + timedelta(days, 7200)
    page = signed_in(app, event.group).get(DOOR)
    assert words in " ".join(texts(page, "p") + texts(page, "button"))
