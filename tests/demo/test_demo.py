"""The demo federation: whole at any date, the same twice, and growing with the days."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from sqlalchemy import Engine, select

from usergroups import clock, db
from usergroups.demo import DemoReport, content, days, plant, programme, rhythm
from usergroups.inputs.event import EventInput
from usergroups.models import (
    LIVING,
    PUBLISHED,
    Attendance,
    AuditEntry,
    Event,
    EventStatus,
    Federation,
    Group,
    GroupStatus,
    Job,
    JobKind,
    Membership,
    Recap,
    Role,
    Rsvp,
    Series,
    User,
    Waiting,
)
from usergroups.queries import doubles, recaps, rsvps
from usergroups.services.outcome import Outcome
from usergroups.text import slugify

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
# Any day of the year has to do, and years to come.
DAYS = [date(2026, 6, 10), date(2026, 11, 23), date(2027, 1, 1), date(2028, 2, 29)]

# Neither dates of a series nor what another site says of a meetup that is here.
ALONE = Event.series_id.is_(None), ~Event.uid.contains("-elsewhere@")


def planted_at(instant: datetime) -> DemoReport:
    with clock.frozen_at(instant), db.transaction():
        return plant()


def rows() -> dict[str, tuple[object, ...]]:
    """Every meetup by UID, as people and calendars see it, but for the one series."""
    with db.reading() as session:
        return {
            event.uid: (event.title, event.starts_at, event.status, event.sequence)
            for event in session.scalars(select(Event).where(*ALONE))
        }


def meetups(local: content.LocalGroup, today: date) -> list[EventInput]:
    found = rhythm.occurrences(local, today)
    return [programme.compose(local, each, today) for each in found] + days.of_group(local, today)


def local_day(meetup: EventInput) -> date:
    return meetup.starts_at.astimezone(ZoneInfo(meetup.timezone)).date()


def test_about_sixty_groups_in_all_states_on_every_continent() -> None:
    groups = [local.group for local in content.groups()]
    assert 55 <= len(groups) <= 65
    assert len({group.slug for group in groups}) == len(groups)
    states = Counter(group.status for group in groups)
    assert set(states) == set(GroupStatus)
    assert states[GroupStatus.ACTIVE] > len(groups) / 2
    europe = [g for g in groups if -25 < g.longitude < 45 and g.latitude > 34]
    assert 35 <= len(europe) <= 45
    assert {"GB", "HU", "US", "BR", "NG", "IN", "AU", "FJ", "AQ"} <= {g.country for g in groups}
    assert min(g.longitude for g in groups) < -170
    assert max(g.longitude for g in groups) > 178
    assert {g.timezone for g in groups} <= available_timezones()


def test_positions_and_zones_are_those_of_the_gazetteer(gazetteer) -> None:
    strangers = {}
    for local in content.groups():
        group = local.group
        place = gazetteer.nearest(group.latitude, group.longitude)
        if place.country != group.country or place.timezone != group.timezone:
            strangers[group.slug] = (place.country, place.timezone)
    strangers.pop("rothera", None)  # no city there
    assert strangers == {}


def test_groups_share_a_dozen_topics() -> None:
    topics = Counter(topic for local in content.groups() for topic in local.group.topics)
    assert 8 <= len(topics) <= 12
    assert min(topics.values()) >= 3


def test_there_are_talks_enough() -> None:
    talks = [talk for language in content.languages().values() for talk in language.talks]
    assert len({talk.title for talk in talks}) == len(talks) >= 120
    assert len(content.languages()["en"].talks) >= 90
    assert all(slugify(talk.title) for talk in talks)


def test_a_talk_has_one_speaker_wherever_it_is_given() -> None:
    speakers: dict[str, set[str]] = {}
    for local in content.groups():
        for meetup in meetups(local, NOW.date()):
            parts = meetup.description.split("\n\n")
            for title, _text, name in zip(parts, parts[1:], parts[2:], strict=False):
                if title.startswith("### "):
                    speakers.setdefault(title, set()).add(name)
    assert len(speakers) > 100
    assert {title: names for title, names in speakers.items() if len(names) > 1} == {}


def test_addresses_are_nobodys() -> None:
    for local in content.groups():
        for link in local.group.links:
            assert link.url.split("/")[2].endswith(("example.org", ".example")), link.url
    assert all(person.email.endswith("@example.org") for person in content.people())


def test_venues_are_in_their_city() -> None:
    for local in content.groups():
        for venue in local.venues:
            assert abs(venue.latitude - local.group.latitude) < 0.1, venue.name
            assert abs(venue.longitude - local.group.longitude) < 0.1, venue.name


@pytest.mark.parametrize("today", DAYS)
def test_every_living_group_has_something_to_show(today: date) -> None:
    for local in content.groups():
        dates = [(local_day(meetup), meetup.status) for meetup in meetups(local, today)]
        past = [on for on, _ in dates if on < today]
        coming = [on for on, status in dates if on >= today and status != EventStatus.CANCELLED]
        match local.group.status:
            case GroupStatus.ACTIVE:
                assert 1 <= len(coming) <= 6, local.group.slug
                assert 5 <= len(past) <= 15, local.group.slug
            case GroupStatus.FORMING:
                assert (bool(past), bool(coming)) == (False, True), local.group.slug
            case GroupStatus.QUIET:
                assert (bool(past), bool(coming)) == (True, False), local.group.slug
                assert max(past) > today - timedelta(days=300), local.group.slug
            case _:
                assert (bool(past), bool(coming)) == (True, False), local.group.slug
                assert max(past) <= local.rhythm.until, local.group.slug


@pytest.mark.parametrize("today", DAYS)
def test_meetups_keep_the_clock_on_their_wall(today: date) -> None:
    offsets = set()
    for local in content.groups():
        for each in rhythm.occurrences(local, today):
            meetup = programme.compose(local, each, today)
            wall = meetup.starts_at.astimezone(ZoneInfo(local.group.timezone))
            assert wall.time() == local.rhythm.at, meetup.uid
            assert content.WEEKDAYS[wall.weekday()] == local.rhythm.weekday, meetup.uid
            assert meetup.ends_at - meetup.starts_at == timedelta(minutes=local.rhythm.minutes)
            assert (1, 3) <= (wall.month, wall.day) < (12, 23), meetup.uid
            offsets.add((local.group.slug, wall.utcoffset()))
    # Summer and winter are both there.
    assert len({offset for slug, offset in offsets if slug == "budapest"}) == 2


@pytest.mark.parametrize("today", DAYS)
def test_all_kinds_of_meetup_are_there(today: date) -> None:
    every = [meetup for local in content.groups() for meetup in meetups(local, today)]
    coming = [meetup for meetup in every if local_day(meetup) >= today]
    assert {meetup.status for meetup in coming} == set(PUBLISHED)
    assert {meetup.attendance for meetup in coming} == set(Attendance)
    for meetup in every:
        assert bool(meetup.venue) == (meetup.attendance != Attendance.ONLINE)
        assert bool(meetup.online_url) == (meetup.attendance != Attendance.IN_PERSON)
        if local_day(meetup) < today:
            assert meetup.status in {EventStatus.CONFIRMED, EventStatus.CANCELLED}


@pytest.mark.parametrize("today", DAYS)
def test_a_group_hears_no_talk_twice_in_a_year(today: date) -> None:
    for local in content.groups():
        last_told: dict[str, date] = {}
        for meetup in meetups(local, today):
            on = local_day(meetup)
            for talk in (line for line in meetup.description.splitlines() if line[:4] == "### "):
                assert on - last_told.get(talk, date.min) > timedelta(days=365), (meetup.uid, talk)
                last_told[talk] = on


@pytest.mark.parametrize(
    ("year", "month", "weekday", "nth", "expected"),
    [
        (2026, 11, "thursday", 3, date(2026, 11, 19)),
        (2026, 2, "sunday", 1, date(2026, 2, 1)),
        (2028, 2, "tuesday", -1, date(2028, 2, 29)),
        (2026, 2, "saturday", -1, date(2026, 2, 28)),
    ],
)
def test_nth_weekday(year: int, month: int, weekday: str, nth: int, expected: date) -> None:
    assert rhythm.nth_weekday(year, month, weekday, nth) == expected


def paris_day(today: date) -> EventInput:
    (paris,) = (local for local in content.groups() if local.group.slug == "paris")
    (day,) = days.of_group(paris, today)
    return day


def test_paris_is_a_month_and_a_city_until_it_is_near() -> None:
    zone = ZoneInfo("Europe/Paris")
    far, near = paris_day(date(2026, 11, 23)), paris_day(date(2027, 8, 1))
    assert (far.status, far.all_day, far.latitude) == (EventStatus.TENTATIVE, True, None)
    assert far.title == "Larkspindle Day: Paris, September"
    assert far.starts_at == datetime(2027, 9, 1, tzinfo=zone)
    assert far.ends_at == datetime(2027, 10, 1, tzinfo=zone)
    assert (near.status, near.all_day, near.uid) == (EventStatus.CONFIRMED, False, far.uid)
    assert near.starts_at == datetime.combine(date(2027, 9, 18), time(9, 30), zone)
    assert paris_day(date(2027, 9, 18)).uid == near.uid
    assert paris_day(date(2027, 9, 19)).uid == "demo-paris-2028-day@demo.usergroups.example"


def test_planting_fills_an_empty_database(database: Engine) -> None:
    report = planted_at(NOW)
    assert report.groups == {Outcome.ADDED: len(content.groups())}
    assert set(report.meetups) == {Outcome.ADDED}
    assert report.people == len(content.people())
    assert str(report).startswith("Larkspindle User Groups: 63 groups (63 added), ")
    with db.reading() as session:
        singly = select(Event).where(*ALONE)
        assert len(session.scalars(singly).all()) == report.meetups[Outcome.ADDED]
        assert session.get_one(Federation, 1).name == "Larkspindle User Groups"
        waiting = session.scalars(select(Waiting)).all()
        assert len(waiting) == sum(place.people for place in content.waiting())
        assert sum(one.helps for one in waiting) == 6
        stewards = session.scalars(select(User).where(User.is_steward)).all()
        assert {user.email for user in stewards} == {
            "steward@example.org",
            "second.steward@example.org",
        }
        led = session.scalars(
            select(Group.status).join(Membership).where(Membership.role == Role.LEAD)
        ).all()
        assert len(led) >= 10
        assert set(led) <= set(LIVING)


def test_people_answer_what_is_next_and_a_small_room_has_a_line(database: Engine) -> None:
    planted_at(NOW)
    before = said()
    with db.reading() as session:
        coming = select(Event.id).where(Event.starts_at > NOW)
        answered = session.scalars(
            select(Rsvp.event_id).where(Rsvp.event_id.in_(coming)).distinct()
        )
        full = [rsvps.figures(event_id).in_person for event_id in answered]
    assert len(full) == 2
    assert all(seats.taken <= (seats.capacity or 0) for seats in full)
    assert max(seats.waiting for seats in full) > 0
    planted_at(NOW + timedelta(hours=3))
    assert said() == before


def test_of_what_was_last_a_recap_remains_and_nobody_is_written_to(database: Engine) -> None:
    planted_at(NOW)
    with db.reading() as session:
        told = [recaps.facts(recap.event_id) for recap in session.scalars(select(Recap))]
        assert session.scalars(select(Job).where(Job.kind == JobKind.TELL_RECAP)).all() == []
    assert [(one.turnout.walk_ins, one.rated is not None) for one in told] == [(7, True)] * 2
    assert all(one.turnout.checked_in > 9 for one in told)


def said() -> list[tuple[object, ...]]:
    """All answers to meetups."""
    with db.reading() as session:
        query = select(Rsvp.user_id, Rsvp.event_id, Rsvp.status, Rsvp.arrival).order_by(Rsvp.id)
        return [tuple(row) for row in session.execute(query)]


def test_a_second_run_changes_nothing(database: Engine) -> None:
    first = planted_at(NOW)
    before = rows()
    with db.reading() as session:
        acts, version = len(session.scalars(select(AuditEntry)).all()), federation_version()
    second = planted_at(NOW + timedelta(hours=3))
    assert second.groups == {Outcome.UNCHANGED: sum(first.groups.values())}
    assert second.meetups == {Outcome.UNCHANGED: sum(first.meetups.values())}
    assert rows() == before
    with db.reading() as session:
        assert len(session.scalars(select(AuditEntry)).all()) == acts
    assert federation_version() == version


def test_forty_days_later_it_has_grown_without_doubles(database: Engine) -> None:
    planted_at(NOW)
    before = rows()
    report = planted_at(NOW + timedelta(days=40))
    after = rows()
    assert set(before) <= set(after)
    assert len(after) == len(before) + report.meetups[Outcome.ADDED]
    assert report.meetups[Outcome.ADDED] > 30
    past = {uid for uid, row in before.items() if row[1] < NOW}
    assert {uid: after[uid] for uid in past} == {uid: before[uid] for uid in past}
    with db.reading() as session:
        months = [
            (event.group_id, f"{event.local_start:%Y-%m}")
            for event in session.scalars(select(Event).where(~Event.uid.contains("-day@"), *ALONE))
        ]
    assert len(months) == len(set(months))


def test_one_group_has_a_series_that_goes_on(database: Engine) -> None:
    planted_at(NOW)
    with db.reading() as session:
        [one] = session.scalars(select(Series))
        made = set(session.scalars(select(Event.recurrence_id).where(Event.uid == one.uid)))
    assert len(made) == 18
    planted_at(NOW + timedelta(days=40))
    with db.reading() as session:
        later = set(session.scalars(select(Event.recurrence_id).where(Event.uid == one.uid)))
    assert made <= later
    assert len(later - made) == 2  # of two months, whose first Mondays lie within these days


def test_a_name_that_stewards_gave_stays(database: Engine) -> None:
    with db.transaction() as session:
        session.get_one(Federation, 1).name = "Our own"
    planted_at(NOW)
    with db.reading() as session:
        assert session.get_one(Federation, 1).name == "Our own"


def federation_version() -> int:
    with db.reading() as session:
        return session.get_one(Federation, 1).version


def test_one_meetup_is_announced_in_two_places_and_one_waits_to_be_looked_at(database):
    planted_at(NOW)
    planted_at(NOW)
    with db.reading() as session:
        paris = session.scalars(select(Group).where(Group.slug == "paris")).one()
        pairs = doubles.at_desk(paris)
        merged, waiting = pairs["merged"], pairs["open"]
        assert (len(merged), len(waiting), pairs["apart"]) == (1, 1, [])
        (also,) = doubles.named(merged[0].kept.elsewhere)
        assert also.platform == "Meetup"
        assert waiting[0].gone.url == "https://luma.com/"
