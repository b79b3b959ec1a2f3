import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.browsing import person
from tests.factories import (
    make_event,
    make_group,
    make_meetup,
    make_rsvp,
    make_series,
    make_source,
    make_user,
)
from usergroups import clock, db
from usergroups.errors import ConflictError, NotAllowedError
from usergroups.inputs.imported_event import ImportedEvent, Reading
from usergroups.models import (
    AuditEntry,
    Double,
    DoubleState,
    Event,
    EventStatus,
    Group,
    Job,
    JobKind,
    Origin,
    Role,
    Source,
)
from usergroups.queries import doubles as queries
from usergroups.queries import events, planning
from usergroups.services import doubles, seats, source_desk, source_sync
from usergroups.services import planning as plans

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

MEETUP, LUMA = "https://www.meetup.com/paris/events/1/", "https://lu.ma/rust"


def imported(group, url, **given):
    source = make_source(group, location=f"{url}calendar.ics")
    facts = {"title": "Rust for the web", "url": url, "origin": Origin.IMPORTED}
    return make_event(group, source_id=source.id, **facts | given)


@pytest.fixture
def paris():
    """A group with one meetup in three places, and an evening that is another."""
    with db.transaction():
        group = make_group(slug="paris", name="Paris UG")
        make_meetup(group, title="Paris UG: Rust for the web", venue="La Paillasse")
        imported(group, MEETUP, title="Rust for the Web (June 2026)")
        imported(group, LUMA, starts_at=clock.now() + timedelta(days=7, minutes=5))
        later = clock.now() + timedelta(days=14)
        make_event(group, title="Python for biologists", starts_at=later)
        lead = person(group, Role.LEAD, email="lea@example.org")
    return group, lead


def suggest(group):
    with db.transaction():
        return doubles.suggest(group.id)


def pairs():
    with db.reading() as session:
        query = select(Double).order_by(Double.kept_id, Double.gone_id)
        return [(one.kept_id, one.gone_id, one.state) for one in session.scalars(query)]


def act(verb, pair_id, by=None):
    with db.transaction():
        return verb(pair_id, by=by)


def pair_of(kept, gone):
    with db.reading() as session:
        query = select(Double.id).where(Double.kept_id == kept, Double.gone_id == gone)
        return session.scalar(query)


def ids():
    with db.reading() as session:
        return list(session.scalars(select(Event.id).order_by(Event.id)))


def shown(group):
    with db.reading():
        return [one.title for one in events.coming_of(group.id)]


def event(event_id):
    with db.reading() as session:
        return session.get_one(Event, event_id)


def test_what_looks_like_one_is_suggested_once_and_the_native_one_is_to_remain(paris):
    group, _ = paris
    native, meetup, luma, _other = ids()
    assert suggest(group) == 3
    assert suggest(group) == 0
    suggested = DoubleState.SUGGESTED
    assert pairs() == [
        (native, meetup, suggested), (native, luma, suggested), (meetup, luma, suggested),
    ]  # fmt: skip


def test_a_suggestion_goes_when_they_are_alike_no_longer(paris):
    group, lead = paris
    native, meetup, luma, _ = ids()
    suggest(group)
    act(doubles.keep_apart, pair_of(native, luma), lead)
    with db.transaction() as session:
        session.get_one(Event, luma).starts_at += timedelta(days=1)
        session.get_one(Event, luma).ends_at += timedelta(days=1)
    suggest(group)
    assert pairs() == [
        (native, meetup, DoubleState.SUGGESTED), (native, luma, DoubleState.APART),
    ]  # fmt: skip


def test_one_remains_and_says_where_else_it_is(paris, count_queries):
    group, lead = paris
    native, meetup, luma, _ = ids()
    suggest(group)
    before = {one: event(one) for one in (native, meetup)}
    act(doubles.merge, pair_of(native, meetup), lead)
    act(doubles.merge, pair_of(native, luma), lead)
    assert shown(group) == ["Paris UG: Rust for the web", "Python for biologists"]
    with db.reading(), count_queries() as asked:
        assert queries.also_on(native) == [MEETUP, LUMA]
    assert len(asked) == 1
    found = queries.named(event(native).elsewhere)
    assert [(one.platform, one.url) for one in found] == [
        ("Meetup", MEETUP), ("Luma", LUMA),
    ]  # fmt: skip
    with db.reading():
        assert queries.remaining(before[meetup].public_id) == before[native].public_id
        assert events.by_public_id(before[meetup].public_id) is None
        assert planning.coming(group.id, 1).total == 2
    aside, stays = event(meetup), event(native)
    assert (aside.status, aside.aside_status) == (EventStatus.MERGED, EventStatus.CONFIRMED)
    assert (aside.uid, stays.uid) == (before[meetup].uid, before[native].uid)
    assert stays.sequence > before[native].sequence


def test_undo_puts_everything_back(paris):
    group, lead = paris
    native, meetup, *_ = ids()
    suggest(group)
    pair, listed, before = pair_of(native, meetup), shown(group), event(meetup)
    act(doubles.merge, pair, lead)
    act(doubles.undo, pair, lead)
    act(doubles.undo, pair, lead)
    assert shown(group) == listed
    after = event(meetup)
    assert (after.status, after.aside_status, after.uid) == (before.status, None, before.uid)
    assert after.sequence > before.sequence
    assert event(native).elsewhere == ""
    with db.reading() as session:
        query = select(AuditEntry.act).where(AuditEntry.act.like("event.double%"))
        assert list(session.scalars(query.order_by(AuditEntry.id))) == [
            "event.double_merged", "event.double_undone",
        ]  # fmt: skip


def test_one_that_others_stand_aside_for_may_itself_stand_aside(paris):
    group, lead = paris
    native, meetup, luma, _ = ids()
    suggest(group)
    act(doubles.merge, pair_of(meetup, luma), lead)
    act(doubles.merge, pair_of(native, meetup), lead)
    assert set(event(native).elsewhere.splitlines()) == {MEETUP, LUMA}
    with db.reading():
        assert queries.remaining(event(luma).public_id) == event(native).public_id
    act(doubles.undo, pair_of(native, meetup), lead)
    assert event(native).elsewhere == ""
    assert event(meetup).elsewhere == LUMA


def test_what_changes_below_shows_above(paris):
    group, lead = paris
    native, meetup, luma, _ = ids()
    suggest(group)
    act(doubles.merge, pair_of(meetup, luma), lead)
    act(doubles.merge, pair_of(native, meetup), lead)
    act(doubles.undo, pair_of(meetup, luma), lead)
    assert event(native).elsewhere == event(meetup).url == MEETUP
    assert event(meetup).elsewhere == ""


def given_by(source_id, **facts):
    with db.transaction() as session:
        source = session.get_one(Source, source_id)
        source.group = session.get_one(Group, source.group_id)
        row = session.scalars(select(Event).where(Event.source_id == source_id)).one()
        names = ("title", "starts_at", "ends_at", "timezone", "uid", "url", "status")
        told = {name: getattr(row, name) for name in names} | {"status": EventStatus.CONFIRMED}
        return source_sync.take_in(source, Reading(events=(ImportedEvent(**told | facts),)))


def test_a_change_elsewhere_asks_to_look_again_and_brings_nothing_back(paris):
    group, lead = paris
    native, meetup, *_ = ids()
    suggest(group)
    pair = pair_of(native, meetup)
    act(doubles.merge, pair, lead)
    at = event(meetup).starts_at + timedelta(hours=1)
    given_by(event(meetup).source_id, starts_at=at, ends_at=at + timedelta(hours=2))
    assert event(meetup).status is EventStatus.MERGED
    suggest(group)
    with db.reading() as session:
        desk = queries.at_desk(session.get_one(Group, group.id))
        assert [one.id for one in desk["open"] if one.differs] == [pair]
    act(doubles.merge, pair, lead)
    suggest(group)
    with db.reading() as session:
        desk = queries.at_desk(session.get_one(Group, group.id))
        assert [one.id for one in desk["merged"]] == [pair]


def test_called_off_elsewhere_it_only_loses_its_link(paris):
    group, lead = paris
    native, meetup, *_ = ids()
    suggest(group)
    pair = pair_of(native, meetup)
    act(doubles.merge, pair, lead)
    given_by(event(meetup).source_id, status=EventStatus.CANCELLED)
    suggest(group)
    with db.reading() as session:
        assert not session.get_one(Double, pair).differs
    assert (event(native).status, event(native).elsewhere) == (EventStatus.CONFIRMED, "")
    act(doubles.undo, pair, lead)
    assert event(meetup).is_cancelled


def test_answers_stay_with_the_meetup_that_has_them():
    with db.transaction():
        group = make_group()
        older = make_meetup(group, title="Rust for the web")
        newer = make_meetup(group, title="Rust for the web!")
        make_rsvp(newer, make_user())
    suggest(group)
    with db.transaction() as session:
        pair = session.scalars(select(Double)).one()
        assert (pair.kept_id, pair.gone_id) == (older.id, newer.id)
    done = act(doubles.merge, pair.id)
    assert (done.kept_id, done.gone_id) == (newer.id, older.id)
    assert shown(group) == ["Rust for the web!"]


def test_two_that_people_answered_stay_two_and_so_do_dates_of_two_series():
    with db.transaction():
        group = make_group()
        for _ in range(2):
            make_rsvp(make_meetup(group, title="Rust for the web"), make_user())
        later = clock.now() + timedelta(days=20)
        for _ in range(2):
            series = make_series(group)
            make_event(group, title="Go", starts_at=later, series_id=series.id)
    suggest(group)
    with db.reading() as session:
        both = list(session.scalars(select(Double.id)))
    assert len(both) == 2
    for pair, why in zip(both, ("answered both", "date of a series"), strict=True):
        with pytest.raises(ConflictError, match=why):
            act(doubles.merge, pair)
    assert len(shown(group)) == 4


def test_it_takes_whoever_organizes_both():
    with db.transaction():
        paris, versailles = make_group(), make_group()
        ours = person(paris, Role.LEAD, email="ours@example.org")
        make_event(paris, title="Rust for the web in the great hall")
        make_event(versailles, title="Rust for the web in the great hall")
    assert suggest(paris) == 1
    assert suggest(versailles) == 0
    with db.reading() as session:
        pair = session.scalars(select(Double.id)).one()
    for verb in (doubles.merge, doubles.keep_apart, doubles.undo):
        with pytest.raises(NotAllowedError):
            act(verb, pair, ours)
    assert pairs()[0][2] is DoubleState.SUGGESTED


def test_of_two_organizers_the_second_hears_what_the_first_did(paris):
    group, lead = paris
    native, meetup, *_ = ids()
    suggest(group)
    pair = pair_of(native, meetup)
    holds, done, told = threading.Event(), threading.Event(), []

    def second():
        holds.wait(20)
        try:
            act(doubles.keep_apart, pair, lead)
        except ConflictError as conflict:
            told.append(str(conflict))
        done.set()

    thread = threading.Thread(target=second)
    thread.start()
    with db.transaction():
        doubles.merge(pair, by=lead)
        holds.set()
        done.wait(0.3)  # the second waits for us, however long it takes
    thread.join(20)
    assert told == ["somebody else has made them one in the meantime"]
    assert pairs()[0][2] is DoubleState.MERGED


def test_what_stood_aside_for_a_meetup_that_went_comes_back(paris):
    group, lead = paris
    native, meetup, *_ = ids()
    suggest(group)
    act(doubles.merge, pair_of(native, meetup), lead)
    with db.transaction() as session:
        session.delete(session.get_one(Event, native))
    suggest(group)
    assert event(meetup).status is EventStatus.CONFIRMED


def test_what_stood_aside_for_a_meetup_that_its_calendar_dropped_comes_back(paris):
    group, lead = paris
    _native, meetup, luma, _ = ids()
    suggest(group)
    pair = pair_of(meetup, luma)
    act(doubles.merge, pair, lead)
    with db.transaction() as session:
        session.get_one(Event, meetup).status = EventStatus.WITHDRAWN
    suggest(group)
    assert event(luma).status is EventStatus.CONFIRMED
    with db.reading() as session:
        assert session.get_one(Double, pair).state is DoubleState.SUGGESTED


def test_a_link_goes_with_the_calendar_that_it_came_from(paris):
    group, lead = paris
    native, meetup, *_ = ids()
    suggest(group)
    act(doubles.merge, pair_of(native, meetup), lead)
    with db.transaction() as session:
        source = session.get_one(Source, event(meetup).source_id)
        source.group = session.get_one(Group, group.id)
        source_desk.detach(source, keeps=False, by=lead)
    suggest(group)
    assert event(native).elsewhere == ""
    with db.reading() as session:
        jobs = session.scalars(select(Job.arguments).where(Job.kind == JobKind.FIND_DOUBLES))
        assert list(jobs) == [{"group_id": group.id}]


def test_a_sync_that_brought_something_has_somebody_look(paris):
    group, _ = paris
    *_, luma, _other = ids()
    given_by(event(luma).source_id, title="Rust for everybody")
    with db.reading() as session:
        jobs = session.scalars(select(Job.arguments).where(Job.kind == JobKind.FIND_DOUBLES))
        assert list(jobs) == [{"group_id": group.id}]


def test_who_plans_one_that_was_just_made_one_hears_of_it(paris):
    group, lead = paris
    with db.transaction():
        twin = make_event(group, title="Paris UG: Rust for the web")
    native = ids()[0]
    suggest(group)
    act(doubles.merge, pair_of(native, twin.id), lead)
    with pytest.raises(ConflictError, match="made one with another"), db.transaction():
        plans.cancel(twin.id, "no", by=lead)
    with db.transaction():
        assert seats.hold(twin.id).status is EventStatus.MERGED
