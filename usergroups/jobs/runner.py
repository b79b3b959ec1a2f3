"""Doing one job: lease its row, do it, note how it went."""

import logging

from usergroups import db
from usergroups.config import Config
from usergroups.jobs.handlers import HANDLERS
from usergroups.services import jobs

log = logging.getLogger(__name__)


def run(job_id: int, config: Config) -> bool:
    """Do the job unless it is done, being done, or not due; answers whether it was ours to do.

    Killed half-way it is done again when its lease has run out: handlers bear being repeated.
    """
    with db.transaction():
        job = jobs.lease(job_id)
    if job is None:
        return False
    try:
        HANDLERS[job.kind](config, **job.arguments)
    except jobs.GivenUpError as refused:
        log.warning("job %s (%s) given up: %s", job_id, job.kind, refused)
        with db.transaction() as session:
            jobs.give_up(session.merge(job), str(refused))
    except Exception as error:
        # Whatever a handler meets, the worker lives on, and the row keeps the reason.
        log.exception("job %s (%s) failed", job_id, job.kind)
        with db.transaction() as session:
            jobs.fail(session.merge(job), f"{type(error).__name__}: {error}")
    else:
        with db.transaction() as session:
            jobs.finish(session.merge(job))
    return True
