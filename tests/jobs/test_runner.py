from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import make_group, make_source
from usergroups import clock, db, queue
from usergroups.jobs import handlers, runner, timetable
from usergroups.models import Job, JobKind
from usergroups.queries import jobs as queries
from usergroups.services import jobs as services


@pytest.fixture
def done(monkeypatch):
    """What the one kind of job was called with; the handler's own work is tested elsewhere."""
    calls = []

    def note(_config, **arguments):
        calls.append(arguments)
        if "raise" in arguments:
            raise ValueError(arguments["raise"])

    monkeypatch.setitem(handlers.HANDLERS, JobKind.SYNC_SOURCE, note)
    return calls


def leave(**arguments) -> int:
    with db.transaction():
        return queue.enqueue(JobKind.SYNC_SOURCE, **arguments).id


def row(job_id: int) -> Job:
    with db.reading() as session:
        return session.get_one(Job, job_id)


def test_a_job_is_done_once(config, done):
    job_id = leave(source_id=7)
    assert runner.run(job_id, config) is True
    assert runner.run(job_id, config) is False
    assert done == [{"source_id": 7}]
    job = row(job_id)
    assert (job.attempts, job.leased_until, job.last_error) == (1, None, "")
    assert job.finished_at is not None


def test_of_two_workers_one_gets_it(config, done):
    job_id = leave(source_id=7)
    with db.transaction():
        assert services.lease(job_id) is not None
    with db.transaction():
        assert services.lease(job_id) is None
    assert runner.run(job_id, config) is False
    assert done == []


def test_a_lease_that_ran_out_is_taken_over(config, done, frozen_clock):
    job_id = leave(source_id=7)
    with db.transaction():
        services.lease(job_id)
    with clock.frozen_at(frozen_clock + services.LEASE + timedelta(seconds=1)):
        with db.reading():
            assert queries.due() == [(job_id, JobKind.SYNC_SOURCE)]
        assert runner.run(job_id, config) is True
    assert done == [{"source_id": 7}]


def test_a_failure_waits_longer_each_time_and_is_given_up_at_last(config, done, frozen_clock):
    job_id = leave(**{"raise": "no"})
    waits, at = [], frozen_clock
    while (job := row(job_id)).finished_at is None:
        waits.append((job.due_at - at).total_seconds())
        at = job.due_at
        with clock.frozen_at(at):
            runner.run(job_id, config)
    assert waits == [0, 30, 60, 120, 240, 480, 960, 1920]
    assert job.attempts == services.ATTEMPTS
    assert job.last_error == "ValueError: no"


def test_a_job_for_later_is_not_done_now(config, done, frozen_clock):
    with db.transaction():
        later = frozen_clock + timedelta(hours=1)
        job_id = queue.enqueue(JobKind.SYNC_SOURCE, due_at=later, source_id=1).id
    assert runner.run(job_id, config) is False
    with clock.frozen_at(later):
        assert runner.run(job_id, config) is True


def test_the_bell_rings_only_after_the_commit(database):
    heard = []
    queue.announce_with(lambda *rung: heard.append(rung))
    try:
        with db.transaction():
            job_id = queue.enqueue(JobKind.SYNC_SOURCE, source_id=1).id
            assert heard == []
        assert heard == [(job_id, JobKind.SYNC_SOURCE)]
    finally:
        queue.announce_with(None)


def test_finished_rows_are_forgotten_after_two_weeks(config, done, frozen_clock):
    job_id = leave(source_id=1)
    waiting = leave(source_id=2)
    runner.run(job_id, config)
    with clock.frozen_at(frozen_clock + timedelta(days=15)), db.transaction() as session:
        services.forget_finished()
        assert session.scalars(select(Job.id)).all() == [waiting]


def test_a_due_calendar_gets_one_job(database, frozen_clock):
    with db.transaction():
        due = make_source(make_group()).id
        make_source(make_group(), due_at=frozen_clock + timedelta(hours=1))
    assert timetable.leave_syncs() == 1
    assert timetable.leave_syncs() == 0
    with db.reading() as session:
        assert session.scalars(select(Job.arguments)).all() == [{"source_id": due}]
    assert len(timetable.overlooked()) == 1
