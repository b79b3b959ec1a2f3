"""The way in: the same for every address, limited, and back to where one wanted to go."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.factories import make_user
from usergroups import clock, db, tokens
from usergroups.models import MailedLink, Message, MessageKind, SignIn, User
from usergroups.services import accounts, passwords

PASSWORD = "otters juggle four lanterns"


@pytest.fixture
def ada(database) -> User:
    with db.transaction():
        return make_user(
            email="ada@example.org", name="Ada", password_hash=passwords.hashed(PASSWORD)
        )


@pytest.fixture(autouse=True)
def no_limits(monkeypatch):
    from usergroups.web import limits  # each test counts from nothing

    limits._counter.cache_clear()


def token(page) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)


def post(client, path, page="/sign-in", **data):
    return client.post(path, data={"csrf_token": token(client.get(page)), **data})


def mailed(kind: MessageKind) -> list[Message]:
    with db.reading() as session:
        return list(session.scalars(select(Message).where(Message.kind == kind)))


def secret_of(message: Message, purpose: str) -> str:
    return tokens.secret(purpose, message.nonce)


def test_by_password_and_back_to_where_one_wanted_to_go(client, ada):
    assert client.get("/me/profile").status_code == 401
    client.get("/sign-in?next=/me/profile")
    answer = post(client, "/sign-in", email="Ada@example.org", password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/profile")
    assert client.get("/me/profile").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\t/evil.example",
        "/\n//evil.example",
        "/me\r\nSet-Cookie: a=b",
        "https://evil.example",
        "/\\evil.example",
        "me",
    ],
)
def test_nobody_is_sent_to_another_site(client, ada, wanted):
    client.get("/sign-in", query_string={"next": wanted})
    answer = client.post(
        "/sign-in",
        data={
            "csrf_token": token(client.get("/sign-up")),
            "email": "ada@example.org",
            "password": PASSWORD,
        },
    )
    assert answer.headers["Location"] == "/me"


def test_a_wrong_password_and_an_unknown_address_look_the_same(client, ada, count_queries):
    pages, statements = [], []
    for email in ("ada@example.org", "nobody@example.org"):
        csrf = token(client.get("/sign-in"))
        with count_queries() as queries:
            answer = client.post(
                "/sign-in", data={"csrf_token": csrf, "email": email, "password": "wrong"}
            )
        assert answer.status_code == 422
        pages.append(re.sub(r'csrf_token" value="[^"]+"', "", answer.text).replace(email, ""))
        statements.append([query.split("WHERE")[0] for query in queries])
    assert pages[0] == pages[1]
    assert statements[0] == statements[1]
    assert "Address and password do not go together." in pages[0]
    assert 'type="password" value' not in pages[0]


def test_a_dummy_is_compared_where_there_is_no_password(monkeypatch):
    compared = []
    real = passwords._hasher.__class__.verify
    monkeypatch.setattr(
        passwords._hasher.__class__,
        "verify",
        lambda self, kept, given: compared.append(kept) or real(self, kept, given),
    )
    assert not passwords.matches("", "anything")
    assert not passwords.matches("", "a password that nobody has")
    assert len(compared) == 2


@pytest.mark.parametrize(("path", "page"), [("/sign-in/link", "/sign-up"), ("/reset", "/reset")])
def test_asking_for_a_mail_does_the_same_for_every_address(client, ada, count_queries, path, page):
    answers, statements = [], []
    for email in ("ada@example.org", "nobody@example.org"):
        csrf = token(client.get(page))
        with count_queries() as queries:
            answers.append(client.post(path, data={"csrf_token": csrf, "email": email}))
        statements.append([query.split("(")[0].split("WHERE")[0] for query in queries])
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (303, "/sign-in/sent")
    }
    assert statements[0] == statements[1]
    with db.reading() as session:
        assert len(session.scalars(select(Message)).all()) == 2


def test_a_link_makes_an_account_for_an_address_that_has_none(client, database, frozen_clock):
    post(client, "/sign-in/link", "/sign-up", email="New@Example.org")
    (message,) = mailed(MessageKind.SIGN_IN)
    assert (message.address, message.user_id) == ("new@example.org", None)
    secret = secret_of(message, "sign_in")
    with db.reading() as session:
        assert session.scalars(select(User)).all() == []
    page = client.get(f"/sign-in/{secret}")
    assert "makes an account for new@example.org" in page.text
    assert post(client, f"/sign-in/{secret}", f"/sign-in/{secret}").status_code == 303
    with db.reading() as session:
        user = session.scalars(select(User)).one()
        assert (user.email, user.verified_at) == ("new@example.org", frozen_clock)
        assert session.scalars(select(MailedLink.used_at)).one() == frozen_clock


def test_a_spent_link_explains_itself_and_offers_another(client, app, ada):
    post(client, "/sign-in/link", email="ada@example.org")
    secret = secret_of(mailed(MessageKind.SIGN_IN)[0], "sign_in")
    post(client, f"/sign-in/{secret}", f"/sign-in/{secret}")
    other = app.test_client()
    again = other.get(f"/sign-in/{secret}")
    assert again.status_code == 410
    assert "It was used before" in again.text
    answer = other.post(
        "/sign-in/link", data={"csrf_token": token(again), "email": "ada@example.org"}
    )
    assert answer.headers["Location"] == "/sign-in/sent"
    assert len(mailed(MessageKind.SIGN_IN)) == 2


def test_a_link_becomes_too_old(client, ada, frozen_clock):
    post(client, "/sign-in/link", email="ada@example.org")
    secret = secret_of(mailed(MessageKind.SIGN_IN)[0], "sign_in")
    with clock.frozen_at(frozen_clock + timedelta(hours=1)):
        assert client.get(f"/sign-in/{secret}").status_code == 410


def test_a_link_for_one_thing_opens_no_other(client, ada):
    post(client, "/reset", "/reset", email="ada@example.org")
    secret = secret_of(mailed(MessageKind.RESET_PASSWORD)[0], "reset_password")
    assert client.get(f"/sign-in/{secret}").status_code == 404
    assert client.get(f"/verify/{secret}").status_code == 404
    assert client.get(f"/reset/{secret}").status_code == 200


def test_a_new_password_by_mail_signs_out_everywhere_else(client, app, ada):
    other = app.test_client()
    post(other, "/sign-in", email="ada@example.org", password=PASSWORD)
    post(client, "/reset", "/reset", email="ada@example.org")
    path = f"/reset/{secret_of(mailed(MessageKind.RESET_PASSWORD)[0], 'reset_password')}"
    weak = post(client, path, path, password="password123")
    assert weak.status_code == 422
    assert "among the first to be guessed" in weak.text
    answer = post(client, path, path, password="seven slow kettles sing")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    assert other.get("/me").status_code == 401
    assert client.get("/me").status_code == 200
    assert len(mailed(MessageKind.PASSWORD_CHANGED)) == 1


@pytest.mark.parametrize("password", ["short", "", "ada@example.org", "aaaaaaaaaaaaaaaa"])
def test_weak_passwords_are_refused(database, ada, password):
    from usergroups.errors import InvalidInputError  # only here

    with pytest.raises(InvalidInputError):
        accounts.new_password(password, by=ada)


def test_nobody_waits_for_a_password_to_be_hashed(client, ada, monkeypatch):
    """SQLite has one writer: hashing takes as long as a hundred writes."""
    hashed = []
    real = passwords.hashed

    def watched(password: str) -> passwords.Password:
        with db.transaction():  # waits in vain where the request has one open itself
            db.session().execute(update(User).values(name="Ada Lovelace"))
        hashed.append(real(password))
        return hashed[-1]

    post(client, "/reset", "/reset", email="ada@example.org")
    path = f"/reset/{secret_of(mailed(MessageKind.RESET_PASSWORD)[0], 'reset_password')}"
    monkeypatch.setattr(passwords, "hashed", watched)
    assert post(client, path, path, password="seven slow kettles sing").status_code == 303
    chosen = {"present": "seven slow kettles sing", "password": "nine quiet harbours wait"}
    assert post(client, "/me/password", "/me/access", **chosen).status_code == 303
    with db.reading() as session:
        assert session.scalars(select(User.password_hash)).one() == hashed[1]


def test_a_door_that_mails_closes_for_a_while(client, ada):
    csrf = token(client.get("/sign-up"))
    data = {"csrf_token": csrf, "email": "ada@example.org"}
    statuses = [client.post("/sign-in/link", data=data).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]
    refused = client.post("/sign-in/link", data=data)
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert "Try again in 1 hour." in refused.text
    assert len(mailed(MessageKind.SIGN_IN)) == 5
    elsewhere = client.post("/sign-in/link", data={**data, "email": "bob@example.org"})
    assert elsewhere.status_code == 303


def test_a_password_cannot_be_guessed_for_long(client, ada):
    csrf = token(client.get("/sign-in"))
    data = {"csrf_token": csrf, "email": "ada@example.org", "password": "guess"}
    statuses = [client.post("/sign-in", data=data).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


@pytest.mark.parametrize("email", ["", "ada", "a@b@c", "x" * 300 + "@example.org"])
def test_what_is_no_address_comes_back_with_a_word(client, database, email):
    answer = post(client, "/sign-in/link", "/sign-up", email=email)
    assert answer.status_code == 422
    assert "An address such as ada@example.org, please." in answer.text


def test_signing_out_ends_it_here_and_a_stolen_cookie_with_it(client, app, ada):
    post(client, "/sign-in", email="ada@example.org", password=PASSWORD)
    stolen = client.get_cookie("usergroups").value
    assert post(client, "/sign-out", "/me").status_code == 303
    thief = app.test_client()
    thief.set_cookie("usergroups", stolen)
    assert thief.get("/me").status_code == 401


def test_being_seen_is_written_down_at_most_hourly_and_never_by_looking(client, ada, frozen_clock):
    post(client, "/sign-in", email="ada@example.org", password=PASSWORD)

    def seen():
        with db.reading() as session:
            return session.scalars(select(SignIn.seen_at)).one()

    with clock.frozen_at(frozen_clock + timedelta(hours=2)) as later:
        client.get("/me")
        assert seen() == frozen_clock
        post(client, "/me/mail", "/me/mail")
        assert seen() == (later or clock.now())
