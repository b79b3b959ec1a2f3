from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories import make_group
from usergroups import clock, db
from usergroups.errors import ConflictError, InvalidInputError
from usergroups.inputs.event import EventInput
from usergroups.inputs.fields import read
from usergroups.models import AuditEntry, Event, EventStatus, Federation, Group, Origin
from usergroups.services import events
from usergroups.services.outcome import Outcome

EVENING = {
    "title": "  Clouds over\nGyőr ",
    "starts_at": "2026-09-17T18:30:00+02:00",
    "ends_at": "2026-09-17T21:00:00+02:00",
    "timezone": "Europe/Budapest",
    "venue": "House of Volunteers",
    "uid": "clouds@example.org",
}


@pytest.fixture
def group(database, frozen_clock):
    with db.transaction():
        return make_group(slug="gyor")


def save(group: Group, **changes):
    with db.transaction() as session:
        return events.save(session.get_one(Group, group.id), read(EventInput, EVENING | changes))


def test_a_new_meetup_holds_what_was_given(group, frozen_clock):
    saved = save(group)
    event = saved.event
    assert saved.outcome is Outcome.ADDED
    assert (event.title, event.origin, event.sequence) == ("Clouds over Győr", Origin.NATIVE, 0)
    assert event.starts_at == datetime(2026, 9, 17, 16, 30, tzinfo=UTC)
    assert (event.local_start.hour, event.local_end.hour) == (18, 21)
    assert (event.created_at, event.revised_at) == (frozen_clock, frozen_clock)
    assert event.slug == "clouds-over-gyor"
    assert len(event.public_id) == 10


def test_saving_twice_changes_nothing(group, frozen_clock):
    save(group)
    with clock.frozen_at(frozen_clock + timedelta(days=1)):
        saved = save(group)
    assert saved.outcome is Outcome.UNCHANGED
    assert (saved.event.sequence, saved.event.revised_at) == (0, frozen_clock)


def test_a_change_is_a_revision_that_calendars_notice(group, frozen_clock):
    uid = save(group).event.uid
    later = frozen_clock + timedelta(days=1)
    with clock.frozen_at(later):
        event = save(group, venue="Elsewhere").event
    assert (event.uid, event.sequence, event.revised_at) == (uid, 1, later)
    with db.reading() as session:
        versions = (
            session.scalars(select(Group.version)).one(),
            session.scalars(select(Federation.version)).one(),
        )
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert versions == (3, 3)
    assert acts == ["event.added", "event.updated"]


def test_calling_off_has_an_instant_and_can_be_taken_back(group, frozen_clock):
    save(group)
    off = save(group, status=EventStatus.CANCELLED).event
    assert (off.is_cancelled, off.cancelled_at) == (True, frozen_clock)
    on = save(group).event
    assert (on.is_cancelled, on.cancelled_at, on.sequence) == (False, None, 2)


def test_a_meetup_without_a_uid_is_given_one_for_ever(group):
    first, second = save(group, uid="").event, save(group, uid="").event
    assert first.uid != second.uid
    with db.reading() as session:
        assert len(session.scalars(select(Event.id)).all()) == 2


def test_a_uid_of_another_group_is_not_taken_over(group):
    save(group)
    with db.transaction():
        other = make_group(slug="other")
    with pytest.raises(ConflictError, match="belongs to a meetup of another group"):
        save(other)


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"ends_at": "2026-09-17T18:00:00+02:00"}, "input", "it must end after it starts"),
        ({"ends_at": "2026-11-17T18:00:00+02:00"}, "input", "within a month"),
        ({"starts_at": "2026-09-17T18:30:00"}, "starts_at", "timezone"),
        ({"latitude": 47.0}, "input", "latitude and longitude go together"),
        ({"title": "\u202e"}, "title", "at least one character"),
        ({"title": "x" * 10_000}, "title", "expected at most 200 characters, not 10000"),
        ({"online_url": "javascript:alert(1)"}, "online_url", "expected an address with http"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(change, field, reason):
    with pytest.raises(InvalidInputError) as refused:
        read(EventInput, EVENING | change)
    assert list(refused.value.fields) == [field]
    assert reason in refused.value.fields[field]
