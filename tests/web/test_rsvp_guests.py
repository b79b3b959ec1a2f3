"""Answering without an account: the code, its limits, and an answer that tells nobody anything."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.factories import make_group, make_meetup, make_rsvp, make_user
from tests.web.test_signing_in import token
from usergroups import clock, db, tokens
from usergroups.models import Event, Message, MessageKind, Rsvp, RsvpCode, RsvpStatus, User
from usergroups.services import rsvp_codes

FORM = "/rsvp/bcdfghjkmn/guest"
CODE = f"{FORM}/code"
ADA = {"name": "Ada", "email": "Ada@example.org"}


@pytest.fixture(autouse=True)
def at_noon(frozen_clock):
    """The clock stands still."""


@pytest.fixture
def event(database) -> Event:
    with db.transaction():
        return make_meetup(make_group(slug="paris"), 2, public_id="bcdfghjkmn")


def send(client, path, page="", **data):
    data = {"csrf_token": token(client.get(page or path)), **data}
    return client.post(path, data=data)


def code() -> str:
    """What the last mail says."""
    query = select(Message).where(Message.kind == MessageKind.RSVP_CODE).order_by(Message.id.desc())
    with db.reading() as session:
        return tokens.code("rsvp", session.scalars(query).first().nonce)


def wrong() -> str:
    return "000000" if code() != "000000" else "111111"


def rows(table) -> list:
    with db.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def asked(client, **data):
    answer = send(client, FORM, **(data or ADA))
    assert (answer.status_code, answer.headers["Location"]) == (303, CODE)
    return client.get(CODE)


def test_a_name_an_address_and_a_code(client, event):
    page = asked(client, **ADA, guests="1", country="HU", is_listed="yes")
    assert "A code of six digits is on its way to ada@example.org." in page.text
    assert 'autocomplete="one-time-code"' in page.text
    assert rows(User) == []
    assert rows(Rsvp) == []
    answer = send(client, CODE, code=f" {code()[:3]} {code()[3:]} ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rsvp/bcdfghjkmn")
    assert "You bring 1 guest." in client.get("/rsvp/bcdfghjkmn").text
    (user,) = rows(User)
    assert (user.email, user.name, user.password_hash) == ("ada@example.org", "Ada", "")
    assert user.verified_at == NOW
    (rsvp,) = rows(Rsvp)
    assert (rsvp.user_id, rsvp.status, rsvp.guests) == (user.id, RsvpStatus.GOING, 1)
    assert (rsvp.country, rsvp.is_listed) == ("HU", True)
    assert rows(RsvpCode) == []
    assert client.get("/me").status_code == 200


def test_an_address_that_has_an_account_is_treated_the_same(client, event, count_queries):
    with db.transaction():
        make_user(email="known@example.org", name="Grace")
    seen = []
    for address in ("known@example.org", "unknown@example.org"):
        client.delete_cookie("session")
        with count_queries() as queries:
            page = asked(client, name="Somebody", email=address)
        text = page.text.replace(address, "…")
        seen.append((len(queries), text.replace(token(page), "…")))
    assert seen[0] == seen[1]
    # The account is known by its name, whatever was typed.
    client.delete_cookie("session")
    asked(client, name="Somebody", email="known@example.org")
    send(client, CODE, code=code())
    assert [user.name for user in rows(User)] == ["Grace"]


def test_a_wrong_code_counts_and_after_five_none_is_right(client, event):
    asked(client)
    for _ in range(rsvp_codes.MOST_TRIES):
        answer = send(client, CODE, code=wrong())
        assert answer.status_code == 422
        assert "This is not the code, or it works no longer." in answer.text
    assert send(client, CODE, code=code()).status_code == 422
    assert [kept.tries for kept in rows(RsvpCode)] == [rsvp_codes.MOST_TRIES]
    assert rows(User) == []
    # Another mail, another five.
    asked(client)
    assert send(client, CODE, code=code()).status_code == 303


def test_a_code_works_once_for_a_quarter_of_an_hour(client, event):
    asked(client)
    right = code()
    with clock.frozen_at(NOW + rsvp_codes.LASTS):
        assert send(client, CODE, code=right).status_code == 422
    assert send(client, CODE, code=right).status_code == 303
    with db.transaction():
        assert rsvp_codes.use(event.id, "ada@example.org", right) is None


def test_a_code_is_for_one_meetup_and_one_address(client, event):
    with db.transaction():
        other = make_meetup(event.group, 5)
    asked(client)
    for event_id, address in ((other.id, "ada@example.org"), (event.id, "bob@example.org")):
        with db.transaction():
            assert rsvp_codes.use(event_id, address, code()) is None


def test_the_last_code_is_the_one(client, event):
    asked(client)
    first = code()
    asked(client)
    if first != code():
        assert send(client, CODE, code=first).status_code == 422
    assert send(client, CODE, code=code()).status_code == 303


def test_the_table_holds_no_code(client, event):
    asked(client)
    (kept,) = rows(RsvpCode)
    assert code() not in kept.code_hash
    assert kept.code_hash != tokens.hashed(code())


def test_without_asking_there_is_nowhere_to_type(client, event):
    for answer in (client.get(CODE), send(client, CODE, page=FORM, code="123456")):
        assert (answer.status_code, answer.headers["Location"]) == (303, FORM)


@pytest.mark.parametrize(
    "given", [{"name": ""}, {"email": "ada"}, {"name": " \u200b "}, {"guests": "99"}]
)
def test_what_does_not_fit_comes_back(client, event, given):
    answer = send(client, FORM, **ADA | given)
    assert answer.status_code == 422
    assert "Nothing was saved yet." in answer.text
    assert (rows(Message), rows(RsvpCode)) == ([], [])


def test_no_code_for_a_meetup_that_takes_no_answers(client, event):
    page = client.get(FORM)
    with db.transaction() as session:
        session.get_one(Event, event.id).closes_at = NOW
    answer = client.post(FORM, data={"csrf_token": token(page), **ADA})
    assert answer.status_code == 422
    assert "Registration has closed." in answer.text
    assert "Mail me a code" not in client.get(FORM).text
    assert rows(Message) == []


def test_what_happens_between_mail_and_code_is_told(client, event):
    asked(client)
    with db.transaction() as session:
        session.get_one(Event, event.id).closes_at = NOW
    answer = send(client, CODE, code=code())
    assert answer.status_code == 303
    assert "Registration has closed." in client.get("/rsvp/bcdfghjkmn").text
    assert rows(Rsvp) == []


def test_a_seat_may_be_gone_by_then(client, event):
    asked(client)
    with db.transaction() as session:
        held = session.get_one(Event, event.id)
        make_rsvp(held, make_user(), guests=1)
    send(client, CODE, code=code())
    assert "You are number 1 in line." in client.get("/rsvp/bcdfghjkmn").text


def test_whoever_is_signed_in_needs_no_code(client, event):
    asked(client)
    send(client, CODE, code=code())
    answer = client.get(FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rsvp/bcdfghjkmn")


def test_mails_to_one_address_are_limited(client, event):
    for _ in range(10):
        assert send(client, FORM, **ADA).status_code == 303
    assert send(client, FORM, **ADA).status_code == 429
    assert send(client, FORM, **ADA | {"email": "bob@example.org"}).status_code == 303


def test_codes_that_work_no_longer_are_forgotten(client, event):
    asked(client)
    with db.transaction():
        rsvp_codes.forget_old()
    assert len(rows(RsvpCode)) == 1
    with clock.frozen_at(NOW + timedelta(minutes=15)), db.transaction():
        rsvp_codes.forget_old()
    assert rows(RsvpCode) == []
