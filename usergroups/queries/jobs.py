"""Questions about background work."""

from datetime import datetime

from sqlalchemy import func, or_, select

from usergroups import clock
from usergroups.db import session
from usergroups.models import Job, JobKind


def due() -> list[tuple[int, JobKind]]:
    """Ids and kinds of jobs that should be done now and that nobody is doing, the oldest first."""
    now = clock.now()
    query = (
        select(Job.id, Job.kind)
        .where(Job.finished_at.is_(None), Job.due_at <= now)
        .where(or_(Job.leased_until.is_(None), Job.leased_until < now))
        .order_by(Job.due_at, Job.id)
    )
    return [(job_id, kind) for job_id, kind in session().execute(query)]


def waiting() -> tuple[int, datetime | None]:
    """How many jobs should have been done by now, and since when the oldest waits."""
    query = select(func.count(), func.min(Job.due_at)).where(
        Job.finished_at.is_(None), Job.due_at <= clock.now()
    )
    number, oldest = session().execute(query).one()
    return number, oldest


def open_arguments(kind: JobKind) -> list[dict[str, object]]:
    """The arguments of the jobs of a kind that are still to be done."""
    query = select(Job.arguments).where(Job.kind == kind, Job.finished_at.is_(None))
    return list(session().scalars(query))
