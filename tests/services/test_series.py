"""Series: what is made, how far, and what each edit does to whom."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tests.factories import add_room, make_event, make_rsvp, make_user
from tests.formats.test_recurrence import rules
from tests.people import team_of
from tests.services.test_role_races import at_once
from usergroups import clock, db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError
from usergroups.formats import recurrence
from usergroups.formats.recurrence import local_id
from usergroups.inputs.fields import read
from usergroups.inputs.meetup import MeetupInput
from usergroups.inputs.series import SeriesEdit, SeriesEnd, SeriesInput, SkipInput
from usergroups.models import (
    Attendance,
    AuditEntry,
    Event,
    EventRoom,
    EventStatus,
    Group,
    Rsvp,
    RsvpStatus,
    Series,
)
from usergroups.queries import series as queries
from usergroups.services import event_mails, events, planning, seats, series, series_plan
from usergroups.services.rooms import RoomTakenError

THIRD_THURSDAY: dict[str, Any] = {
    "repeat": "weekday_of_month", "nth": 3, "weekday": "TH", "starts": "18:30", "ends": "21:00",
    "timezone": "Europe/Paris", "title": "Third Thursday", "venue": "Chez nous",
}  # fmt: skip
WEEKLY: dict[str, Any] = THIRD_THURSDAY | {"repeat": "weekly", "weekdays": ("TU",)}


@pytest.fixture
def told(monkeypatch) -> list[tuple[str, date]]:
    """What mails were left: which kind, about the meetup that was on which day."""
    found: list[tuple[str, date]] = []
    for kind in ("changed", "cancelled"):
        monkeypatch.setattr(
            event_mails, kind, lambda event, _why, kind=kind: found.append((kind, event.starts_on))
        )
    return found


@pytest.fixture
def group(database, frozen_clock) -> Group:
    return team_of("organizer", "member", timezone="Europe/Paris")[0]


def made(group: Group, facts: dict[str, Any] = THIRD_THURSDAY, **more: Any) -> Series:
    given = {"begins_on": date(2026, 6, 10)} | facts | more
    with db.transaction():
        return series.make(fetched(group), SeriesInput.model_validate(given), by=None)


def fetched(group: Group) -> Group:
    return db.session().get_one(Group, group.id)


def edited(one: Series, facts: dict[str, Any] = THIRD_THURSDAY, **more: Any) -> Series:
    with db.transaction():
        now = queries.at_desk(one.group.slug, one.public_id)
        given = facts | {"version": now.version} | more
        return series.edit(now, SeriesEdit.model_validate(given), by=None)


def rows(one: Series | None = None) -> list[Event]:
    with db.reading() as session:
        query = select(Event).order_by(Event.starts_at, Event.id)
        return list(session.scalars(query.where(Event.series_id == one.id) if one else query))


def days(one: Series | None = None) -> list[str]:
    return [f"{row.local_start:%Y-%m-%d %H:%M}" for row in rows(one)]


def skipped(one: Series, row: Event, reason: str = "") -> None:
    given = SkipInput(meetup=row.public_id, reason=reason)
    series.skip(queries.held(one.id), given, by=None)


def answered(row: Event, many: int = 1) -> None:
    with db.transaction() as session:
        event = session.get_one(Event, row.id)
        for _ in range(many):
            make_rsvp(event, make_user(), RsvpStatus.GOING)


def test_a_series_is_made_for_a_year_and_a_half(group):
    one = made(group)
    found = rows(one)
    assert days(one)[:3] == ["2026-06-18 18:30", "2026-07-16 18:30", "2026-08-20 18:30"]
    assert days(one)[-1] == "2027-11-18 18:30"
    assert len(found) == 18
    assert {row.uid for row in found} == {one.uid}
    assert [row.recurrence_id for row in found[:2]] == ["20260618T183000", "20260716T183000"]
    assert {row.ends_at - row.starts_at for row in found} == {timedelta(hours=2.5)}
    assert {(row.title, row.venue, row.status, row.attendance) for row in found} == {
        ("Third Thursday", "Chez nous", EventStatus.CONFIRMED, Attendance.IN_PERSON)
    }
    # The clock on the wall stays, the instant does not.
    assert {f"{row.starts_at:%H:%M}" for row in found} == {"16:30", "17:30"}
    assert one.made_until == clock.today() + series_plan.AHEAD


def test_a_weekly_series_is_made_thirty_meetups_ahead_and_goes_on(group):
    one = made(group, WEEKLY)
    assert len(rows(one)) == 30
    with clock.frozen_at(clock.now() + timedelta(days=15)), db.transaction():
        assert series.extend(queries.held(one.id)) == 2
        assert series.extend(queries.held(one.id)) == 0
    assert len(rows(one)) == 32
    assert days(one) == sorted(set(days(one)))


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(rules, st.integers(0, 400), st.none() | st.integers(0, 800), st.integers(0, 900))
def test_no_rule_makes_more_than_is_looked_ahead(rule, begin, last, later):
    """However late the next look comes, and whatever the rule: bounded, in order, each once."""
    begins_on = recurrence.first(rule, date(2026, 6, 10) + timedelta(days=begin))
    one = Series(
        rule=recurrence.text(rule), begins_on=begins_on, starts=time(18), timezone="Europe/London",
        ends_on=begins_on + timedelta(days=last) if last is not None else None, skipped=[],
    )  # fmt: skip
    found: list[date] = []
    for today in (date(2026, 6, 10), date(2026, 6, 10) + timedelta(days=later)):
        with clock.frozen_at(datetime.combine(today, time(12), UTC)):
            coming = sum(day > today for day in found)
            due, one.made_until = series_plan.due(one, coming)
        found += due
        assert sum(day > today for day in found) <= series_plan.MOST_AHEAD
        assert all(today <= day <= today + series_plan.AHEAD for day in due)
        assert all(one.ends_on is None or day <= one.ends_on for day in due)
    assert found == sorted(set(found))


def test_two_who_extend_at_once_make_no_twins(database):
    group, _ = team_of("organizer", timezone="Europe/Paris")
    with clock.frozen_at(datetime.now(UTC) - timedelta(days=40)):
        one = made(group, WEEKLY, begins_on=clock.today())
    before = len(rows(one))
    assert at_once(*[lambda: series.extend_by_id(one.id)] * 4) == [None] * 4
    found = rows(one)
    assert before < len(found) <= before + 7
    assert len({row.recurrence_id for row in found}) == len(found)


def test_left_out_from_the_beginning(group):
    one = made(group, WEEKLY, skipped="2026-06-23, 2026-06-16")
    assert days(one)[:2] == ["2026-06-30 18:30", "2026-07-07 18:30"]


def test_a_rule_without_days_is_refused(group):
    for more in (
        {"ends_on": "2026-06-17"},
        {"ends_on": "2026-06-20", "skipped": "2026-06-18"},
    ):
        with pytest.raises(InvalidInputError) as refused:
            made(group, **more)
        assert refused.value.refusals["ends_on"].code == "rule_without_dates"
    assert rows() == []


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"starts": "25:00"}, "starts", "time_form"),
        ({"starts": ""}, "starts", "time_form"),
        ({"title": " "}, "title", "empty"),
        ({"title": "x" * 10_000}, "title", "too_long"),
        ({"begins_on": "2026-06-08"}, "begins_on", "day_over"),
        ({"begins_on": "2029-06-08"}, "begins_on", "day_far"),
        ({"begins_on": "soon"}, "begins_on", "day_form"),
        ({"skipped": "2026-06-31"}, "skipped", "days_form"),
        ({"timezone": "Paris"}, "timezone", "timezone_unknown"),
        ({"status": "cancelled"}, "status", "literal_error"),
    ],
)
def test_what_is_refused(frozen_clock, more, field, code):
    with pytest.raises(InvalidInputError) as refused:
        read(SeriesInput, {"begins_on": "2026-06-10"} | THIRD_THURSDAY | more)
    assert {name: why.code for name, why in refused.value.refusals.items()} == {field: code}


def test_what_the_form_does_not_say_is_taken_over(group):
    with db.transaction():
        like = make_event(fetched(group), language="fr", most_guests=2, remind_hours=48)
        given = SeriesInput.model_validate({"begins_on": "2026-06-10"} | THIRD_THURSDAY)
        one = series.make(fetched(group), given, by=None, like=like)
    assert {(row.language, row.most_guests, row.remind_hours) for row in rows(one)} == {
        ("fr", 2, 48)
    }


def test_a_changed_text_changes_all_to_come_in_place(group, told):
    one = made(group)
    apart, past = rows(one)[1], rows(one)[0]
    with db.transaction() as session:
        event = session.get_one(Event, apart.id)
        events.revise(event, {"title": "A guest from Oslo"})
        series.edited_apart(event)
    with clock.frozen_at(past.ends_at + timedelta(hours=1)):
        after = edited(one, venue="Elsewhere", ends="22:00")
    found = rows(one)
    assert after.id == one.id
    assert [row.venue for row in found[:4]] == ["Chez nous", "Chez nous", "Elsewhere", "Elsewhere"]
    assert found[1].title == "A guest from Oslo"
    assert found[2].ends_at - found[2].starts_at == timedelta(hours=3.5)
    assert [row.sequence for row in found[:4]] == [0, 1, 1, 1]
    assert {(row.uid, row.recurrence_id) for row in found} == {
        (one.uid, local_id(row.local_start.replace(tzinfo=None))) for row in found
    }
    assert (after.sequence, after.version) == (2, 3)
    assert ("changed", date(2026, 8, 20)) in told


def test_another_time_from_a_day_on_begins_a_new_series_with_the_same_meetups(group, told):
    one = made(group)
    before = rows(one)
    answered(before[2], 3)
    after = edited(one, starts="19:00", scope="following", since="2026-08-20")
    now = rows()
    assert after.id != one.id
    assert [row.id for row in now] == [row.id for row in before]
    assert [(row.uid, row.recurrence_id) for row in now] == [
        (row.uid, row.recurrence_id) for row in before
    ]
    assert days(one) == ["2026-06-18 18:30", "2026-07-16 18:30"]
    assert days(after)[:2] == ["2026-08-20 19:00", "2026-09-17 19:00"]
    assert after.begins_on == date(2026, 8, 20)
    with db.reading() as session:
        old = session.get_one(Series, one.id)
        assert (old.ends_on, old.ended_at) == (date(2026, 8, 19), clock.now())
    # What is made later has the new series' UID, and no day twice.
    with clock.frozen_at(clock.now() + timedelta(days=100)), db.transaction():
        assert series.extend(queries.held(after.id)) == 4
        assert series.extend(queries.held(one.id)) == 0
    assert {row.uid for row in rows(after)} == {one.uid, after.uid}
    assert len(set(days(after))) == len(days(after))


def test_another_weekday_moves_each_meetup_within_its_week(group, told):
    one = made(group, WEEKLY)
    before = rows(one)
    answered(before[0], 2)
    after = edited(one, WEEKLY | {"weekdays": ("MO",)})
    found = rows(after)
    assert [row.id for row in found] == [row.id for row in before]
    assert days(after)[:2] == ["2026-06-15 18:30", "2026-06-22 18:30"]
    assert [row.recurrence_id for row in found[:2]] == ["20260616T183000", "20260623T183000"]
    assert ("changed", date(2026, 6, 15)) in told


def test_a_meetup_that_is_edited_by_itself_keeps_what_it_is_known_by(group, told):
    one = made(group)
    second = rows(one)[1]
    given = MeetupInput(
        title="A guest from Oslo", on=date(2026, 7, 17), starts="19:00", ends="22:00",
        timezone="Europe/Paris", venue="Elsewhere", seen=second.revised_at.isoformat(),
    )  # fmt: skip
    with db.transaction():
        planning.change(second.id, given, by=None)
    edited(one, title="All the others")
    row = rows(one)[1]
    assert (row.uid, row.recurrence_id, row.public_id) == (
        one.uid, "20260716T183000", second.public_id,
    )  # fmt: skip
    assert (row.title, row.is_apart) == ("A guest from Oslo", True)
    assert f"{row.local_start:%Y-%m-%d %H:%M}" == "2026-07-17 19:00"
    assert rows(one)[2].title == "All the others"
    with db.reading() as session:
        assert session.get_one(Series, one.id).sequence == 2


@pytest.mark.parametrize("leftover", ["keep", "cancel"])
def test_a_rarer_rule_drops_nobody_silently(group, told, leftover):
    one = made(group, WEEKLY)
    before = rows(one)
    answered(before[0], 2)
    answered(before[1])
    with db.reading():
        given = SeriesEdit.model_validate(THIRD_THURSDAY | {"version": 1, "leftover": leftover})
        plan = series_plan.plan(one, given, rows(one))
    fates = {f"{step.event.starts_on}": step.fate.value for step in plan.steps}
    lost = "kept" if leftover == "keep" else "cancelled"
    assert [fates[day] for day in ("2026-06-16", "2026-06-23", "2026-06-30", "2026-07-14")] == [
        "changes", lost, "goes", "changes",
    ]  # fmt: skip
    assert plan.told == (2 if leftover == "keep" else 3)
    after = edited(one, leftover=leftover)
    found = rows(after)
    assert days(after)[:3] == ["2026-06-18 18:30", "2026-06-23 18:30", "2026-07-16 18:30"]
    assert [row.status.value for row in found[:2]] == [
        "confirmed", "confirmed" if leftover == "keep" else "cancelled",
    ]  # fmt: skip
    assert found[1].is_apart is True
    assert found[0].id == before[0].id
    assert (("cancelled", date(2026, 6, 23)) in told) is (leftover == "cancel")
    assert before[2].id not in {row.id for row in rows()}


def test_a_denser_rule_adds_days(group, told):
    one = made(group)
    after = edited(one, WEEKLY | {"weekdays": ("TH",)}, scope="following", since="2026-07-16")
    assert days(one) == ["2026-06-18 18:30"]
    assert days(after)[:3] == ["2026-07-16 18:30", "2026-07-23 18:30", "2026-07-30 18:30"]
    assert len(set(days(after))) == len(days(after))


def test_every_second_week_stays_in_step(group, told):
    every_second = WEEKLY | {"every": 2}
    one = made(group, every_second)
    with clock.frozen_at(datetime(2026, 6, 18, 12, tzinfo=UTC)):
        after = edited(one, every_second, starts="19:30")
        assert days(after)[:2] == ["2026-06-30 19:30", "2026-07-14 19:30"]


def test_a_room_that_is_taken_then_is_in_the_way(group, told):
    one = made(group)
    with db.transaction() as session:
        mine = session.get_one(Event, rows(one)[1].id, options=[joinedload(Event.group)])
        room = add_room(mine, 50)
        other = make_event(fetched(group), starts_at=mine.ends_at + timedelta(minutes=30))
        session.add(EventRoom(event_id=other.id, room_id=room.id))
    with pytest.raises(RoomTakenError):
        edited(one, ends="23:00")
    assert rows(one)[1].ends_at == mine.ends_at
    edited(one, ends="21:15")


def test_who_saw_it_as_it_was_is_told(group):
    one = made(group)
    edited(one, title="Something else")
    with pytest.raises(ConflictError):
        edited(one, title="Another thing", version=1)
    assert {row.title for row in rows(one)} == {"Something else"}


def test_a_date_left_out_and_put_back(group, told):
    one = made(group)
    second = rows(one)[1]
    with db.transaction():
        skipped(one, second, "Holidays")
    with db.transaction(), pytest.raises(ConflictError):
        skipped(one, second)
    row = rows(one)[1]
    assert (row.status, row.is_apart, row.id) == (EventStatus.CANCELLED, True, second.id)
    assert told == [("cancelled", date(2026, 7, 16))]
    edited(one, title="The others alone")
    assert rows(one)[1].title == "Third Thursday"
    with db.transaction():
        series.put_back(queries.held(one.id), date(2026, 7, 16), by=None)
    row = rows(one)[1]
    assert (row.status, row.is_apart, row.title) == (
        EventStatus.CONFIRMED, False, "The others alone",
    )  # fmt: skip
    assert row.recurrence_id == "20260716T183000"
    with db.transaction(), pytest.raises(ConflictError):
        series.put_back(queries.held(one.id), date(2026, 7, 16), by=None)


def test_a_draft_is_shown_when_it_is_ready(group, told):
    one = made(group, status="draft")
    with db.transaction():
        skipped(one, rows(one)[1])
    assert days(one)[:2] == ["2026-06-18 18:30", "2026-08-20 18:30"]
    with db.transaction():
        held = queries.held(one.id)
        series.announce(held, held.version, by=None)
    assert {row.status for row in rows(one)} == {EventStatus.CONFIRMED}
    with db.transaction():
        series.put_back(queries.held(one.id), date(2026, 7, 16), by=None)
    assert days(one)[:2] == ["2026-06-18 18:30", "2026-07-16 18:30"]


def ended(one: Series, **given: Any) -> None:
    with db.transaction():
        now = queries.at_desk(one.group.slug, one.public_id)
        series.end(now, SeriesEnd.model_validate({"version": now.version} | given), by=None)


def test_a_series_ends_with_a_day(group, told):
    one = made(group)
    answered(rows(one)[3])
    ended(one, last_on="2026-07-31")
    assert days(one) == ["2026-06-18 18:30", "2026-07-16 18:30", "2026-09-17 18:30"]
    assert told == []
    with clock.frozen_at(clock.now() + timedelta(days=300)), db.transaction():
        assert series.extend(queries.held(one.id)) == 0
        assert list(queries.to_extend(clock.today() + series_plan.AHEAD)) == []
    with pytest.raises(ConflictError):
        edited(one, title="Too late")


def test_a_series_is_called_off(group, told):
    one = made(group)
    answered(rows(one)[5])
    ended(one, reason="We move away")
    assert [(f"{row.starts_on}", row.status.value) for row in rows(one)] == [
        ("2026-06-18", "cancelled"), ("2026-07-16", "cancelled"), ("2026-11-19", "cancelled"),
    ]  # fmt: skip
    assert [kind for kind, _ in told] == ["cancelled"] * 3


def test_a_longer_life_makes_what_was_gone(group, told):
    one = made(group, ends_on="2026-09-30")
    assert len(rows(one)) == 4
    answered(rows(one)[3])
    edited(one, ends_on="2026-08-31")
    assert len(rows(one)) == 4
    assert rows(one)[3].is_apart is True
    edited(one, ends_on="2026-12-31")
    assert [day[:10] for day in days(one)] == [
        "2026-06-18", "2026-07-16", "2026-08-20", "2026-09-17", "2026-10-15", "2026-11-19",
        "2026-12-17",
    ]  # fmt: skip


def test_only_its_organizers_plan_a_series(database, frozen_clock):
    group, people = team_of("organizer", "member")
    given = SeriesInput.model_validate({"begins_on": "2026-06-10"} | THIRD_THURSDAY)
    with db.transaction(), pytest.raises(NotAllowedError):
        series.make(fetched(group), given, by=people["member"])
    with db.transaction():
        one = series.make(fetched(group), given, by=people["organizer"])
    for act in (
        lambda: series.edit(
            one, SeriesEdit.model_validate(THIRD_THURSDAY | {"version": 1}), by=people["member"]
        ),
        lambda: series.end(one, SeriesEnd(version=1), by=people["member"]),
        lambda: series.announce(one, 1, by=people["member"]),
        lambda: series.skip(one, SkipInput(meetup="x"), by=people["member"]),
        lambda: series.put_back(one, date(2026, 6, 18), by=people["member"]),
    ):
        with db.transaction(), pytest.raises(NotAllowedError):
            act()
    with db.reading() as session:
        assert session.scalars(select(AuditEntry.act)).all() == ["series.made"]


def test_two_who_edit_at_once(database):
    group, _ = team_of("organizer", timezone="Europe/Paris")
    one = made(group, begins_on=clock.today())
    acts = [
        lambda title=title: series.edit(
            queries.at_desk(group.slug, one.public_id),
            SeriesEdit.model_validate(THIRD_THURSDAY | {"version": 1, "title": title}),
            by=None,
        )
        for title in ("One", "Two")
    ]
    raised = at_once(*acts)
    assert sorted(type(error).__name__ for error in raised) == ["ConflictError", "NoneType"]
    assert len({row.title for row in rows(one)}) == 1


def test_an_edit_of_one_and_of_all_meet_one_after_the_other(database):
    """One holds the meetup before its series, the other the series with all its meetups."""
    group, _ = team_of("organizer", timezone="Europe/Paris")
    for _ in range(3):
        one = made(group, begins_on=clock.today())
        second = rows(one)[1]
        alone = MeetupInput(
            title="Alone", on=second.starts_on, starts="18:30", ends="21:00",
            timezone="Europe/Paris", seen=second.revised_at.isoformat(),
        )  # fmt: skip
        raised = at_once(
            lambda: planning.change(second.id, alone, by=None),  # noqa: B023  run at once
            lambda: series.edit(
                queries.at_desk(group.slug, one.public_id),  # noqa: B023
                SeriesEdit.model_validate(THIRD_THURSDAY | {"version": 1, "title": "All"}),
                by=None,
            ),
        )
        assert None in raised
        titles = [row.title for row in rows(one)]
        assert titles[1] == ("All" if raised[0] else "Alone")
        assert set(titles) - {"Alone"} == ({"Third Thursday"} if raised[1] else {"All"})


def test_an_answer_that_comes_while_a_date_goes_is_not_lost(database):
    """The rule has no day for it any more; somebody answers in the same moment."""
    group, _ = team_of("organizer", timezone="Europe/Paris")
    one = made(group, WEEKLY, begins_on=clock.today())
    goes = rows(one)[2]
    outcomes = at_once(
        lambda: series.edit(
            queries.at_desk(group.slug, one.public_id),
            SeriesEdit.model_validate(THIRD_THURSDAY | {"version": 1}),
            by=None,
        ),
        lambda: answer(goes.id),
    )
    with db.reading() as session:
        count = session.scalar(select(func.count(Rsvp.id)))
    assert outcomes[0] is None
    assert count == (1 if outcomes[1] is None else 0)


def answer(event_id: int) -> None:
    make_rsvp(seats.hold(event_id), make_user(), RsvpStatus.GOING)


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Kolkata"])
def test_wall_clock_over_two_changes(group, zone):
    one = made(group, WEEKLY | {"timezone": zone, "starts": "18:30"})
    shown = {row.starts_at.astimezone(ZoneInfo(zone)).strftime("%H:%M") for row in rows(one)}
    assert shown == {"18:30"}
