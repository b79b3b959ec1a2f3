import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from usergroups import clock, db
from usergroups.errors import GoneError, InvalidInputError, NotFoundError
from usergroups.models import AuditEntry, MailedLink, User
from usergroups.services import accounts, passwords


def test_an_account_is_made_once(database):
    with db.transaction():
        first = accounts.create(" Ada@Example.org ", name="Ada")
        again = accounts.create("ada@example.org", name="Somebody else")
        assert again is first
        assert (first.email, first.name, first.is_steward) == ("ada@example.org", "Ada", False)


def test_a_steward_is_made_on_the_record_and_never_unmade(database):
    with db.transaction() as session:
        accounts.create("ada@example.org", steward=True)
        user = accounts.create("ada@example.org")
        assert user.is_steward
        acts = session.scalars(select(AuditEntry.act)).all()
    assert acts == ["user.made_steward"]


@pytest.mark.parametrize("email", ["", "ada", "@example.org", "a@", "a b@example.org", "a@b@c"])
def test_what_is_no_address_is_refused(database, email):
    with pytest.raises(InvalidInputError, match="expected an address"), db.transaction():
        accounts.create(email)


def test_a_link_signs_in_once_and_its_secret_is_nowhere(database):
    with db.transaction() as session:
        user = accounts.create("ada@example.org")
        secret = accounts.offer_sign_in(user)
        session.flush()
        assert secret not in session.scalars(select(MailedLink.secret_hash)).one()
    with db.transaction():
        assert accounts.sign_in_by_link(secret).email == "ada@example.org"
    with pytest.raises(GoneError), db.transaction():
        accounts.sign_in_by_link(secret)


def test_a_link_runs_out(database, frozen_clock):
    with db.transaction():
        secret = accounts.offer_sign_in(accounts.create("ada@example.org"))
    too_late = clock.frozen_at(frozen_clock + timedelta(hours=24))
    with too_late, pytest.raises(GoneError), db.transaction():
        accounts.sign_in_by_link(secret)


def test_a_made_up_secret_is_nobodys(database):
    with db.transaction() as session:
        session.add(User(email="ada@example.org"))
    with pytest.raises(NotFoundError), db.transaction():
        accounts.sign_in_by_link("guess")


def test_two_who_make_the_same_account_at_once_make_one(database):
    start = threading.Barrier(2)
    made = []

    def make() -> None:
        with db.transaction():
            start.wait(timeout=20) if db.engine().dialect.name == "postgresql" else None
            made.append(accounts.create("new@example.org").id)

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert len(set(made)) == 1


def test_a_new_password_spends_the_links_mailed_before(database, frozen_clock):
    with db.transaction():
        user = accounts.create("ada@example.org")
        links = [accounts.offer_sign_in(user) for _ in range(2)]
        accounts.choose_password(passwords.hashed("correct horse battery staple"), by=user)
    for secret in links:
        with db.transaction(), pytest.raises(GoneError):
            accounts.sign_in_by_link(secret)
