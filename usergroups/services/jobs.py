"""The life of a job row: leased, then finished, tried again later, or given up."""

from datetime import timedelta

from sqlalchemy import delete, or_, update

from usergroups import clock
from usergroups.db import session
from usergroups.errors import DomainError
from usergroups.models import Job, JobKind

LEASE = timedelta(minutes=5)
ATTEMPTS = 8
# A mail is tried for five days, as RFC 5321 section 4.5.4.1 asks: servers are away over a weekend.
MORE_ATTEMPTS = {JobKind.SEND_MESSAGE: 30, JobKind.SEND_NEWS: 30}
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
KEPT = timedelta(days=14)


class GivenUpError(DomainError):
    """Trying again is no use; the message is the reason."""


def lease(job_id: int) -> Job | None:
    """The job, ours alone for the time of a lease; None where it is done, or another's, or not due.

    A guarded UPDATE: of two workers that come at once, one finds its row no longer matches.
    """
    now = clock.now()
    won = session().execute(
        update(Job)
        .where(Job.id == job_id, Job.finished_at.is_(None), Job.due_at <= now)
        .where(or_(Job.leased_until.is_(None), Job.leased_until < now))
        .values(leased_until=now + LEASE, attempts=Job.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return session().get(Job, job_id) if won.rowcount else None  # type: ignore[attr-defined]  # a CursorResult


def finish(job: Job) -> None:
    """It is done."""
    job.finished_at, job.leased_until, job.last_error = clock.now(), None, ""


def fail(job: Job, reason: str) -> None:
    """It went wrong: again later, each time twice as late, and after the last attempt no more."""
    job.last_error = reason[:2_000]
    job.leased_until = None
    if job.attempts >= MORE_ATTEMPTS.get(job.kind, ATTEMPTS):
        job.finished_at = clock.now()
    else:
        job.due_at = clock.now() + min(FIRST_WAIT * 2 ** (job.attempts - 1), LONGEST_WAIT)


def give_up(job: Job, reason: str) -> None:
    """It will not be tried again; the row keeps the reason."""
    job.last_error = reason[:2_000]
    job.finished_at, job.leased_until = clock.now(), None


def try_again(job_id: int) -> None:
    """It is due now, with all of its attempts before it; nothing happens unless it was given up."""
    session().execute(
        update(Job)
        .where(Job.id == job_id, Job.finished_at.is_not(None), Job.last_error != "")
        .values(finished_at=None, attempts=0, due_at=clock.now())
    )


def forget_finished() -> None:
    """Remove the rows of jobs that ended two weeks ago."""
    session().execute(delete(Job).where(Job.finished_at < clock.now() - KEPT))
