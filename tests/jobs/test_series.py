"""Each night the meetups of series are made that are due by then."""

from datetime import timedelta

from sqlalchemy import select

from tests.people import team_of
from tests.services.test_series import THIRD_THURSDAY, WEEKLY, ended, made, rows
from usergroups import clock, db
from usergroups.jobs import runner, timetable
from usergroups.models import Job, JobKind


def test_a_night(config, frozen_clock):
    group, _ = team_of("organizer", timezone="Europe/Paris")
    monthly, weekly, over = (
        made(group, facts) for facts in (THIRD_THURSDAY, WEEKLY, THIRD_THURSDAY)
    )
    until = made(group, THIRD_THURSDAY, ends_on="2026-12-31")
    ended(over, last_on="2026-12-31")
    before = [len(rows(one)) for one in (monthly, weekly, over, until)]
    with clock.frozen_at(frozen_clock + timedelta(days=62)):
        timetable.leave_series()
        timetable.leave_series()
        with db.reading() as session:
            [job] = session.scalars(select(Job).where(Job.kind == JobKind.EXTEND_SERIES))
        assert runner.run(job.id, config) is True
        with db.reading() as session:
            assert session.get_one(Job, job.id).last_error == ""
    after = [len(rows(one)) for one in (monthly, weekly, over, until)]
    assert before == [18, 30, 7, 7]
    assert after == [20, 38, 7, 7]
