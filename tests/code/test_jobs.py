"""Whoever leaves a job finds somebody to do it."""

from usergroups.jobs.handlers import HANDLERS
from usergroups.models import JobKind


def test_every_kind_of_job_has_a_handler() -> None:
    assert set(HANDLERS) == set(JobKind)
