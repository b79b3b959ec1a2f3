"""Venues and rooms: who may change them, what meetups say of them, two acts in one moment."""

import pytest

from tests.factories import add_room, make_group, make_meetup
from tests.people import crowd
from tests.services.test_role_races import at_once
from tests.services.test_rooms import House, holds, used
from usergroups import clock, db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from usergroups.gazetteer.place import Place
from usergroups.inputs.fields import read
from usergroups.inputs.venue import RoomInput, VenueInput
from usergroups.models import Event, EventRoom, Group, Room, Venue
from usergroups.queries import venues as queries
from usergroups.services import rooms, seats, venues
from usergroups.services.outlook import UnseenError

pytestmark = pytest.mark.usefixtures("database")
TIMES = 3
PARIS = Place(1, "Paris", "Île-de-France", "FR", "France", 48.8566, 2.3522, "Europe/Paris", 2)


def given(**fields) -> VenueInput:
    return read(VenueInput, {"name": "Haus", "place": "Paris"} | fields)


def fetched(house: House) -> Venue:
    """The venue as an act of its own finds it."""
    return queries.known(house.group, house.venue.public_id)


def room(capacity: int, name: str = "Room 1", **more) -> RoomInput:
    return RoomInput(name=name, capacity=capacity, **more)


def test_only_those_who_look_after_it_change_it():
    house = House(5)
    others = crowd(house.group)
    for name in ("visitor", "stranger", "foreign_lead", "abroad"):
        by = others[name]
        for act in (
            lambda by=by: venues.add(house.group, given(), PARIS, by=by),
            lambda by=by: venues.change(fetched(house), given(), PARIS, by=by),
            lambda by=by: venues.share(fetched(house), by=by),
            lambda by=by: venues.close(fetched(house), by=by),
            lambda by=by: venues.add_room(fetched(house), room(3), by=by),
            lambda by=by: venues.change_room(fetched(house), house.rooms[0], room(3), by=by),
            lambda by=by: venues.close_room(fetched(house), house.rooms[0], by=by),
        ):
            with pytest.raises(NotAllowedError), db.transaction():
                act()
    with pytest.raises(NotAllowedError), db.transaction():
        venues.share(fetched(house), by=house.lead)
    with db.transaction():
        venues.share(fetched(house), by=others["coordinator"])
    with pytest.raises(NotAllowedError), db.transaction():
        venues.add_room(fetched(house), room(3, "New"), by=house.lead)


def test_a_position_is_near_its_city():
    house = House()
    with pytest.raises(InvalidInputError) as refused, db.transaction():
        venues.add(house.group, given(position="2.3522, 48.8566"), PARIS, by=house.lead)
    assert refused.value.refusals["position"].values["km"] > 5_000


def test_a_room_of_another_venue_is_not_found():
    house = House(5)
    with db.transaction():
        other = add_room(make_meetup(make_group()), 3)
    with pytest.raises(NotFoundError), db.transaction():
        venues.change_room(fetched(house), other.id, room(9), by=house.lead)


def test_what_does_not_differ_changes_nothing():
    house = House(5)
    with db.transaction():
        venues.change(fetched(house), given(seen=house.venue.version), PARIS, by=house.lead)
    with db.reading():
        before = fetched(house).version
    with db.transaction():
        venues.change(fetched(house), given(), PARIS, by=house.lead)
        venues.change_room(fetched(house), house.rooms[0], room(5), by=house.lead)
    with db.reading():
        assert fetched(house).version == before


def test_meetups_of_all_groups_there_follow_a_shared_venue():
    house = House(5)
    steward = crowd(house.group)["steward"]
    with db.transaction():
        venues.share(fetched(house), by=steward)
        other = make_group()
    theirs = house.meetup(group=other)
    with db.reading():
        seen = fetched(house).version
    with db.transaction():
        moved = given(name="Tour", address="1 rue Neuve", seen=seen)
        venues.change(fetched(house), moved, PARIS, by=steward)
    with db.reading() as session:
        for event in (house.event, theirs):
            row = session.get_one(Event, event.id)
            assert (row.venue, row.sequence) == ("Tour, 1 rue Neuve, Paris", 1)
        assert session.get_one(Group, other.id).version == other.version + 1


@pytest.mark.parametrize("time", range(TIMES))
def test_a_room_is_taken_or_closed(time):
    house = House(5)
    raised = at_once(
        lambda: rooms.take(house.event.id, house.rooms[0], by=house.lead),
        lambda: venues.close_room(fetched(house), house.rooms[0], by=house.lead),
    )
    assert [type(error) for error in raised if error] == [ConflictError]
    with db.reading() as session:
        is_open = session.get_one(Room, house.rooms[0]).closed_at is None
    assert (len(used(house.event)) == 1) == is_open


@pytest.mark.parametrize("time", range(TIMES))
def test_a_venue_is_chosen_or_closed(time):
    house = House(5)
    with db.transaction() as session:
        session.get_one(Event, house.event.id).venue_id = None
    raised = at_once(
        lambda: rooms.move_to(house.event.id, house.venue.id, house.rooms, by=house.lead),
        lambda: venues.close(fetched(house), by=house.lead),
    )
    assert [type(error) for error in raised if error] == [ConflictError]
    with db.reading() as session:
        is_open = session.get_one(Venue, house.venue.id).closed_at is None
        assert (session.get_one(Event, house.event.id).venue_id is not None) == is_open


@pytest.mark.parametrize("time", range(TIMES))
def test_a_venue_changes_while_a_meetup_moves_in(time):
    house = House(5)
    with db.transaction() as session:
        session.get_one(Event, house.event.id).venue_id = None
        seen = house.venue.version
    change = given(name="Tour", seen=seen)
    raised = at_once(
        lambda: rooms.move_to(house.event.id, house.venue.id, [], by=house.lead),
        lambda: venues.change(fetched(house), change, PARIS, by=house.lead),
    )
    assert raised[0] is None
    with db.reading() as session:
        name = session.get_one(Venue, house.venue.id).name
        assert session.get_one(Event, house.event.id).venue == f"{name}, Paris"
        assert (name == "Tour") == (raised[1] is None)


@pytest.mark.parametrize("time", range(TIMES))
def test_two_rooms_shrink_at_once_and_somebody_is_asked(time):
    house = House(3, 3, going=5)
    for number in house.rooms:
        house.do(rooms.take, number, is_known=True)
    raised = at_once(
        *(
            lambda n=n: venues.change_room(
                fetched(house), house.rooms[n], room(2, f"Room {n + 1}"), by=house.lead
            )
            for n in range(2)
        )
    )
    assert [type(error) for error in raised if error] == [UnseenError]
    assert holds(house.event) == (5, 5, 0)


def test_a_meetup_that_takes_a_room_in_between_is_looked_at_again(monkeypatch):
    """Between the look at who uses a room and the lock on it, another meetup takes it."""
    house = House(5)
    other = house.meetup()
    hold_all = seats.hold_all

    def and_then(ids):
        held = hold_all(ids)
        db.session().add(EventRoom(event_id=other.id, room_id=house.rooms[0], taken_at=clock.now()))
        db.session().flush()
        return held

    monkeypatch.setattr(seats, "hold_all", and_then)
    with pytest.raises(ConflictError), db.transaction():
        venues.change_room(fetched(house), house.rooms[0], room(1), by=house.lead)
