from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import make_user
from usergroups import clock, db, queue
from usergroups.models import MailRefusal, MailTopic, Message, MessageKind, User
from usergroups.queries import messages as queries
from usergroups.services import messages

GROUPS, REVIEWS = MailTopic.GROUPS, MailTopic.REVIEWS


@pytest.fixture
def ada(database) -> User:
    with db.transaction():
        return make_user()


def refused(user: User) -> set[MailTopic]:
    with db.reading():
        return queries.refused_by(user)


def test_everything_is_wanted_until_somebody_says_otherwise(ada):
    assert refused(ada) == set()


def test_what_is_not_wanted_is_refused_and_can_be_wanted_again(ada):
    with db.transaction():
        other = make_user()
        messages.want([GROUPS], by=other)
        messages.want(set(MailTopic) - {REVIEWS}, by=ada)
    assert refused(ada) == {REVIEWS}
    with db.transaction():
        messages.want(MailTopic, by=ada)
    assert refused(ada) == set()
    assert refused(other) == set(MailTopic) - {GROUPS}


def test_a_kind_is_refused_as_often_as_one_likes(ada):
    for _ in range(2):
        with db.transaction():
            messages.refuse(ada.id, GROUPS)
    assert refused(ada) == {GROUPS}


def test_an_account_that_is_gone_refuses_nothing(database):
    with db.transaction() as session:
        messages.refuse(4711, GROUPS)
        assert session.scalars(select(MailRefusal)).all() == []


def test_mails_are_forgotten_after_two_weeks(ada, frozen_clock):
    with db.transaction():
        old = queue.send(MessageKind.SIGN_IN, to=ada)
    with clock.frozen_at(frozen_clock + timedelta(days=10)), db.transaction():
        newer = queue.send(MessageKind.SIGN_IN, to=ada)
    with clock.frozen_at(frozen_clock + timedelta(days=14)), db.transaction() as session:
        messages.forget_old()
        assert set(session.scalars(select(Message.id))) == {old.id, newer.id}
    with clock.frozen_at(frozen_clock + timedelta(days=14, seconds=1)), db.transaction() as session:
        messages.forget_old()
        assert session.scalars(select(Message.id)).all() == [newer.id]
