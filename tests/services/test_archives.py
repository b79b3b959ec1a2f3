"""What somebody gets of what is held about them: all of theirs, and nothing of others."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import make_application, make_group, make_user
from usergroups import clock, db, queue
from usergroups.db import Base
from usergroups.inputs.review import BlockInput
from usergroups.jobs import timetable
from usergroups.models import Archive, MailedLink, MessageKind, Role, SignIn, User
from usergroups.services import (
    accounts,
    archives,
    audit,
    blocking,
    memberships,
    passwords,
    sign_ins,
)


@pytest.fixture
def ada(database) -> User:
    with db.transaction():
        return make_user(email="ada@example.org", name="Ada", is_steward=True)


def told(user: User) -> dict:
    with db.reading():
        return archives.everything_about(user)


def test_what_one_did_about_others_is_a_number_without_their_words(ada):
    with db.transaction():
        bob = make_user(email="bob@example.org", name="Bob")
        decided = make_application(bob, decided_by_id=ada.id, why="Bob's reasons")
        number = decided.id
        blocking.block(BlockInput(pattern="eve@example.net", reason="Eve sold shoes"), by=ada)
    found = told(ada)
    assert found["application"] == [{"id": number, "decided_by_id": ada.id}]
    whole = json.dumps(found)
    for word in ("Bob", "bob@example.org", "eve@", "shoes"):
        assert word not in whole
    assert "Bob's reasons" in json.dumps(told(bob))


def test_acts_and_what_was_done_about_one(ada):
    with db.transaction():
        bob = make_user(email="bob@example.org")
        group = make_group()
        audit.record("user.made_steward", bob, by=ada)
        memberships.appoint(bob, group, Role.LEAD)
    assert "user.made_steward" in {entry["act"] for entry in told(ada)["audit_entry"]}
    assert "user.made_steward" in {entry["act"] for entry in told(bob)["audit_entry"]}


def test_mails_to_an_address_before_it_had_an_account(ada):
    with db.transaction():
        accounts.mail_sign_in("new@example.org")
        queue.send(MessageKind.SIGN_IN, to="other@example.org")
        new = make_user(email="new@example.org")
    found = told(new)
    assert [message["address"] for message in found["message"]] == ["new@example.org"]
    assert [link["email"] for link in found["mailed_link"]] == ["new@example.org"]


def test_no_secret_is_in_it(ada):
    with db.transaction() as session:
        accounts.choose_password(passwords.hashed("seven slow kettles sing"), by=ada)
        sign_ins.begin(ada, browser="Lynx")
        accounts.ask_verification(by=ada)
        session.flush()
        secrets = [
            *session.scalars(select(User.password_hash)),
            *session.scalars(select(SignIn.secret_hash)),
            *session.scalars(select(MailedLink.secret_hash)),
        ]
    whole = json.dumps(told(ada))
    assert "Lynx" in whole
    assert [secret for secret in secrets if secret in whole] == []


def test_every_table_that_points_at_people_is_walked(ada, monkeypatch):
    """A table made after today is asked as well: each foreign key to an account is followed."""
    asked = []
    real = archives._rows_where
    monkeypatch.setattr(
        archives,
        "_rows_where",
        lambda whose, columns: asked.append(str(whose)) or real(whose, columns),
    )
    told(ada)
    wanted = {
        str(key.parent == 1)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "user"
    }
    assert len(wanted) > 10
    assert wanted - set(asked) == set()


def test_a_second_wish_is_the_first_one_and_old_archives_are_forgotten(ada, frozen_clock):
    with db.transaction():
        first = archives.ask(by=ada).id
        assert archives.ask(by=ada).id == first
    with db.transaction():
        archives.make(first)
    with clock.frozen_at(frozen_clock + archives.KEPT + timedelta(seconds=1)):
        timetable.tidy()
        with db.reading() as session:
            assert session.scalars(select(Archive.id)).all() == []
        with db.transaction():
            assert archives.ask(by=ada).made_at is None


def test_ended_sign_ins_and_links_long_past_are_forgotten(ada, frozen_clock):
    with db.transaction():
        for _ in range(2):
            sign_ins.begin(ada)
        accounts.ask_verification(by=ada)
    with db.transaction() as session:
        kept, ended = session.scalars(select(SignIn.id).order_by(SignIn.id))
        sign_ins.end(ended, by=ada)
    with clock.frozen_at(frozen_clock + timedelta(days=20)):
        timetable.tidy()
    with db.reading() as session:
        assert session.scalars(select(SignIn.id)).all() == [kept]
        assert len(session.scalars(select(MailedLink.id)).all()) == 1
    with clock.frozen_at(frozen_clock + timedelta(days=61)):
        timetable.tidy()
    with db.reading() as session:
        assert session.scalars(select(SignIn.id)).all() == []
        assert session.scalars(select(MailedLink.id)).all() == []
