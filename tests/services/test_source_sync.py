"""What a calendar says no longer: withdrawn at the second whole fetch, held if nearly all goes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.factories import make_group, make_user
from usergroups import clock, db
from usergroups.federation import ics_import
from usergroups.federation.ics_import import Fetched
from usergroups.inputs.imported_event import ImportedEvent, Reading
from usergroups.models import (
    Event,
    EventStatus,
    Group,
    Origin,
    Source,
    SourceReport,
    SourceState,
)
from usergroups.queries import sources as queries
from usergroups.services import source_desk, source_sync, sources

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
NAMES = ("one", "two", "three", "four", "five", "six")


def entry(uid: str, *, days: int = 7, title: str = "", **given) -> ImportedEvent:
    starts_at = clock.now() + timedelta(days=days)
    facts = {
        "uid": uid,
        "title": title or uid,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "timezone": "Europe/Paris",
        "unit": f"{uid} {title} {days}",
    }
    return ImportedEvent.model_validate(facts | given)


@pytest.fixture
def source_id() -> int:
    with db.transaction():
        return sources.attach(make_group(), "https://calendar.test/a.ics").id


def settle(source_id: int, *entries: ImportedEvent, **fetched) -> source_sync.SyncReport:
    reading = Reading(events=entries, warnings=tuple(fetched.pop("warnings", ())),
                      unchanged=fetched.pop("unchanged", frozenset()))  # fmt: skip
    with db.transaction():
        source = queries.with_group(source_id)
        return ics_import.settle(source, Fetched(reading, content_hash="x", **fetched))


def settle_as_before(source_id: int) -> source_sync.SyncReport:
    with db.transaction():
        return ics_import.settle(queries.with_group(source_id), Fetched())


def states() -> dict[str, EventStatus]:
    with db.reading() as session:
        return {event.uid: event.status for event in session.query(Event)}


def source(source_id: int) -> Source:
    with db.reading():
        return queries.with_group(source_id)


def test_one_that_vanished_is_withdrawn_at_the_second_whole_fetch_and_comes_back(source_id):
    both = [entry("one"), entry("two")]
    settle(source_id, *both)
    first = settle(source_id, both[0])
    assert (first.vanished, first.withdrawn) == (1, 0)
    assert states()["two"] is EventStatus.CONFIRMED
    second = settle(source_id, both[0])
    assert (second.vanished, second.withdrawn) == (0, 1)
    assert states()["two"] is EventStatus.WITHDRAWN
    assert settle(source_id, both[0]).changes == 0
    back = settle(source_id, *both)
    assert (back.returned, back.added) == (1, 0)
    assert states()["two"] is EventStatus.CONFIRMED


def test_the_same_bytes_again_are_a_second_fetch_too(source_id):
    settle(source_id, entry("one"), entry("two"))
    settle(source_id, entry("one"))
    assert settle_as_before(source_id).withdrawn == 1
    assert states()["two"] is EventStatus.WITHDRAWN


@pytest.mark.parametrize("warning", ["truncated", "empty_feed"])
def test_nothing_is_concluded_from_half_a_calendar(source_id, warning):
    settle(source_id, entry("one"), entry("two"))
    for _ in range(3):
        report = settle(source_id, entry("one"), warnings=[warning])
        assert (report.vanished, report.withdrawn) == (0, 0)
        settle_as_before(source_id)
    assert states()["two"] is EventStatus.CONFIRMED


def test_past_and_cancelled_ones_may_be_dropped(source_id):
    settle(source_id, entry("past", days=-3), entry("off", status=EventStatus.CANCELLED),
           entry("on"))  # fmt: skip
    for _ in range(3):
        assert settle(source_id, entry("on")).vanished == 0
    assert set(states().values()) == {EventStatus.CONFIRMED, EventStatus.CANCELLED}


def test_units_that_were_known_are_there(source_id):
    settle(source_id, entry("one"), entry("two"))
    with db.reading():
        assert source_sync.units(source_id) == {"one  7", "two  7"}
    for _ in range(3):
        report = settle(source_id, unchanged=frozenset({"one  7", "two  7"}))
        assert (report.unchanged, report.changes, report.vanished) == (2, 0, 0)


def test_a_number_that_moves_alone_is_no_change(source_id):
    settle(source_id, entry("one"))
    report = settle(source_id, entry("one", sequence=7, unit="other"))
    assert (report.changes, report.unchanged) == (0, 1)
    with db.reading():
        assert source_sync.units(source_id) == {"other"}


def test_a_calendar_that_shrank_waits_for_somebodys_word(source_id):
    settle(source_id, *(entry(name) for name in NAMES))
    for _ in range(3):
        report = settle(source_id)
        assert (report.is_held, report.vanished, report.withdrawn) == (True, 6, 0)
    held = source(source_id)
    assert (held.state, held.content_hash) == (SourceState.SHRUNK, "")
    assert set(states().values()) == {EventStatus.CONFIRMED}
    with db.transaction():
        lead = make_user(is_steward=True)
        source_desk.take(queries.with_group(source_id), by=lead)
    assert settle(source_id).withdrawn == 6
    assert source(source_id).state is SourceState.HEALTHY


def test_what_is_kept_becomes_the_groups_own(source_id):
    settle(source_id, *(entry(name) for name in NAMES))
    settle(source_id)
    with db.transaction():
        source_desk.keep(queries.with_group(source_id), by=None)
    with db.reading() as session:
        assert {(one.origin, one.source_id) for one in session.query(Event)} == {
            (Origin.NATIVE, None)
        }
    assert settle(source_id).changes == 0
    assert set(states().values()) == {EventStatus.CONFIRMED}


def test_taking_a_calendar_away_keeps_what_was(source_id):
    settle(source_id, entry("past", days=-3), entry("coming"))
    with db.transaction():
        source_desk.detach(queries.with_group(source_id), keeps=False, by=None)
    assert list(states()) == ["past"]
    with db.reading() as session:
        assert session.query(Source).count() == 0


def test_taking_a_calendar_away_and_keeping_what_comes(source_id):
    settle(source_id, entry("past", days=-3), entry("coming", recurrence_id="20260617"))
    with db.transaction():
        source_desk.detach(queries.with_group(source_id), keeps=True, by=None)
    with db.reading() as session:
        kept = {(event.uid, event.recurrence_id) for event in session.query(Event)}
    assert kept == {("past", ""), ("coming-20260617", "")}


def test_failures_wait_longer_and_touch_nothing(source_id, frozen_clock):
    settle(source_id, entry("one"))
    waits, seen = [], []
    for _ in range(8):
        with db.transaction():
            ics_import.settle(queries.with_group(source_id), Fetched(failure="no answer"))
        one = source(source_id)
        waits.append(one.due_at - clock.now())
        seen.append(one.state)
    assert waits[:4] == sorted(waits[:4])
    assert waits[0] >= sources.EVERY
    assert waits[-1] <= sources.LONGEST_WAIT * (1 + sources.JITTER)
    assert seen[:3] == [SourceState.STALE, SourceState.STALE, SourceState.FAILING]
    assert states() == {"one": EventStatus.CONFIRMED}
    with db.reading() as session:
        assert session.query(SourceReport).where(SourceReport.failure != "").count() == 1
    settle(source_id, entry("one"))
    assert (source(source_id).state, source(source_id).failures) == (SourceState.HEALTHY, 0)


def test_a_server_that_asks_for_rest_gets_it(source_id):
    with db.transaction():
        fetched = Fetched(failure="429", not_before=timedelta(hours=20))
        ics_import.settle(queries.with_group(source_id), fetched)
    assert source(source_id).due_at >= clock.now() + timedelta(hours=20)


def test_two_of_one_server_at_a_time(frozen_clock):
    with db.transaction():
        group = make_group()
        ids = [sources.attach(group, f"https://calendar.test/{n}.ics").id for n in range(3)]
        other = sources.attach(group, "https://other.test/a.ics").id
        file = sources.attach(group, "/tmp/a.ics").id  # noqa: S108  nothing is read
    won = []
    for one in (*ids, other, file, ids[0]):
        with db.transaction():
            won.append(sources.lease(one))
    assert won == [True, True, False, True, True, False]
    later = frozen_clock + sources.LEASE + timedelta(seconds=1)
    with clock.frozen_at(later), db.transaction():
        assert sources.lease(ids[2])


def test_a_redirect_does_not_spare_the_server_it_leads_to():
    with db.transaction():
        group = make_group()
        ids = [sources.attach(group, f"https://short-{n}.test/a.ics").id for n in range(3)]
    for one in ids:
        settle(one, entry("one"), host="calendar.test")
    won = []
    for one in ids:
        with db.transaction():
            won.append(sources.lease(one))
    assert won == [True, True, False]
    with db.transaction():
        ics_import.settle(queries.with_group(ids[2]), Fetched())  # as before: nothing is known anew
    assert source(ids[2]).host == "calendar.test"


def test_two_of_one_server_also_when_many_come_at_once():
    with db.transaction():
        group = make_group()
        ids = [sources.attach(group, f"https://calendar.test/{n}.ics").id for n in range(6)]

    def take(source_id: int) -> bool:
        with db.transaction():
            return sources.lease(source_id)

    with ThreadPoolExecutor(len(ids)) as pool:
        assert sum(pool.map(take, ids)) == sources.PER_HOST


def test_urgent_ones_come_first_and_paused_ones_not_at_all(frozen_clock):
    with db.transaction():
        group = make_group()
        quiet, paused, soon = (
            sources.attach(group, f"https://{name}.test/a.ics") for name in ("a", "b", "c")
        )
        quiet.due_at -= timedelta(days=1)
        paused.paused_at = clock.now()
        ids = [soon.id, quiet.id]
    settle(ids[0], entry("one", days=1))
    with clock.frozen_at(frozen_clock + timedelta(hours=4)), db.reading():
        assert queries.due() == ids


def test_only_organizers_decide(source_id):
    from usergroups.errors import NotAllowedError  # only here

    with db.transaction():
        stranger = make_user()
    for act in (source_desk.read_now, source_desk.pause, source_desk.take, source_desk.keep):
        with pytest.raises(NotAllowedError), db.transaction():
            act(queries.with_group(source_id), by=stranger)
    with pytest.raises(NotAllowedError), db.transaction():
        source_desk.detach(queries.with_group(source_id), keeps=True, by=stranger)


def test_a_meetup_of_a_group_nobody_confirmed_says_so(source_id):
    with db.transaction() as session:
        group = session.query(Group).one()
        member = make_user(is_steward=True)
        found = sources.attach(group, "https://found.test/a.ics", by=member).id
    settle(found, entry("one"))
    with db.reading() as session:
        assert not session.query(Event).one().is_confirmed
    with db.transaction():
        ics_import.settle(
            queries.with_group(found),
            Fetched(Reading(events=(entry("one"),)), content_hash="y", is_proven=True),
        )
    with db.reading() as session:
        assert session.query(Event).one().is_confirmed
        assert session.query(Source).where(Source.id == found).one().confirmed_at
