"""What is due by the clock: calendars, the charter, jobs nobody was told of, rows to forget."""

from usergroups import db
from usergroups.models import JobKind
from usergroups.queries import attending, jobs, search, sources
from usergroups.queue import enqueue
from usergroups.services import (
    afterwards,
    archives,
    calendar_checks,
    feeds,
    mailed_links,
    messages,
    rsvp_codes,
    search_index,
    sign_ins,
    venue_places,
    waiting,
)
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


def refresh_search() -> None:
    """Make anew what is searched, some groups at a time, where anything has changed."""
    with db.reading():
        is_more = not search.is_current()
    while is_more:
        with db.transaction():
            is_more = search_index.catch_up()


def leave_charter() -> None:
    """Leave the job that looks at all groups by the charter, unless one is to be done already."""
    with db.transaction():
        if not jobs.open_arguments(JobKind.EVALUATE_CHARTER):
            enqueue(JobKind.EVALUATE_CHARTER)


def leave_look_backs() -> int:
    """Leave a job for each meetup of yesterday that has none yet; answers how many."""
    with db.transaction():
        under_way = {arguments["event_id"] for arguments in jobs.open_arguments(JobKind.LOOK_BACK)}
        wanted = [event_id for event_id in afterwards.due() if event_id not in under_way]
        for event_id in wanted:
            enqueue(JobKind.LOOK_BACK, event_id=event_id)
    return len(wanted)


def leave_reminders() -> int:
    """Leave a job for each meetup of which somebody is to be reminded; answers how many."""
    with db.transaction():
        open_jobs = jobs.open_arguments(JobKind.REMIND_ATTENDEES)
        under_way = {arguments["event_id"] for arguments in open_jobs}
        wanted = [event_id for event_id in attending.to_remind() if event_id not in under_way]
        for event_id in wanted:
            enqueue(JobKind.REMIND_ATTENDEES, event_id=event_id)
    return len(wanted)


def leave_expiry() -> None:
    """Leave the job that puts counts in the place of attendees, unless it is to be done already."""
    with db.transaction():
        if not jobs.open_arguments(JobKind.EXPIRE_ATTENDEES):
            enqueue(JobKind.EXPIRE_ATTENDEES)


def leave_series() -> None:
    """Leave the job that keeps series going, unless one is to be done already."""
    with db.transaction():
        if not jobs.open_arguments(JobKind.EXTEND_SERIES):
            enqueue(JobKind.EXTEND_SERIES)


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
        calendar_checks.forget_old()
        feeds.forget_old()
        mailed_links.forget_old()
        rsvp_codes.forget_old()
        sign_ins.forget_old()
        venue_places.forget_old()
        waiting.forget_old()
