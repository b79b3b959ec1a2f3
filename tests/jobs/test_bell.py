from dataclasses import replace

import pytest

from tests.factories import make_group, make_source
from usergroups import db, queue
from usergroups.config import Config
from usergroups.jobs.bell import Bell
from usergroups.models import Job, JobKind, Source, SourceState


@pytest.fixture
def calendar(tmp_path):
    file = tmp_path / "paris.ics"
    file.write_bytes(
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\n"
        b"DTSTAMP:20260101T000000Z\r\nDTSTART:20260305T173000Z\r\nSUMMARY:One\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return file


def work_off(bell: Bell) -> None:
    for lane in (bell.steady, *bell.apart.values()):
        while (task := lane.dequeue()) is not None:
            lane.execute(task)


def test_a_nudge_is_worked_off(config: Config, calendar):
    bell = Bell(config)
    queue.announce_with(bell.ring)
    try:
        with db.transaction():
            source = make_source(make_group(), location=str(calendar))
            job_id = queue.enqueue(JobKind.SYNC_SOURCE, source_id=source.id).id
        work_off(bell)
    finally:
        queue.announce_with(None)
    with db.reading() as session:
        assert session.get_one(Job, job_id).finished_at is not None
        assert session.get_one(Source, source.id).state is SourceState.HEALTHY


def test_the_sweep_finds_what_nobody_was_told_of(config: Config, calendar):
    with db.transaction():
        source = make_source(make_group(), location=str(calendar))
    bell = Bell(config)
    bell.sweep()
    work_off(bell)
    with db.reading() as session:
        assert session.get_one(Source, source.id).state is SourceState.HEALTHY


def test_work_stands_while_redis_is_away(config, caplog):
    """What was committed is done, whoever could be told of it: nobody sees an error."""
    bell = Bell(replace(config, redis_url="redis://127.0.0.1:1"))
    for kind in JobKind:
        bell.ring(1, kind)
    assert "job 1 waits for the sweep" in caplog.text
