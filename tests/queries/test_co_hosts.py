import pytest

from tests.factories import make_event, make_group
from usergroups import db
from usergroups.models import Answer, CoHost
from usergroups.queries import events, feed_events
from usergroups.services.revisions import mark_changed

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


@pytest.fixture
def held():
    """A meetup of Budapest that Győr holds too, one that it was asked about, and its own."""
    with db.transaction() as session:
        budapest, gyor = make_group(slug="budapest"), make_group(slug="gyor")
        shared, asked = make_event(budapest, title="Shared"), make_event(budapest, title="Asked")
        make_event(gyor, title="Own")
        for event, answer in ((shared, Answer.ACCEPTED), (asked, Answer.OPEN)):
            session.add(CoHost(event_id=event.id, group_id=gyor.id, answer=answer))
    return budapest, gyor, shared


def test_it_stands_on_the_pages_and_in_the_calendars_of_both(held):
    budapest, gyor, shared = held
    with db.reading():
        coming = events.coming_of(gyor.id, together=True)
        assert {event.title for event in coming} == {"Shared", "Own"}
        assert {event.title for event in events.coming_of(gyor.id)} == {"Own"}
        assert events.past_of(gyor.id, most=9, together=True) == []
        assert events.count_past_of(gyor.id, together=True) == 0
        in_feeds = {
            group.slug: {row.uid for row in feed_events.of_group(group.id, everything=True)[0]}
            for group in (budapest, gyor)
        }
    assert shared.uid in in_feeds["gyor"] & in_feeds["budapest"]
    assert (len(in_feeds["gyor"]), len(in_feeds["budapest"])) == (2, 2)


def test_whoever_holds_it_too_shows_what_changes(held):
    budapest, gyor, _ = held
    with db.transaction() as session:
        before = {group.id: session.get(type(group), group.id).version for group in held[:2]}
        mark_changed(session.merge(gyor))
        mark_changed(session.merge(budapest))
        session.expire_all()
        after = {group.id: session.get(type(group), group.id).version for group in held[:2]}
    assert after == {budapest.id: before[budapest.id] + 1, gyor.id: before[gyor.id] + 2}
