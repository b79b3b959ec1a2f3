"""Taking in what an outside calendar says, and what it says no longer.

Absence is no cancellation: many publishers drop what is past, and answers get lost half-way. A
meetup to come that a whole calendar lacks is noted; when the next whole one lacks it too it is
withdrawn, which hides it and keeps its row, and it is back as soon as its calendar names it again.
Where nearly all vanishes at once somebody should look first: then an organizer decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, insert, select, update

from usergroups import clock
from usergroups.db import session
from usergroups.inputs.imported_event import ImportedEvent, Reading
from usergroups.models import PUBLISHED, Event, EventStatus, Origin, Source
from usergroups.queries.rows import rows
from usergroups.services import audit, doubles
from usergroups.services.events import revise
from usergroups.services.revisions import mark_changed

# Of so many meetups to come such a share may vanish at once before somebody is asked.
ALARMING, ALARMING_SHARE = 5, 0.9
_AT_ONCE = 500
_E = Event.metadata.tables["event"].c
# States in which a calendar that is whole goes on naming what is to come.
_ON = (*(status for status in PUBLISHED if status is not EventStatus.CANCELLED), EventStatus.MERGED)
_IS_EXPECTED = and_(_E.starts_at > bindparam("now"), _E.status.in_(_ON))
# Numbers and words alone: there may be ten thousand of them, and nearly all are as before.
_KNOWN = select(
    _E.id, _E.uid, _E.recurrence_id, _E.fingerprint, _E.unit,
    case((_IS_EXPECTED, 1), else_=0), case((_E.missing_since.is_not(None), 1), else_=0),
).where(_E.source_id == bindparam("source_id"))  # fmt: skip


@dataclass(slots=True)
class SyncReport:
    """What one pass over a source did. `cancelled` counts those newly called off, also if new.

    `skipped` names each entry left out, with the reason. `failure` says why the calendar could
    not be read at all, and is empty otherwise. `vanished` are meetups to come that it lacks now;
    `is_held` says that they are so many that an organizer has to decide.
    """

    failure: str = ""
    added: int = 0
    updated: int = 0
    cancelled: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    returned: int = 0
    vanished: int = 0
    is_held: bool = False
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """How many meetups are new or different."""
        return self.added + self.updated + self.cancelled + self.withdrawn + self.returned


class _Row(NamedTuple):
    """What is compared of a meetup that the source gave before."""

    id: int
    uid: str
    recurrence_id: str
    fingerprint: str
    unit: str
    # Whether a calendar that is whole still names it: it is to come, and not called off.
    is_expected: int
    # Whether the last one did not.
    is_missing: int


def units(source_id: int) -> frozenset[str]:
    """The hashes of entries that were read already: the same ones need no second reading."""
    query = select(_E.unit).where(_E.source_id == source_id, _E.unit != "").distinct()
    return frozenset(unit for (unit,) in rows(query))


def take_in(source: Source, reading: Reading) -> SyncReport:
    """Add and change meetups by (UID, recurrence id), and withdraw what is gone for good.

    Compared is what people can see, not the number of a revision: some publishers raise that at
    every fetch. Cancelled ones stay, marked.
    """
    report = SyncReport(skipped=list(reading.skipped), warnings=list(reading.warnings))
    known = {(row.uid, row.recurrence_id): row for row in _rows(source.id)}
    present = {row.id for row in known.values() if row.unit and row.unit in reading.unchanged}
    report.unchanged = len(present)
    new, changed, read_again = [], {}, []
    for given in reading.events:
        row = known.get((given.uid, given.recurrence_id))
        if row is None:
            new.append(_added(source, given, report))
            continue
        present.add(row.id)
        if row.fingerprint != given.fingerprint:
            changed[row.id] = given
        else:
            report.unchanged += 1
            if row.unit != given.unit:
                read_again.append({"id": row.id, "unit": given.unit})
    if new:
        session().execute(insert(Event), new)
    if read_again:
        session().execute(update(Event), read_again)
    _change_all(changed, report)
    _settle_missing(source, known.values(), present, reading, report)
    _tell(source, report)
    return report


def take_as_before(source: Source) -> SyncReport:
    """Note that a whole calendar said what it said last time: what it lacks, it lacks twice."""
    report = SyncReport()
    known = _rows(source.id)
    if source.was_complete:
        _withdraw([row for row in known if row.is_missing and row.is_expected], report)
    report.unchanged = len(known) - report.withdrawn
    _tell(source, report)
    return report


def _rows(source_id: int) -> list[_Row]:
    return [_Row._make(row) for row in rows(_KNOWN, source_id=source_id, now=clock.now())]


def _settle_missing(
    source: Source,
    known: Iterable[_Row],
    present: set[int],
    reading: Reading,
    report: SyncReport,
) -> None:
    """Look after the meetups to come that are not there, and forget that others were missing."""
    rows_known = list(known)
    _mark([row.id for row in rows_known if row.is_missing and row.id in present], None)
    expected = [row for row in rows_known if row.is_expected]
    missing = [row for row in expected if row.id not in present]
    is_alarming = len(expected) >= ALARMING and len(missing) >= ALARMING_SHARE * len(expected)
    is_settled = source.takes_shrunk
    first = [row.id for row in missing if not row.is_missing]
    if missing and is_alarming and not is_settled:
        _mark(first, clock.now())
        report.vanished, report.is_held = len(missing), True
    elif is_settled:
        _withdraw(missing, report)
    elif reading.is_complete:
        _withdraw([row for row in missing if row.is_missing], report)
        _mark(first, clock.now())
        report.vanished = len(first)


def _withdraw(missing: Sequence[_Row], report: SyncReport) -> None:
    """Hide them; of one that stands aside for another only the link to its calendar goes."""
    for event in _events([row.id for row in missing]):
        is_aside = event.status is EventStatus.MERGED
        gone = EventStatus.CANCELLED if is_aside else EventStatus.WITHDRAWN
        if revise(event, {"status": gone}):
            report.withdrawn += 1
        # Whatever its calendar says next is something new.
        event.fingerprint, event.unit, event.missing_since = "", "", None


def _mark(ids: Sequence[int], since: datetime | None) -> None:
    if ids:
        session().execute(update(Event), [{"id": one, "missing_since": since} for one in ids])


def _change_all(changed: dict[int, ImportedEvent], report: SyncReport) -> None:
    for event in _events(list(changed)):
        _change(event, changed[event.id], report)


def _events(ids: Sequence[int]) -> Iterable[Event]:
    """The meetups with these ids, some at a time."""
    for first in range(0, len(ids), _AT_ONCE):
        wanted = ids[first : first + _AT_ONCE]
        yield from session().scalars(
            select(Event).where(Event.id.in_(wanted)).execution_options(populate_existing=True)
        )


def _change(event: Event, given: ImportedEvent, report: SyncReport) -> None:
    was_cancelled = event.is_cancelled
    was_withdrawn = event.status is EventStatus.WITHDRAWN
    event.fingerprint, event.unit = given.fingerprint, given.unit
    if not revise(event, given.facts()):
        report.unchanged += 1
    elif was_withdrawn:
        report.returned += 1
    elif event.is_cancelled and not was_cancelled:
        report.cancelled += 1
    else:
        report.updated += 1


def _added(source: Source, given: ImportedEvent, report: SyncReport) -> dict[str, Any]:
    """The columns of a new meetup: plain rows, since a calendar may bring thousands at once."""
    revised_at = given.revised_at or clock.now()
    is_cancelled = given.status is EventStatus.CANCELLED
    report.added += 1
    report.cancelled += is_cancelled
    return {
        "group_id": source.group_id,
        "source_id": source.id,
        "origin": Origin.IMPORTED,
        "uid": given.uid,
        "recurrence_id": given.recurrence_id,
        "unit": given.unit,
        "is_confirmed": source.confirmed_at is not None,
        "created_at": given.created_at or clock.now(),
        "revised_at": revised_at,
        "cancelled_at": revised_at if is_cancelled else None,
        "fingerprint": given.fingerprint,
        **given.facts(),
    }


def _tell(source: Source, report: SyncReport) -> None:
    if not report.changes:
        return
    session().flush()  # the counters below go past the session, straight to the row
    mark_changed(source.group, on_map=True)
    counted = {
        name: number
        for name in ("added", "updated", "cancelled", "withdrawn", "returned")
        if (number := getattr(report, name)) or name in {"added", "updated", "cancelled"}
    }
    audit.record("source.synced", source, by=None, **counted)
    doubles.look(source.group_id)
