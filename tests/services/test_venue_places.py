"""Venues move to where their address is: once asked, one question a second, never far away."""

from datetime import timedelta

import pytest

from tests.factories import make_group, make_meetup
from tests.services.test_venues import PARIS, given
from usergroups import clock, db
from usergroups.models import AuditEntry, Event, Group, Job, JobKind, Venue
from usergroups.services import venue_places, venues

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
ADDRESS = "18 rue des Cordiers, Paris, FR"
THERE = (48.8721, 2.3669)
CITY = (PARIS.lat, PARIS.lng)


def add(**fields) -> int:
    with db.transaction():
        venue = venues.add(
            make_group(), given(address="18 rue des Cordiers", **fields), PARIS, by=None
        )
        venue_places.ask(venue)
        return venue.id


def stands(venue_id: int) -> tuple[float | None, float | None]:
    with db.reading() as session:
        venue = session.get_one(Venue, venue_id)
        return venue.latitude, venue.longitude


def settled(venue_id: int, at: tuple[float, float] = CITY) -> tuple[float | None, float | None]:
    with db.transaction():
        venue_places.settle(venue_id, *at, address=ADDRESS)
    return stands(venue_id)


def test_a_venue_and_its_meetups_move_to_the_address():
    venue_id = add()
    with db.transaction() as session:
        venue = session.get_one(Venue, venue_id)
        event = make_meetup(session.get_one(Group, venue.group_id), venue_id=venue.id)
        version = event.sequence
    with db.reading() as session:
        (job,) = session.query(Job).where(Job.kind == JobKind.LOCATE_VENUE)
        assert job.arguments == {"venue_id": venue_id, "latitude": CITY[0], "longitude": CITY[1]}
        assert venue_places.wanted(**job.arguments) == ADDRESS
    with db.transaction():
        venue_places.keep(ADDRESS, THERE)
    assert settled(venue_id) == THERE
    with db.reading() as session:
        moved = session.query(Event).one()
        assert (moved.latitude, moved.longitude) == THERE
        assert moved.sequence > version
        assert session.query(AuditEntry).where(AuditEntry.act == "venue.located").count() == 1


@pytest.mark.parametrize("answer", [None, (-48.8, 2.3), (51.5, -0.1)])
def test_what_is_unknown_or_far_moves_nothing(answer):
    venue_id = add()
    with db.transaction():
        venue_places.keep(ADDRESS, answer)
    assert settled(venue_id) == CITY
    with db.reading():
        assert venue_places.answered(ADDRESS) is not None


def test_what_somebody_placed_by_hand_stays():
    venue_id = add(position="48.85, 2.35")
    with db.transaction():
        venue_places.keep(ADDRESS, THERE)
    assert settled(venue_id) == (48.85, 2.35)


def test_without_an_address_nothing_is_asked():
    with db.transaction() as session:
        venue_places.ask(venues.add(make_group(), given(), PARIS, by=None))
        assert session.query(Job).where(Job.kind == JobKind.LOCATE_VENUE).count() == 0


def test_one_question_a_second(frozen_clock):
    turns = []
    for _ in range(3):
        with db.transaction():
            turns.append(venue_places.take_turn())
    first = turns[0]
    assert [turn - first for turn in turns] == [timedelta(seconds=n) for n in range(3)]
    with clock.frozen_at(first + timedelta(hours=1)), db.transaction():
        assert venue_places.take_turn() == first + timedelta(hours=1)


def test_answers_are_kept_for_half_a_year(frozen_clock):
    with db.transaction():
        venue_places.keep(ADDRESS, THERE)
        venue_places.keep(ADDRESS.upper(), THERE)
    with clock.frozen_at(frozen_clock + venue_places.KEPT), db.transaction():
        assert venue_places.answered(ADDRESS) is None
        venue_places.forget_old()
    with db.reading():
        assert venue_places.answered(ADDRESS) is not None
    with clock.frozen_at(frozen_clock + venue_places.KEPT * 2), db.transaction():
        venue_places.forget_old()
    with db.reading():
        assert venue_places.answered(ADDRESS) is None
