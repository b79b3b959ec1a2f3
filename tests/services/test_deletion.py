"""Deleting an account: who may, what goes, what stays without the person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import make_application, make_group, make_user
from usergroups import clock, db
from usergroups.db import Base
from usergroups.errors import InvalidInputError
from usergroups.models import (
    Application,
    ApplicationStatus,
    AuditEntry,
    Group,
    GroupStatus,
    Message,
    MessageKind,
    Role,
    SignIn,
    User,
)
from usergroups.services import accounts, audit, deletion, memberships, passwords, sign_ins

ADDRESS, PASSWORD = "ada@example.org", "seven slow kettles sing"


@pytest.fixture
def ada(database) -> User:
    with db.transaction():
        return make_user(email=ADDRESS, name="Ada")


def signed_in(user: User) -> int:
    with db.transaction() as session:
        sign_ins.begin(user)
        return session.scalars(select(SignIn.id).order_by(SignIn.id.desc())).first()


def delete(user: User, sign_in_id: int, *, address: str = ADDRESS, password: str = "") -> None:
    with db.transaction():
        deletion.delete_account(address, password, by=user, sign_in_id=sign_in_id)


def left() -> list[User]:
    with db.reading() as session:
        return list(session.scalars(select(User)))


def test_without_a_password_only_a_fresh_sign_in_may(ada, frozen_clock):
    stale = signed_in(ada)
    with clock.frozen_at(frozen_clock + timedelta(hours=1)):
        with pytest.raises(InvalidInputError) as refused:
            delete(ada, stale)
        assert refused.value.refusals["input"].code == "not_fresh"
        assert len(left()) == 1
        delete(ada, signed_in(ada))
        assert left() == []


def test_a_sign_in_of_somebody_else_is_not_ones_own(ada):
    with db.transaction():
        bob = make_user(email="bob@example.org")
    with pytest.raises(InvalidInputError):
        delete(ada, signed_in(bob))


def test_with_a_password_it_is_asked_for(ada, frozen_clock):
    with db.transaction():
        accounts.choose_password(passwords.hashed(PASSWORD), by=ada)
    with db.reading() as session:
        ada = session.get_one(User, ada.id)
    number = signed_in(ada)
    with pytest.raises(InvalidInputError) as refused:
        delete(ada, number, password="guess")
    assert refused.value.refusals["password"].code == "password_wrong"
    with clock.frozen_at(frozen_clock + timedelta(days=1)):
        delete(ada, number, password=PASSWORD)
    assert left() == []


def test_nothing_anywhere_points_at_who_has_left(ada):
    with db.transaction():
        group = make_group()
        memberships.appoint(ada, group, Role.LEAD)
        make_application(ada, status=ApplicationStatus.SUBMITTED)
        make_application(ada, status=ApplicationStatus.DRAFT)
        audit.record("group.edited", group, by=ada)
        accounts.mail_sign_in(ADDRESS)
    delete(ada, signed_in(ada))
    with db.reading() as session:
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                if key.column.table.name == "user":
                    pointing = session.execute(select(table).where(key.parent == ada.id)).all()
                    assert pointing == [], f"{table.name}.{key.parent.name}"
        assert session.scalars(select(Group.status)).one() is GroupStatus.VACANT
        statuses = session.scalars(select(Application.status)).all()
        assert statuses == [ApplicationStatus.WITHDRAWN]
        assert "group.edited" in session.scalars(select(AuditEntry.act)).all()
        kinds = session.scalars(select(Message.kind).where(Message.address == ADDRESS)).all()
        assert MessageKind.ACCOUNT_DELETED in kinds


def test_the_second_of_two_clicks_finds_nobody(ada):
    number = signed_in(ada)
    delete(ada, number)
    with pytest.raises(Exception, match="No row was found"):
        delete(ada, number)
