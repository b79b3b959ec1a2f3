"""Each night all living groups are looked at by the charter."""

import pytest
from sqlalchemy import select

from tests.factories import make_group
from usergroups import db
from usergroups.jobs import runner, timetable
from usergroups.models import CharterRule, Finding, Group, Job, JobKind, RuleKind
from usergroups.services import charter


@pytest.fixture
def installed(config, gazetteer_file):
    config.gazetteer.symlink_to(gazetteer_file)
    return config


def test_a_night(installed, frozen_clock):
    with db.transaction():
        charter.found()
        make_group()
        near = make_group(latitude=48.9, longitude=2.36)
    timetable.leave_charter()
    timetable.leave_charter()
    with db.reading() as session:
        [job] = session.scalars(select(Job).where(Job.kind == JobKind.EVALUATE_CHARTER))
    assert runner.run(job.id, installed) is True
    with db.reading() as session:
        found = {(one.group_id, one.kind): one.passed for one in session.scalars(select(Finding))}
        assert len(found) == 12
        # Paris has room for several groups: the gazetteer has counted its people.
        assert found[near.id, RuleKind.DISTANCE] is True
        assert session.get_one(Group, near.id).population > 2_000_000
        assert session.get_one(Job, job.id).last_error == ""


def test_an_installation_begins_with_a_charter(run, database):
    assert run("db", "upgrade").exit_code == 0
    with db.reading() as session:
        kinds = session.scalars(select(CharterRule.kind)).all()
    assert set(kinds) == set(RuleKind)
    assert run("db", "upgrade").stdout == "nothing to do\n"
