"""What is searched follows what changes, some groups at a time."""

import pytest
from sqlalchemy import select, text

from tests.factories import make_event, make_group
from usergroups import db
from usergroups.jobs import timetable
from usergroups.models import EventStatus, Group, SearchEntry, SearchKind
from usergroups.queries import search
from usergroups.services import search_index
from usergroups.services.revisions import mark_changed

pytestmark = pytest.mark.usefixtures("frozen_clock", "database")


def entries():
    with db.reading() as session:
        rows = session.execute(
            select(SearchEntry.kind, SearchEntry.subject_id, SearchEntry.stamp).order_by(
                SearchEntry.kind, SearchEntry.subject_id
            )
        )
        return [tuple(row) for row in rows if row.kind is not SearchKind.FEDERATION]


def found(word, kind=SearchKind.EVENT):
    with db.reading():
        return [one.name for one in search.candidates([word])[kind]]


def test_hundreds_of_groups_are_taken_some_at_a_time(count_queries):
    with db.transaction():
        for _ in range(120):
            make_event(make_group())
    rounds = [0]
    for _ in range(3):
        with db.transaction(), count_queries() as queries:
            is_more = search_index.catch_up()
        rounds.append(len(queries))
        assert is_more is (len(rounds) < 4)
    assert max(rounds) <= 16
    assert len(entries()) == 240
    with db.reading():
        assert search.is_current()


def test_only_what_changed_is_made_anew(count_queries):
    with db.transaction():
        group = make_group(name="Fog users")
        events = [make_event(group, title=f"Fog {n}") for n in range(4)]
    timetable.refresh_search()
    before = entries()
    with db.transaction() as session:
        event = session.merge(events[1])
        event.title, event.sequence = "Rain", 1
        session.merge(events[2]).status = EventStatus.WITHDRAWN
        session.delete(session.merge(events[3]))
        session.flush()
        mark_changed(session.merge(group))
    with db.reading():
        assert not search.is_current()
    timetable.refresh_search()
    after = entries()
    assert found("rain") == ["Rain"]
    assert found("fog") == ["Fog 0", "Rain"]  # which is of the fog users
    assert [row[:2] for row in before if row not in after] == [
        (SearchKind.EVENT, events[1].id),
        (SearchKind.EVENT, events[2].id),
        (SearchKind.EVENT, events[3].id),
        (SearchKind.GROUP, group.id),
    ]


def test_entries_of_a_group_that_is_gone_go(database):
    with db.transaction():
        group = make_group(name="Fog users")
        make_event(group)
        other = make_group()
    timetable.refresh_search()
    with db.transaction() as session:
        session.delete(session.get_one(Group, group.id))
        session.flush()
        mark_changed(session.get_one(Group, other.id))
    timetable.refresh_search()
    assert [row[:2] for row in entries()] == [(SearchKind.GROUP, other.id)]
    if database.dialect.name == "sqlite":  # PostgreSQL keeps the words in the entry itself
        with db.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM search_text")) == 1


def test_a_second_look_at_what_has_not_changed_asks_once(count_queries):
    with db.transaction():
        make_event(make_group())
    timetable.refresh_search()
    with count_queries() as queries:
        timetable.refresh_search()
    assert len(queries) == 1
