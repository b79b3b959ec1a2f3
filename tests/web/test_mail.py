import re

import pytest

from tests.factories import make_user
from usergroups import db, emails, tokens
from usergroups.models import MailTopic, User
from usergroups.queries import messages
from usergroups.services import accounts


@pytest.fixture
def ada(database) -> User:
    with db.transaction():
        return make_user()


def refused(user: User) -> set[MailTopic]:
    with db.reading():
        return messages.refused_by(user)


def csrf(page) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)


@pytest.fixture
def signed_in(client, ada):
    with db.transaction():
        secret = accounts.offer_sign_in(ada)
    page = client.get(f"/sign-in/{secret}")
    client.post(f"/sign-in/{secret}", data={"csrf_token": csrf(page)})
    return client


def ticked(page) -> list[str]:
    return re.findall(r'name="topics" value="(\w+)" checked', page.text)


def test_one_chooses_which_mails_one_gets(signed_in, ada):
    page = signed_in.get("/me/mail")
    assert ticked(page) == ["applications", "organizing", "groups", "meetups", "reviews"]
    data = {"csrf_token": csrf(page), "topics": ["groups", "reviews"]}
    answer = signed_in.post("/me/mail", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/mail")
    page = signed_in.get("/me/mail")
    assert "Saved. From now on you get these mails." in page.text
    assert ticked(page) == ["groups", "reviews"]
    assert refused(ada) == {MailTopic.APPLICATIONS, MailTopic.ORGANIZING, MailTopic.MEETUPS}
    signed_in.post("/me/mail", data={"csrf_token": csrf(page)})
    assert refused(ada) == set(MailTopic)


def test_a_kind_that_is_none_is_refused(signed_in, ada):
    data = {"csrf_token": csrf(signed_in.get("/me/mail")), "topics": ["groups", "everything"]}
    answer = signed_in.post("/me/mail", data=data)
    assert answer.status_code == 422
    assert "Nothing was saved yet." in answer.text
    assert ticked(answer) == ["groups"]
    assert refused(ada) == set()


def test_a_stranger_chooses_nothing(client):
    assert client.get("/me/mail").status_code == 401
    assert client.post("/me/mail", data={"topics": "groups"}).status_code in {400, 401}


def test_looking_at_the_address_in_a_mail_refuses_nothing(client, ada):
    token = tokens.signed(emails.UNSUBSCRIBE, f"{ada.id}.groups")
    page = client.get(f"/unsubscribe/{token}")
    assert (page.status_code, "Groups I am a member of" in page.text) == (200, True)
    assert ada.email not in page.text
    assert refused(ada) == set()


def test_one_click_without_session_and_without_a_form_of_ours(client, ada):
    token = tokens.signed(emails.UNSUBSCRIBE, f"{ada.id}.groups")
    for _ in range(2):  # RFC 8058 section 3.2: as a mail program does it
        answer = client.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert refused(ada) == {MailTopic.GROUPS}


def test_an_account_that_is_gone_is_no_reason_to_fail(client, database):
    token = tokens.signed(emails.UNSUBSCRIBE, "4711.groups")
    assert client.post(f"/unsubscribe/{token}").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_we_did_not_sign_refuses_nothing(client, ada, method):
    ours = tokens.signed(emails.UNSUBSCRIBE, f"{ada.id}.groups")
    others = [
        ours.replace("groups", "reviews"),
        ours[:-1],
        f"{ada.id}.groups.{tokens.secret('sign_in', f'{ada.id}.groups')}",
        f"{ada.id}.groups.ő",
        "x",
    ]
    for token in others:
        assert getattr(client, method)(f"/unsubscribe/{token}").status_code == 404, token
    assert refused(ada) == set()
