"""What organizers do with the calendars their group has elsewhere.

What a calendar gave belongs to it, until somebody says that it is the group's own: then it can be
edited here, and no calendar changes it any more.
"""

from collections.abc import Iterable

from sqlalchemy import delete, select

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.formats.calendar_address import calendar_of
from usergroups.formats.ical.write import published_uid
from usergroups.inputs.source import SourceInput
from usergroups.models import (
    Event,
    EventStatus,
    Group,
    JobKind,
    Origin,
    Source,
    SourceFile,
    SourceKind,
    SourceState,
    User,
)
from usergroups.permissions import may_organize
from usergroups.queries import jobs, standings
from usergroups.queue import enqueue
from usergroups.services import audit, doubles, sources
from usergroups.services.revisions import mark_changed
from usergroups.text import one_line

# The whole request has to be below two megabytes; Google takes one.
MOST_BYTES = 1_500_000
# More calendars than this are no group's.
MOST = 20


def add_address(group: Group, given: SourceInput, *, by: User | None) -> Source:
    """Attach the calendar at an address, or behind a page; the same again is the one there is.

    Raises NotAllowedError, and InvalidInputError where there are too many already.
    """
    _permit(group, by)
    _refuse_many(group)
    source = sources.attach(group, calendar_of(given.address), by=by)
    _read_soon(source)
    return source


def add_file(group: Group, name: str, content: bytes, *, by: User | None) -> Source:
    """Keep a calendar that was handed over; one of that name takes the place of the last.

    Raises NotAllowedError, and InvalidInputError for nothing and for too much.
    """
    _permit(group, by)
    if not content:
        raise InvalidInputError({"file": Refusal("file_missing", "expected a file")})
    if len(content) > MOST_BYTES:
        most = {"megabytes": MOST_BYTES / 1_000_000}
        raise InvalidInputError({"file": Refusal("file_large", "the file is too large", most)})
    _refuse_many(group)
    title = one_line(name)[-200:] or "calendar"
    source = sources.attach(group, title, by=by, kind=SourceKind.UPLOAD)
    session().merge(SourceFile(source_id=source.id, content=content))
    source.content_hash = ""
    _read_soon(source)
    return source


def read_now(source: Source, *, by: User | None) -> None:
    """Have it read as soon as somebody can. Raises NotAllowedError."""
    _permit(source.group, by)
    source.paused_at = None
    _read_soon(source)


def pause(source: Source, *, by: User | None) -> None:
    """Read it no more for now; what it gave stays. Twice is once. Raises NotAllowedError."""
    _permit(source.group, by)
    if source.paused_at is None:
        source.paused_at = clock.now()
        audit.record("source.paused", source, by=by)


def take(source: Source, *, by: User | None) -> None:
    """Believe a calendar that shrank: what it names no longer is gone.

    Raises NotAllowedError, and ConflictError where it waits for nobody's word.
    """
    _decide(source, by)
    source.takes_shrunk = True
    audit.record("source.shrunk_taken", source, by=by)
    _read_soon(source)


def keep(source: Source, *, by: User | None) -> None:
    """What a calendar that shrank names no longer stays, as the group's own.

    Raises as `take`.
    """
    _decide(source, by)
    query = select(Event).where(Event.source_id == source.id, Event.missing_since.is_not(None))
    kept = _make_own(session().scalars(query).all())
    source.state = SourceState.HEALTHY
    audit.record("source.shrunk_kept", source, by=by, kept=kept)
    mark_changed(source.group, on_map=True)
    _read_soon(source)


def detach(source: Source, *, keeps: bool, by: User | None) -> None:
    """Belong together no longer. What was stays, as the group's own; what is to come, if `keeps`.

    Raises NotAllowedError.
    """
    _permit(source.group, by)
    given = session().scalars(select(Event).where(Event.source_id == source.id)).all()
    now = clock.now()
    gone = [
        event.id
        for event in given
        if event.status is EventStatus.WITHDRAWN or (event.starts_at > now and not keeps)
    ]
    _make_own(event for event in given if event.id not in set(gone))
    session().flush()
    session().execute(delete(Event).where(Event.id.in_(gone)))
    audit.record("source.detached", source, by=by, keeps=keeps, gone=len(gone))
    doubles.look(source.group_id)  # others may have stood aside for what is gone
    mark_changed(source.group, on_map=True)
    session().delete(source)


def _make_own(events: Iterable[Event]) -> int:
    """Have no calendar speak for them any more; answers how many they are.

    They keep the UID under which they were published. Where a meetup of ours has it already, as
    when two groups read one calendar, they get one of their own.
    """
    number = 0
    for event in events:
        uid = published_uid(event)
        taken = select(Event.id).where(Event.source_id.is_(None), Event.uid == uid)
        is_taken = session().scalar(taken) is not None
        event.uid = f"{event.public_id}-{uid}"[:255] if is_taken else uid
        event.recurrence_id, event.unit, event.missing_since = "", "", None
        event.source_id, event.origin, event.is_confirmed = None, Origin.NATIVE, True
        session().flush()
        number += 1
    return number


def _decide(source: Source, by: User | None) -> None:
    _permit(source.group, by)
    session().refresh(source, ["state"], with_for_update=True)
    if source.state is not SourceState.SHRUNK:
        raise ConflictError("nothing is to be decided about this calendar any more")


def _read_soon(source: Source) -> None:
    source.due_at = clock.now()
    source.content_hash = source.etag = source.last_modified = ""
    if {"source_id": source.id} not in jobs.open_arguments(JobKind.SYNC_SOURCE):
        enqueue(JobKind.SYNC_SOURCE, source_id=source.id)


def _refuse_many(group: Group) -> None:
    session().execute(select(Group.id).where(Group.id == group.id).with_for_update())
    if len(session().scalars(select(Source.id).where(Source.group_id == group.id)).all()) >= MOST:
        why = Refusal("sources_many", f"a group has at most {MOST} calendars", {"most": MOST})
        raise InvalidInputError({"address": why})


def _permit(group: Group, by: User | None) -> None:
    if not may_organize(standings.of(by), group):
        raise NotAllowedError("only its organizers look after a group's calendars")
