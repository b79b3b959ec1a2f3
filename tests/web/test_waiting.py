import re

import pytest
from sqlalchemy import select

from usergroups import db, tokens
from usergroups.models import Message, Waiting

FORM = {"place": "Nuuk", "email": "ada@example.org", "agreed": "yes"}


@pytest.fixture
def sent(client, frozen_clock):
    """What the form answers to some fields."""

    def post(path, fields):
        page = client.get("/waiting").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        return client.post(path, data=fields | ({"csrf_token": token[1]} if token else {}))

    return post


def rows():
    with db.reading() as session:
        return session.scalars(select(Waiting)).all()


def test_from_the_form_by_mail_to_waiting_and_back(client, sent):
    answer = sent("/waiting", FORM)
    assert (answer.status_code, answer.location) == (303, "/waiting/asked")
    assert "mailbox" in client.get("/waiting/asked").text
    (row,) = rows()
    assert (row.email, row.country, row.confirmed_at) == ("ada@example.org", "GL", None)
    with db.reading() as session:
        assert session.scalars(select(Message.address)).all() == ["ada@example.org"]
    page = "/waiting/by/" + tokens.signed("waiting", row.key)
    assert "Yes, tell me" in client.get(page).text
    assert rows()[0].confirmed_at is None
    sent(page, {"answer": "yes"})
    assert rows()[0].confirmed_at is not None
    assert "Yes, tell me" not in client.get(page).text
    assert "deleted" in sent(page, {"answer": "forget"}).text
    assert rows() == []
    assert client.get(page).status_code == 410


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": ""},
        {"place": "asdfghjk"},
        {"email": "nobody"},
        {"agreed": ""},
        {"helps": "yes", "name": ""},
    ],
)
def test_what_does_not_fit_comes_back_and_nothing_is_kept(client, sent, wrong):
    assert sent("/waiting", FORM | wrong).status_code == 422
    assert rows() == []


def test_an_address_that_is_not_ours_opens_nothing(client, database):
    assert client.get("/waiting/by/some.token").status_code == 404
