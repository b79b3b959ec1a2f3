"""The rooms of a series: those of one of its meetups, wherever they are free."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import make_rsvp, make_user
from tests.people import crowd, mails
from tests.services.test_rooms import House, holds, used
from usergroups import clock, db
from usergroups.errors import ConflictError, NotAllowedError
from usergroups.inputs.series import SeriesInput
from usergroups.models import Event, EventStatus, Group, Series
from usergroups.services import rooms, series
from usergroups.services.outlook import UnseenError

pytestmark = pytest.mark.usefixtures("database")
WEEK = timedelta(days=7)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@pytest.fixture
def house() -> House:
    """A meetup in two rooms of three, and those that follow it in its series."""
    made = House(3, 2, 9, starts_at=clock.now() + WEEK)
    with db.transaction() as session:
        row = Series(
            group_id=made.group.id, uid="series@example.org", rule="FREQ=WEEKLY",
            begins_on=clock.today(), starts=clock.now().time(), minutes=90,
            timezone="Europe/Paris",
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.get_one(Event, made.event.id).series_id = row.id
    for room in made.rooms[:2]:
        made.do(rooms.take, room)
    return made


def later(house: House, weeks: int, *used: int, **given) -> Event:
    with db.reading() as session:
        series_id = session.get_one(Event, house.event.id).series_id
    starts_at = house.event.starts_at + weeks * WEEK
    return house.meetup(*used, starts_at=starts_at, series_id=series_id, **given)


def test_the_rest_of_the_series_gets_the_rooms_where_they_are_free(house):
    free = later(house, 1)
    has_one = later(house, 2, house.rooms[2])
    busy = later(house, 3)
    house.meetup(house.rooms[0], starts_at=house.event.starts_at + 3 * WEEK)
    off = later(house, 4, status=EventStatus.CANCELLED)
    elsewhere = later(house, 5)
    with db.transaction() as session:
        session.get_one(Event, elsewhere.id).venue_id = None
    for served in (2, 0):
        assert house.do(rooms.take_for_series) == served
        assert used(free) == house.rooms[:2]
        assert used(has_one) == house.rooms[2:]
        assert used(busy) == house.rooms[1:2]
        assert used(off) == used(elsewhere) == []


def test_who_comes_already_is_asked_about_first(house):
    full = later(house, 1)
    with db.transaction() as session:
        event = session.get_one(Event, full.id)
        for _ in range(6):
            make_rsvp(event, make_user())
    with pytest.raises(UnseenError) as unseen:
        house.do(rooms.take_for_series)
    assert [one.event.public_id for one in unseen.value.outlooks] == [full.public_id]
    house.do(rooms.take_for_series, is_known=True)
    assert holds(full) == (5, 6, 0)


def test_it_is_for_organizers_and_for_series(house):
    with pytest.raises(NotAllowedError):
        house.do(rooms.take_for_series, by=crowd(house.group)["stranger"])
    with db.transaction() as session:
        session.get_one(Event, house.event.id).series_id = None
    with pytest.raises(ConflictError):
        house.do(rooms.take_for_series)


def test_a_series_like_a_meetup_has_its_rooms_and_so_has_what_is_added_later():
    house = House(3, starts_at=clock.now() + WEEK)
    house.do(rooms.take, house.rooms[0])
    wall = house.event.local_start + timedelta(days=1)
    given = SeriesInput.model_validate(
        {
            "repeat": "weekly", "weekdays": [WEEKDAYS[wall.weekday()]], "begins_on": wall.date(),
            "starts": "18:30", "ends": "21:00", "timezone": "Europe/Paris", "title": "Talks",
        }
    )  # fmt: skip
    with db.transaction() as session:
        like = session.get_one(Event, house.event.id)
        group = session.get_one(Group, house.group.id)
        made = series.make(group, given, by=None, like=like)
    first = rows(made)
    assert first[-1].venue_id == house.venue.id
    with clock.frozen_at(clock.now() + 8 * WEEK), db.transaction():
        series.extend_by_id(made.id)
    whole = rows(made)
    assert len(whole) > len(first) > 1
    assert [used(event) for event in whole] == [house.rooms] * len(whole)
    # Of the one that somebody took, not of each that followed.
    assert [kind for kind, _, _ in mails()] == ["room_taken"]


def rows(one: Series) -> list[Event]:
    with db.reading() as session:
        query = select(Event).where(Event.series_id == one.id).order_by(Event.starts_at)
        return list(session.scalars(query))
