"""One's own pages: what is saved, who is told, what comes back."""

import io
import json
import re
import zipfile

import pytest
from sqlalchemy import select

from tests.factories import make_group, make_user
from usergroups import db, tokens
from usergroups.db import Base
from usergroups.models import (
    AuditEntry,
    Group,
    GroupStatus,
    Membership,
    Message,
    MessageKind,
    Role,
    User,
)
from usergroups.services import accounts, archives, memberships, passwords

PASSWORD = "otters juggle four lanterns"


def token(page) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)


def post(client, path, page, **data):
    return client.post(path, data={"csrf_token": token(client.get(page)), **data})


def enter(client, user):
    with db.transaction():
        secret = accounts.offer_sign_in(user)
    post(client, f"/sign-in/{secret}", f"/sign-in/{secret}")


@pytest.fixture
def ada(client, database) -> User:
    from usergroups.web import limits  # each test counts from nothing

    limits._counter.cache_clear()
    with db.transaction():
        user = make_user(email="ada@example.org", name="Ada")
        memberships.appoint(user, make_group(name="UG Paris", slug="paris"), Role.LEAD)
    enter(client, user)
    return user


def row() -> User:
    with db.reading() as session:
        return session.scalars(select(User).where(User.email.like("ada%"))).one()


def mailed(kind: MessageKind) -> list[Message]:
    with db.reading() as session:
        query = select(Message).where(Message.kind == kind).order_by(Message.id)
        return list(session.scalars(query))


def test_a_profile_with_a_home_that_the_gazetteer_knows(client, ada):
    answer = post(
        client, "/me/profile", "/me/profile",
        name="Ada L.", employer="Engines Ltd", language="en-US", timezone="Europe/Budapest",
        place="Budapest",
    )  # fmt: skip
    assert answer.status_code == 303
    user = row()
    assert (user.name, user.employer, user.language) == ("Ada L.", "Engines Ltd", "en-US")
    assert (user.timezone, user.place) == ("Europe/Budapest", "Budapest, Hungary")
    assert (round(user.latitude, 1), round(user.longitude, 1)) == (47.5, 19.0)
    assert 'value="Budapest, Hungary"' in client.get("/me/profile").text


def test_what_does_not_fit_comes_back_filled(client, ada):
    answer = post(
        client, "/me/profile", "/me/profile",
        name="Ada\u202eevil" + "x" * 300, timezone="Mars/Olympus", place="Xyzzyville",
        language="tlh",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "At most 200 characters, please" in answer.text
    assert "We know no time zone called" in answer.text
    assert "Choose a language from the list." in answer.text
    assert 'value="Xyzzyville"' in answer.text
    assert row().name == "Ada"
    nowhere = post(
        client, "/me/profile", "/me/profile", timezone="UTC", place="Xyzzyville", name="A"
    )
    assert "We know no such city." in nowhere.text


def test_a_megabyte_is_refused(client, ada):
    answer = client.post("/me/profile", data={"name": "x" * 3_000_000})
    assert answer.status_code == 413


def test_a_new_address_is_confirmed_by_itself_and_both_are_told(client, app, ada):
    post(client, "/me/address", "/me/access", email="ada@example.net")
    assert row().email == "ada@example.org"
    (message,) = mailed(MessageKind.CONFIRM_NEW_ADDRESS)
    assert (message.address, message.user_id) == ("ada@example.net", None)
    path = f"/verify/{tokens.secret('change_address', message.nonce)}"
    elsewhere = app.test_client()
    assert "becomes the address of your account" in elsewhere.get(path).text
    assert row().email == "ada@example.org"
    assert "ada@example.net" in post(elsewhere, path, path).text
    assert row().email == "ada@example.net"
    told = [message.address for message in mailed(MessageKind.ADDRESS_CHANGED)]
    assert told == ["ada@example.org", "ada@example.net"]
    assert post(elsewhere, path, "/sign-in").status_code == 410


def test_an_address_that_got_its_own_account_meanwhile_stays_there(client, ada):
    post(client, "/me/address", "/me/access", email="bob@example.org")
    path = f"/verify/{tokens.secret('change_address', mailed(MessageKind.CONFIRM_NEW_ADDRESS)[0].nonce)}"  # noqa: E501  one address
    with db.transaction():
        make_user(email="bob@example.org")
    assert post(client, path, path).status_code == 409
    assert row().email == "ada@example.org"


def test_a_first_password_then_another_one_knowing_the_first(client, app, ada):
    other = app.test_client()
    enter(other, ada)
    first = post(client, "/me/password", "/me/access", password=PASSWORD)
    assert first.status_code == 303
    assert other.get("/me").status_code == 401
    wrong = post(
        client, "/me/password", "/me/access", present="no", password="nine quiet harbours wait"
    )
    assert wrong.status_code == 422
    assert "This is not your password." in wrong.text
    right = post(
        client, "/me/password", "/me/access", present=PASSWORD, password="nine quiet harbours wait"
    )
    assert right.status_code == 303
    assert passwords.matches(row().password_hash, "nine quiet harbours wait")
    assert len(mailed(MessageKind.PASSWORD_CHANGED)) == 2


def test_browsers_are_seen_and_ended_but_nobody_elses(client, app, ada):
    other = app.test_client()
    enter(other, ada)
    page = client.get("/me/access").text
    (number,) = re.findall(r"/me/sign-ins/(\d+)", page)
    assert "this one" in page
    stranger = app.test_client()
    with db.transaction():
        bob = make_user()
    enter(stranger, bob)
    assert post(stranger, f"/me/sign-ins/{number}", "/me/profile").status_code == 404
    assert other.get("/me").status_code == 200
    assert post(client, f"/me/sign-ins/{number}", "/me/access").status_code == 303
    assert other.get("/me").status_code == 401


def test_everything_held_about_somebody_is_put_together_and_fetched(client, ada):
    with db.transaction():
        make_user(email="bob@example.org", name="Bob")
    assert client.get("/me/archive.zip").status_code == 404
    assert post(client, "/me/archive", "/me/archive").status_code == 303
    page = client.get("/me/archive")
    assert '<meta http-equiv="refresh"' in page.text
    with db.reading():
        archive = archives.latest(ada)
    for _ in range(2):
        with db.transaction():
            archives.make(archive.id)
    assert len(mailed(MessageKind.ARCHIVE_READY)) == 1
    fetched = client.get("/me/archive.zip")
    with zipfile.ZipFile(io.BytesIO(fetched.data)) as packed:
        told = json.loads(packed.read("about-me.json"))
    assert [user["email"] for user in told["user"]] == ["ada@example.org"]
    assert [membership["role"] for membership in told["membership"]] == ["lead"]
    assert {"user", "membership", "sign_in", "mailed_link", "archive"} <= set(told)
    assert "secret_hash" not in json.dumps(told)
    assert "bob" not in json.dumps(told)


def test_no_table_that_names_people_is_left_out():
    """What holds an address or points at an account is in the archive, whatever is added later."""
    for table in Base.metadata.sorted_tables:
        if {"email", "address"} & set(table.c.keys()):
            found = {column.class_.__table__ for column in archives._BY_ADDRESS}
            # The addresses of a venue and of a geocoder are streets.
            assert table.name in {"user", "venue", "geocoded_address"} or table in found


def test_farewell(client, ada):
    page = client.get("/me/delete").text
    assert "UG Paris" in page
    wrong = post(client, "/me/delete", "/me/delete", email="somebody@example.org")
    assert wrong.status_code == 422
    assert "This is not the address of your account." in wrong.text
    answer = post(client, "/me/delete", "/me/delete", email="ada@example.org")
    assert answer.status_code == 303
    assert client.get("/me").status_code == 401
    with db.reading() as session:
        assert session.scalars(select(User)).all() == []
        assert session.scalars(select(Membership)).all() == []
        group = session.scalars(select(Group)).one()
        assert group.status is GroupStatus.VACANT
        entries = session.scalars(select(AuditEntry)).all()
        assert {entry.actor_id for entry in entries} == {None}
        assert "user.deleted" in {entry.act for entry in entries}
        assert session.scalars(select(Message.address)).all() == ["ada@example.org"]


def test_the_last_steward_stays(client, database):
    with db.transaction():
        steward = make_user(email="ada@example.org", is_steward=True)
    enter(client, steward)
    answer = post(client, "/me/delete", "/me/delete", email="ada@example.org")
    assert answer.status_code == 409
    assert row().is_steward
