"""What is on around a day: near, big, one's own; with a bounded number of questions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import selectinload

from tests.factories import add_room, make_event, make_group, make_rsvp, make_user
from usergroups import db
from usergroups.foresight.clashes import Other
from usergroups.models import (
    Attendance,
    EventStatus,
    Group,
    Precision,
    Registration,
    Topic,
)
from usergroups.queries import clashes

DAY = date(2026, 9, 17)
# By the names of the groups that meet there.
PLACES = {
    "Paris": (48.8566, 2.3522), "Rouen": (49.4431, 1.0993), "Lyon": (45.764, 4.8357),
    "Sydney": (-33.8688, 151.2093),
}  # fmt: skip


@pytest.fixture
def groups(database, frozen_clock) -> dict[str, Group]:
    with db.transaction():
        return {
            name: make_group(name=name, latitude=lat, longitude=lng)
            for name, (lat, lng) in PLACES.items()
        }


def meets(group: Group, off: int = 0, hour: int = 17, **given: Any) -> None:
    with db.transaction() as session:
        day = DAY + timedelta(days=off)
        starts_at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        seats = given.pop("seats", None)
        event = make_event(session.get_one(Group, group.id), starts_at=starts_at, **given)
        if seats:
            add_room(event, seats)


def around(group: Group, **given: Any) -> dict[str, Other]:
    with db.reading():
        return {one.title: one for one in clashes.around(group, DAY, **given)}


def test_who_is_near_and_what_is_not_looked_at(groups):
    paris, rouen = groups["Paris"], groups["Rouen"]
    meets(rouen, title="near")
    meets(rouen, 1, title="the day after", status=EventStatus.TENTATIVE)
    meets(groups["Lyon"], title="too far")
    meets(groups["Lyon"], title="on a visit", latitude=48.9, longitude=2.3)
    meets(rouen, title="far from home", latitude=-33.0, longitude=151.0)
    meets(rouen, title="cancelled", status=EventStatus.CANCELLED)
    meets(rouen, title="a draft", status=EventStatus.DRAFT)
    meets(rouen, title="some day", precision=Precision.MONTH)
    meets(rouen, title="at home", attendance=Attendance.ONLINE)
    meets(rouen, 40, title="later")
    meets(paris, 3, title="our own", public_id="ourown")
    found = around(paris)
    assert set(found) == {"near", "the day after", "on a visit", "our own"}
    assert found["near"] == Other(
        on=DAY, title="near", group="Rouen", km=pytest.approx(112, abs=2),
        public_id=found["near"].public_id,
    )  # fmt: skip
    assert found["the day after"].is_tentative is True
    assert found["our own"].is_own is True
    assert "our own" not in around(paris, besides="ourown")


def test_a_day_is_that_of_the_meetup(groups):
    meets(groups["Rouen"], 0, 22, title="late", timezone="Europe/Helsinki")
    assert around(groups["Paris"])["late"].on == DAY + timedelta(days=1)


def test_big_days_count_wherever_they_are(groups):
    here = {"registration": Registration.HERE}
    with db.transaction() as session:
        sydney = session.get_one(Group, groups["Sydney"].id)
        starts_at = datetime(2026, 9, 17, 9, tzinfo=UTC)
        big = make_event(sydney, title="many go", starts_at=starts_at, **here)
        for _ in range(clashes.BIG_HEADS // 2):
            make_rsvp(big, make_user(), guests=1)
        small = make_event(sydney, title="some go", starts_at=starts_at, **here)
        make_rsvp(small, make_user())
    meets(groups["Sydney"], 1, title="room for many", seats=clashes.BIG_ROOMS, **here)
    meets(groups["Sydney"], 1, title="elsewhere", seats=clashes.BIG_ROOMS)
    found = around(groups["Paris"])
    assert set(found) == {"many go", "room for many"}
    assert all(one.is_big for one in found.values())


def test_topics_tell_who_is_asked_by_both(groups):
    with db.transaction() as session:
        data, web = Topic(slug="data", name="Data"), Topic(slug="web", name="Web")
        session.add_all([data, web])
        for name, topics in (("Paris", [data]), ("Rouen", [web])):
            session.get_one(
                Group, groups[name].id, options=[selectinload(Group.topics)]
            ).topics = topics
        make_group(name="Bare", latitude=48.9, longitude=2.4)
    meets(groups["Rouen"], title="web")
    assert around(groups["Paris"])["web"].is_alike is False
    assert around(groups["Sydney"]) == {}


@pytest.mark.parametrize("many", [1, 40])
def test_the_questions_are_counted(groups, count_queries, many):
    for number in range(many):
        meets(groups["Rouen"], number % 20, title=f"Number {number}")
    with db.reading(), count_queries() as queries:
        found = clashes.facts(groups["Paris"], DAY, "en")
    assert len(found.others) == many
    assert len(queries) == 3
