"""What is due by the clock: calendars, the charter, jobs nobody was told of, rows to forget."""

from usergroups import db
from usergroups.models import JobKind
from usergroups.queries import jobs, sources
from usergroups.queue import enqueue
from usergroups.services import archives, mailed_links, messages, rsvp_codes, sign_ins
from usergroups.services import jobs as job_services


def leave_syncs() -> int:
    """Leave a job for each calendar that is due and has none yet; answers how many."""
    with db.transaction():
        under_way = {
            arguments["source_id"] for arguments in jobs.open_arguments(JobKind.SYNC_SOURCE)
        }
        wanted = [source_id for source_id in sources.due() if source_id not in under_way]
        for source_id in wanted:
            enqueue(JobKind.SYNC_SOURCE, source_id=source_id)
    return len(wanted)


def leave_charter() -> None:
    """Leave the job that looks at all groups by the charter, unless one is to be done already."""
    with db.transaction():
        if not jobs.open_arguments(JobKind.EVALUATE_CHARTER):
            enqueue(JobKind.EVALUATE_CHARTER)


def overlooked() -> list[tuple[int, JobKind]]:
    """Jobs, with their kinds, that should be done now and that nobody is doing."""
    with db.reading():
        return jobs.due()


def tidy() -> None:
    """Forget what nobody will ask for."""
    with db.transaction():
        job_services.forget_finished()
        messages.forget_old()
        archives.forget_old()
        mailed_links.forget_old()
        rsvp_codes.forget_old()
        sign_ins.forget_old()
