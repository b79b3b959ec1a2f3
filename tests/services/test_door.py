"""The door: taps that come twice count once, and nobody is turned away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.factories import make_group, make_meetup, make_membership, make_rsvp, make_user
from usergroups import clock, db
from usergroups.errors import ConflictError, NotAllowedError, NotFoundError
from usergroups.inputs.door import CheckInInput, TapInput, UndoInput, WalkInInput
from usergroups.models import (
    Answer,
    Attendance,
    AuditEntry,
    CoHost,
    EventStatus,
    Role,
    Rsvp,
    RsvpStatus,
    Tally,
    User,
)
from usergroups.queries import door as queries
from usergroups.queries import planning
from usergroups.queries.door import Inside
from usergroups.services import door

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
TONIGHT = {"starts_at": NOW + timedelta(hours=1)}


def tonight(seats=3, **given):
    """A meetup that begins in an hour, somebody who keeps its door, and three answers."""
    with db.transaction():
        group = make_group(slug="paris")
        keeper = make_user(name="Lena")
        make_membership(keeper, group, Role.ORGANIZER)
        event = make_meetup(group, seats, **TONIGHT | given)
        for name, status, guests in (
            ("Ada", RsvpStatus.GOING, 2),
            ("Győző", RsvpStatus.GOING, 0),
            ("Wanda", RsvpStatus.WAITLISTED, 1),
        ):
            make_rsvp(event, make_user(name=name), status, guests=guests)
    return event, keeper


def answer_of(name):
    with db.reading() as session:
        query = select(Rsvp.id).join(User, User.id == Rsvp.user_id).where(User.name == name)
        return session.scalars(query).one()


def act(what, event, given, by):
    with db.transaction():
        what(planning.any_of(event.public_id), given, by=by)


def inside(event):
    with db.reading():
        return queries.inside(event.id)


def acts():
    with db.reading() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.act, row.details) for row in rows]


def test_one_tap_checks_in_with_guests_and_one_more_undoes():
    event, keeper = tonight()
    ada = answer_of("Ada")
    assert inside(event) == Inside(0, 0, 4, 3)
    for _ in range(2):
        act(door.check_in, event, CheckInInput(rsvp=ada), keeper)
        assert inside(event) == Inside(3, 0, 4, 3)
    for _ in range(2):
        act(door.undo, event, UndoInput(rsvp=ada), keeper)
        assert inside(event) == Inside(0, 0, 4, 3)
    assert acts() == [
        ("door.checked_in", {"rsvp_id": ada, "guests": 2}),
        ("door.check_in_undone", {"rsvp_id": ada}),
    ]


def test_fewer_guests_came_than_were_announced():
    event, keeper = tonight()
    ada = answer_of("Ada")
    act(door.check_in, event, CheckInInput(rsvp=ada, guests=1), keeper)
    assert inside(event).checked_in == 2
    act(door.check_in, event, CheckInInput(rsvp=ada), keeper)  # a tap on another phone
    assert inside(event).checked_in == 2
    act(door.check_in, event, CheckInInput(rsvp=ada, guests=9), keeper)
    assert inside(event).checked_in == 3


def test_nobody_is_turned_away():
    event, keeper = tonight(seats=3)
    for name in ("Ada", "Győző", "Wanda"):
        act(door.check_in, event, CheckInInput(rsvp=answer_of(name)), keeper)
    act(door.walk_in, event, WalkInInput(tap="phone-one-1", people=2), keeper)
    full = inside(event)
    assert (full.heads, full.left) == (8, -5)
    with db.reading() as session:
        waiting = session.get(Rsvp, answer_of("Wanda"))
        assert waiting.status is RsvpStatus.WAITLISTED


def test_a_tap_for_walk_ins_counts_once_and_stays_taken_back():
    event, keeper = tonight()
    for tap in ("phone-one-1", "phone-one-1", "phone-two-1"):
        act(door.walk_in, event, WalkInInput(tap=tap), keeper)
    assert inside(event).walk_ins == 2
    for _ in range(2):
        act(door.take_back, event, TapInput(tap="phone-one-1"), keeper)
    act(door.walk_in, event, WalkInInput(tap="phone-one-1"), keeper)
    assert inside(event).walk_ins == 1
    with pytest.raises(NotFoundError):
        act(door.take_back, event, TapInput(tap="never-was-1"), keeper)
    assert [name for name, _ in acts()] == [
        "door.walk_in_counted", "door.walk_in_counted", "door.walk_in_undone",
    ]  # fmt: skip


def test_two_phones_at_once_count_everybody_once():
    event, keeper = tonight()
    ada, gyozo = answer_of("Ada"), answer_of("Győző")
    taps = [
        (door.check_in, CheckInInput(rsvp=ada)),
        (door.check_in, CheckInInput(rsvp=gyozo)),
        *((door.walk_in, WalkInInput(tap=f"tap-number-{n}")) for n in range(6)),
    ]

    def phone(_):
        with clock.frozen_at(NOW):
            for what, given in taps:
                act(what, event, given, keeper)

    with ThreadPoolExecutor(4) as phones:
        list(phones.map(phone, range(4)))
    assert inside(event) == Inside(4, 6, 4, 3)
    assert len(acts()) == 8


def test_those_who_hold_it_together_keep_the_door_and_nobody_else():
    event, _ = tonight()
    given = WalkInInput(tap="phone-one-1")
    with db.transaction() as session:
        other = make_group()
        guest_host, stranger = make_user(), make_user()
        make_membership(guest_host, other, Role.LEAD)
        host = CoHost(event_id=event.id, group_id=other.id, answer=Answer.OPEN)
        session.add(host)
    for somebody in (guest_host, stranger):
        with pytest.raises(NotAllowedError):
            act(door.walk_in, event, given, somebody)
    with db.transaction() as session:
        session.merge(host).answer = Answer.ACCEPTED
    act(door.walk_in, event, given, guest_host)
    assert inside(event).walk_ins == 1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"starts_at": NOW + timedelta(hours=25)}, "early"),
        ({"starts_at": NOW + timedelta(hours=24)}, ""),
        ({"starts_at": NOW - timedelta(days=30)}, ""),
        ({"status": EventStatus.CANCELLED}, "not_confirmed"),
        ({"status": EventStatus.TENTATIVE}, "not_confirmed"),
    ],
)
def test_the_door_is_open_around_a_meetup_that_takes_place(given, why):
    event, keeper = tonight(**given)
    with db.reading():
        assert door.shut(event) == why
    if why:
        with pytest.raises(ConflictError):
            act(door.walk_in, event, WalkInInput(tap="phone-one-1"), keeper)


def test_it_is_shut_once_only_counts_remain():
    event, keeper = tonight()
    with db.transaction() as session:
        session.add(Tally(event_id=event.id, counts={}))
    with pytest.raises(ConflictError):
        act(door.check_in, event, CheckInInput(rsvp=answer_of("Ada")), keeper)


def test_answers_to_other_meetups_are_unknown_here():
    event, keeper = tonight()
    with db.transaction():
        elsewhere = make_rsvp(make_meetup(event.group), make_user())
    with pytest.raises(NotFoundError):
        act(door.check_in, event, CheckInInput(rsvp=elsewhere.id), keeper)


def test_people_are_found_by_beginnings_of_words_whatever_the_accents(count_queries):
    event, _ = tonight(attendance=Attendance.HYBRID)
    with db.transaction() as session:
        event = session.merge(event)
        far = make_user(name="Ada Far")
        make_rsvp(event, far, attendance=Attendance.ONLINE)
        make_rsvp(event, make_user(name="", email="nameless@example.org"))
    with db.reading(), count_queries() as asked:
        found = [one.called for one in queries.callers(event)]
    assert found == ["Ada", "Győző", "nameless@…", "Wanda"]
    assert len(asked) == 1
    with db.reading():
        for sought, names in (
            ("gyo", ["Győző"]), ("GYŐ", ["Győző"]), ("da", []), ("name", ["nameless@…"]),
            ("example", []),
        ):  # fmt: skip
            assert [one.called for one in queries.callers(event, sought)] == names
