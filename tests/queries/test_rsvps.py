"""How the seats of a meetup stand."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.factories import add_room, make_group, make_meetup, make_rsvp, make_user
from usergroups import db
from usergroups.models import Attendance, RsvpStatus
from usergroups.queries import rsvps
from usergroups.queries.rsvps import Figures, Seats

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

SOON = NOW + timedelta(hours=1)


def test_heads_are_counted_by_way_and_state(count_queries):
    with db.transaction():
        event = make_meetup(make_group(), 50, attendance=Attendance.HYBRID, online_limit=7)
        add_room(event, 25)
        online = {"attendance": Attendance.ONLINE}
        make_rsvp(event, make_user(), guests=2)
        make_rsvp(event, make_user(), **online)
        make_rsvp(event, make_user(), RsvpStatus.OFFERED, guests=1, offered_until=SOON)
        make_rsvp(event, make_user(), RsvpStatus.OFFERED, offered_until=SOON + timedelta(hours=1))
        make_rsvp(event, make_user(), RsvpStatus.WAITLISTED, guests=3, **online)
        make_rsvp(event, make_user(), RsvpStatus.DECLINED)
        make_rsvp(event, make_user(), RsvpStatus.CANCELLED, guests=4)
        make_rsvp(make_meetup(event.group, 3), make_user(), guests=9)
    with db.reading(), count_queries() as queries:
        found = rsvps.figures(event.id)
    assert len(queries) == 2
    assert found == Figures(Seats(75, going=3, offered=3), Seats(7, going=1, waiting=4, line=1))
    assert (found.lapses_at, found.going, found.offered, found.waiting) == (SOON, 4, 3, 4)
    assert (found.in_person.taken, found.in_person.free, found.online.free) == (6, 69, 6)


def test_without_rooms_or_a_limit_there_is_no_end():
    with db.transaction():
        event = make_meetup(make_group())
    with db.reading():
        found = rsvps.figures(event.id)
    assert found == Figures(Seats(None), Seats(None))
    assert (found.in_person.free, found.lapses_at) == (None, None)
    assert found.in_person.takes(1_000)


def test_nobody_passes_those_who_wait():
    seats = Seats(10, going=5, offered=2, waiting=4)
    assert (seats.holds(3), seats.holds(4), seats.takes(1)) == (True, False, False)
    assert Seats(5, going=7).free == 0


def test_which_in_the_line_one_is():
    with db.transaction():
        event = make_meetup(make_group(), 1, attendance=Attendance.HYBRID)
        make_rsvp(event, make_user())
        line = [make_rsvp(event, make_user(), RsvpStatus.WAITLISTED) for _ in range(3)]
        other = {"attendance": Attendance.ONLINE}
        elsewhere = make_rsvp(event, make_user(), RsvpStatus.WAITLISTED, **other)
        line[0].status = RsvpStatus.CANCELLED
    with db.reading():
        assert [rsvps.place(one) for one in (*line[1:], elsewhere)] == [1, 2, 1]
