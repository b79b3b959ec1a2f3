"""Calendars of somebody's own: who may do what with them, and what becomes of them."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.factories import make_user
from usergroups import clock, db
from usergroups.errors import InvalidInputError, NotFoundError
from usergroups.inputs.my_calendar import MyCalendarInput
from usergroups.models import MyCalendar, User
from usergroups.services import archives, deletion, my_calendars, sign_ins

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

WANTED = MyCalendarInput(name="Phone", has_groups=True)


@pytest.fixture
def ada() -> User:
    with db.transaction():
        return make_user(email="ada@example.org")


def made(by: User) -> MyCalendar:
    with db.transaction():
        return my_calendars.make(WANTED, by=by)[0]


def test_nobody_touches_anothers(ada):
    calendar = made(ada)
    with db.transaction():
        eve = make_user()
    for act in (
        lambda: my_calendars.one(calendar.id, eve),
        lambda: my_calendars.change(calendar.id, WANTED, by=eve),
        lambda: my_calendars.readdress(calendar.id, by=eve),
        lambda: my_calendars.remove(calendar.id, by=eve),
    ):
        with pytest.raises(NotFoundError), db.transaction():
            act()
    with db.reading():
        assert [one.secret_hash for one in my_calendars.of(ada)] == [calendar.secret_hash]
        assert my_calendars.of(eve) == []


def test_two_at_once_do_not_make_more_than_there_may_be(ada):
    for _ in range(my_calendars.MOST - 1):
        made(ada)
    start, refused = Barrier(2), []

    def race() -> None:
        start.wait()
        try:
            made(ada)
        except InvalidInputError as error:
            refused.append(error.fields)

    racers = [Thread(target=race) for _ in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(MyCalendar)) == my_calendars.MOST
    assert len(refused) == 1


def test_a_use_before_the_present_address_is_not_of_it(ada):
    calendar = made(ada)
    with clock.frozen_at(NOW + timedelta(hours=2)), db.transaction():
        my_calendars.readdress(calendar.id, by=ada)
        my_calendars.note_use(calendar.id, NOW + timedelta(hours=1))
    with db.reading():
        assert my_calendars.one(calendar.id, ada).used_at is None
    with db.transaction():
        my_calendars.note_use(calendar.id, NOW + timedelta(hours=3))
        my_calendars.note_use(calendar.id, NOW + timedelta(hours=2))
    with db.reading():
        assert my_calendars.one(calendar.id, ada).used_at == NOW + timedelta(hours=3)


def test_the_archive_has_them_without_what_opens_them(ada):
    calendar = made(ada)
    with db.reading():
        (told,) = archives.everything_about(ada)["my_calendar"]
    assert (told["id"], told["name"], told["has_groups"]) == (calendar.id, "Phone", True)
    assert "secret_hash" not in told


def test_they_go_with_the_account(ada):
    made(ada)
    with db.transaction() as session:
        sign_ins.begin(ada)
        session.flush()
        here = sign_ins.of(ada)[0].id
        deletion.delete_account("ada@example.org", "", by=ada, sign_in_id=here)
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(MyCalendar)) == 0
