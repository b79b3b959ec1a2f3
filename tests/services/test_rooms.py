"""The rooms of a meetup: what it holds, who comes in, what has to be seen first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import make_group, make_meetup, make_rsvp, make_source, make_user, make_venue
from tests.people import crowd, mails, team_of
from tests.services.test_role_races import at_once
from usergroups import clock, db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from usergroups.inputs.venue import RoomInput
from usergroups.models import (
    Attendance,
    AuditEntry,
    Event,
    EventRoom,
    EventStatus,
    Group,
    Origin,
    Precision,
    Rsvp,
    RsvpStatus,
    User,
    Venue,
)
from usergroups.queries import rsvps as rsvp_queries
from usergroups.queries import venues as queries
from usergroups.services import rooms, venues
from usergroups.services.outlook import UnseenError
from usergroups.services.rooms import RoomTakenError

NOW = clock.now()
pytestmark = pytest.mark.usefixtures("database")
GOING, WAITLISTED = RsvpStatus.GOING, RsvpStatus.WAITLISTED


class House:
    """A group with a lead, its venue with rooms, and a meetup there."""

    def __init__(self, *capacities: int, going: int = 0, waiting: int = 0, **given: Any) -> None:
        self.group, people = team_of("lead")
        self.lead: User = people["lead"]
        with db.transaction():
            self.venue: Venue = make_venue(self.group, *capacities, name="Haus", city="Paris")
        with db.reading():
            self.venue = queries.known(self.group, self.venue.public_id)
        self.rooms = [room.id for room in self.venue.rooms]
        self.event = self.meetup(**given)
        with db.transaction():
            event = db.session().get_one(Event, self.event.id)
            for number in range(going + waiting):
                make_rsvp(event, make_user(), GOING if number < going else WAITLISTED)

    def meetup(self, *used: int, group: Group | None = None, **given: Any) -> Event:
        with db.transaction() as session:
            event = make_meetup(group or self.group, venue_id=self.venue.id, **given)
            session.add_all(EventRoom(event_id=event.id, room_id=room) for room in used)
        return event

    def do(self, act: Any, *arguments: Any, by: User | None = None, **given: Any) -> Any:
        """An act of the lead, upon the meetup."""
        with db.transaction():
            return act(self.event.id, *arguments, by=by or self.lead, **given)


def holds(event: Event) -> tuple[int | None, int, int]:
    """Seats, those that are taken, those who wait."""
    with db.reading():
        seats = rsvp_queries.figures(event.id).in_person
    return seats.capacity, seats.taken, seats.waiting


def used(event: Event) -> list[int]:
    with db.reading():
        return [one.room_id for one in queries.used_by(event.id)]


def acts() -> list[str]:
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


def test_a_second_room_is_one_act():
    house = House(2, 3, going=2, waiting=5, starts_at=NOW + timedelta(days=30))
    house.do(rooms.take, house.rooms[0])
    assert holds(house.event) == (2, 2, 5)
    house.do(rooms.take, house.rooms[1], note="The talks on a screen")
    assert holds(house.event) == (5, 5, 2)
    assert used(house.event) == house.rooms
    house.do(rooms.take, house.rooms[1], note="Twice")
    assert acts() == ["event.room_taken"] * 2
    assert [kind for kind, _, _ in mails() if kind == "room_taken"] == ["room_taken"] * 2
    with db.reading():
        shown = queries.of_event(house.event.id)
        assert shown is not None
        assert [(room.capacity, room.used_for) for room in shown.rooms] == [
            (2, ""), (3, "The talks on a screen"),
        ]  # fmt: skip


def test_the_first_room_asks_where_more_come_than_it_holds():
    house = House(2, going=3)
    with pytest.raises(UnseenError) as unseen:
        house.do(rooms.take, house.rooms[0])
    (seen,) = unseen.value.outlooks
    assert (seen.over, seen.is_short, seen.is_boundless) == (1, True, False)
    assert (holds(house.event), used(house.event)) == ((None, 3, 0), [])
    house.do(rooms.take, house.rooms[0], is_known=True)
    assert holds(house.event) == (2, 3, 0)


def test_a_room_less_asks_and_drops_nobody():
    house = House(3, 2, 2, going=5, waiting=1)
    house.do(rooms.take, house.rooms[0], is_known=True)
    house.do(rooms.take, house.rooms[1])
    with pytest.raises(UnseenError):
        house.do(rooms.give_back, house.rooms[0])
    assert used(house.event) == house.rooms[:2]
    house.do(rooms.give_back, house.rooms[1], instead=house.rooms[2])
    assert used(house.event) == [house.rooms[0], house.rooms[2]]
    house.do(rooms.give_back, house.rooms[0], is_known=True)
    house.do(rooms.give_back, house.rooms[0])
    assert holds(house.event) == (2, 5, 1)
    with pytest.raises(NotFoundError):
        house.do(rooms.give_back, house.rooms[2], instead=2**31 - 1)


def test_without_any_room_everybody_who_waits_comes_in_and_that_is_asked_first():
    house = House(1, going=1, waiting=1)
    house.do(rooms.take, house.rooms[0])
    with pytest.raises(UnseenError) as unseen:
        house.do(rooms.give_back, house.rooms[0])
    assert unseen.value.outlooks[0].is_boundless
    house.do(rooms.give_back, house.rooms[0], is_known=True)
    assert holds(house.event) == (None, 2, 0)


def test_a_room_has_one_meetup_at_a_time():
    house = House(10, 10, starts_at=NOW + timedelta(days=9))
    start = NOW + timedelta(days=9)
    before = house.meetup(house.rooms[0], starts_at=start - timedelta(hours=2), title="Before")
    house.meetup(house.rooms[0], starts_at=start + timedelta(hours=2), title="After")
    fuzzy = house.meetup(house.rooms[0], starts_at=start, precision=Precision.MONTH)
    off = house.meetup(house.rooms[0], starts_at=start, status=EventStatus.CANCELLED)
    house.do(rooms.take, house.rooms[0])
    for event in (before, fuzzy, off):
        assert used(event) == [house.rooms[0]]
    late = house.meetup(starts_at=start + timedelta(hours=1), title="Late")
    with pytest.raises(RoomTakenError) as taken, db.transaction():
        rooms.take(late.id, house.rooms[0], by=house.lead)
    assert taken.value.other is not None
    assert taken.value.other.public_id == house.event.public_id
    with db.transaction():
        rooms.take(late.id, house.rooms[1], by=house.lead)


def test_a_draft_of_others_is_not_named():
    house = House(10)
    with db.transaction() as session:
        session.get_one(Venue, house.venue.id).group_id = None
        other = make_group()
    house.meetup(house.rooms[0], group=other, status=EventStatus.DRAFT, title="Secret plans")
    with pytest.raises(RoomTakenError) as taken:
        house.do(rooms.take, house.rooms[0])
    assert taken.value.other is None
    with pytest.raises(RoomTakenError) as taken, db.transaction():
        rooms.take(house.event.id, house.rooms[0], by=None)
    assert taken.value.other is not None


def test_a_meetup_that_moves_keeps_its_rooms_or_is_told():
    house = House(10)
    house.do(rooms.take, house.rooms[0])
    later = house.event.starts_at + timedelta(days=1)
    house.meetup(house.rooms[0], starts_at=later)

    def move(starts_at: datetime) -> None:
        event = db.session().get_one(Event, house.event.id)
        event.starts_at, event.ends_at = starts_at, starts_at + timedelta(hours=1)
        rooms.recheck(event, by=house.lead)

    with pytest.raises(RoomTakenError), db.transaction():
        move(later)
    with db.transaction():
        move(later + timedelta(days=1))


def test_a_meetup_moves_to_another_venue_with_rooms_of_it():
    house = House(5, going=4)
    house.do(rooms.take, house.rooms[0])
    with db.transaction():
        large = make_venue(
            house.group, 3, 4, name="Tower", address="1 High Street", city="Lyon",
            latitude=45.76, longitude=4.83,
        )  # fmt: skip
    with db.reading():
        large = queries.known(house.group, large.public_id)
        small, other = (room.id for room in large.rooms)
    with pytest.raises(UnseenError):
        house.do(rooms.move_to, large.id, [small])
    assert used(house.event) == house.rooms
    with pytest.raises(NotFoundError):
        house.do(rooms.move_to, large.id, [small, house.rooms[0]])
    house.do(rooms.move_to, large.id, [small, other])
    with db.reading() as session:
        event = session.get_one(Event, house.event.id)
        assert (event.venue, event.latitude, event.longitude, event.sequence, event.venue_id) == (
            "Tower, 1 High Street, Lyon", 45.76, 4.83, 1, large.id,
        )  # fmt: skip
        assert session.get_one(Group, house.group.id).version == house.group.version + 1
    assert used(house.event) == [small, other]
    house.do(rooms.move_to, large.id, [small, other])
    house.do(rooms.move_to, None, [])
    with db.reading() as session:
        event = session.get_one(Event, house.event.id)
        assert (event.venue, event.latitude, event.sequence) == ("", None, 2)
    assert acts()[-3:] == ["event.room_given_back", "event.room_given_back", "event.venue_chosen"]


def test_how_many_take_part_online_is_a_limit_like_a_room():
    house = House(1, attendance=Attendance.HYBRID)
    with db.transaction() as session:
        event = session.get_one(Event, house.event.id)
        for status in (GOING, GOING, GOING):
            make_rsvp(event, make_user(), status, attendance=Attendance.ONLINE)
    with pytest.raises(UnseenError):
        house.do(rooms.limit_online, 2)
    house.do(rooms.limit_online, 3)
    with db.transaction() as session:
        event = session.get_one(Event, house.event.id)
        make_rsvp(event, make_user(), WAITLISTED, attendance=Attendance.ONLINE)
    house.do(rooms.limit_online, 4)
    house.do(rooms.limit_online, 4)
    with db.reading():
        online = rsvp_queries.figures(house.event.id).online
    assert (online.capacity, online.taken, online.waiting) == (4, 4, 0)
    assert acts() == ["event.online_limited"] * 2


def test_who_may_not_and_what_cannot_be():
    house = House(5)
    others = crowd(house.group)
    for name in ("visitor", "stranger", "abroad"):
        with pytest.raises(NotAllowedError):
            house.do(rooms.take, house.rooms[0], by=others[name])
    house.do(rooms.take, house.rooms[0], by=others["coordinator"])
    with db.transaction():
        foreign = make_venue(make_group(), 5)
        abroad = make_venue(make_group(), 5, group_id=None, country="DE")
    with pytest.raises(NotFoundError):
        house.do(rooms.take, house.rooms[0] + 1)
    for venue in (foreign, abroad):
        with pytest.raises(NotFoundError):
            house.do(rooms.move_to, venue.id, [])
    over = house.meetup(starts_at=NOW - timedelta(days=9))
    off = house.meetup(status=EventStatus.CANCELLED)
    for event in (over, off):
        with pytest.raises(ConflictError), db.transaction():
            rooms.take(event.id, house.rooms[0], by=house.lead)
    online = house.meetup(attendance=Attendance.ONLINE)
    with pytest.raises(InvalidInputError), db.transaction():
        rooms.move_to(online.id, house.venue.id, [], by=house.lead)


def test_a_meetup_of_a_calendar_is_changed_there():
    house = House(5)
    with db.transaction():
        event = make_meetup(
            house.group, origin=Origin.IMPORTED, source_id=make_source(house.group).id
        )
    with pytest.raises(ConflictError), db.transaction():
        rooms.take(event.id, house.rooms[0], by=house.lead)


@pytest.mark.parametrize("time", range(5))
def test_the_last_room_goes_to_one_of_two_meetups(time):
    house = House(5)
    other = house.meetup(starts_at=house.event.starts_at)
    raised = at_once(
        *(
            lambda event=event: rooms.take(event.id, house.rooms[0], by=house.lead)
            for event in (house.event, other)
        )
    )
    (error,) = [error for error in raised if error]
    assert isinstance(error, RoomTakenError)
    assert sorted([used(house.event), used(other)]) == [[], house.rooms]


@pytest.mark.parametrize("time", range(5))
def test_two_who_take_the_last_room_for_one_meetup_take_it_once(time):
    house = House(2, 2, going=2, waiting=3)
    house.do(rooms.take, house.rooms[0])
    raised = at_once(*[lambda: rooms.take(house.event.id, house.rooms[1], by=house.lead)] * 2)
    assert raised == [None, None]
    assert holds(house.event) == (4, 4, 1)
    assert acts() == ["event.room_taken"] * 2


@pytest.mark.parametrize("time", range(5))
def test_a_room_is_taken_while_it_shrinks(time):
    house = House(2, 5, going=2, waiting=5)
    house.do(rooms.take, house.rooms[0])
    smaller = RoomInput(name="Room 2", capacity=1)

    def shrink() -> None:
        venue = queries.known(house.group, house.venue.public_id)
        venues.change_room(venue, house.rooms[1], smaller, by=house.lead)

    raised = at_once(lambda: rooms.take(house.event.id, house.rooms[1], by=house.lead), shrink)
    assert raised[0] is None
    capacity, taken, _ = holds(house.event)
    assert taken <= (capacity or 0) or raised[1] is None
    # Shrunk first: one comes in. Taken first: five do, and then it is asked or told to look again.
    assert (capacity, taken) == ((3, 3) if raised[1] is None else (7, 7))
    with db.reading() as session:
        assert session.query(Rsvp).filter_by(status=RsvpStatus.CANCELLED).count() == 0
