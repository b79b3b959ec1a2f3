"""One meetup that is announced in several places: found, made one, kept apart, and back again.

Of entries that are one, one remains: with the answers people gave, else the one that was planned
here, else the oldest. The others stand aside (`EventStatus.MERGED`): they keep their rows, UIDs
and whatever belongs to them, are in no list, map, count or feed, and their addresses lead to the
one that remains, which says where else it is announced. Nothing is moved, so nothing has to be
moved back. Groups that are one go another way, as their rows do go (services/merging.py).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import delete, func, select

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, NotAllowedError
from usergroups.foresight.likeness import REACH, SUGGESTED, likeness
from usergroups.formats.platforms import page_of
from usergroups.models import (
    Double,
    DoubleState,
    Event,
    EventStatus,
    Group,
    JobKind,
    Origin,
    Rsvp,
    RsvpStatus,
    User,
)
from usergroups.permissions import may_organize
from usergroups.queries import doubles, standings
from usergroups.queries.doubles import Candidate
from usergroups.queue import enqueue
from usergroups.services import audit, events, seats
from usergroups.services.revisions import mark_changed

_ON = (EventStatus.CONFIRMED, EventStatus.TENTATIVE)
_ACTS = {
    DoubleState.MERGED: "event.double_merged",
    DoubleState.APART: "event.double_apart",
    DoubleState.SUGGESTED: "event.double_undone",
}


def look(group_id: int) -> None:
    """Have somebody look whether a group's meetups are announced twice, now that some changed."""
    enqueue(JobKind.FIND_DOUBLES, group_id=group_id)


def suggest(group_id: int) -> int:
    """Compare a group's coming meetups, and put before its organizers what looks like one.

    Answers how many pairs are new. What somebody decided stays decided; merged entries are marked
    where one of them says otherwise by now.
    """
    group = session().get(Group, group_id)
    if group is None:
        return 0
    _find_lost(group)
    found = dict(_alike(doubles.candidates(group)))
    known = {frozenset((one.kept_id, one.gone_id)): one for one in doubles.among(_ids(found))}
    new = 0
    for (kept, gone), score in found.items():
        pair = known.get(frozenset((kept, gone)))
        if pair is None:
            session().add(Double(kept_id=kept, gone_id=gone, likeness=score))
            new += 1
        else:
            pair.likeness = score
    _forget(group, set(found))
    for pair in doubles.merged_of(group_id):
        pair.differs = _differs(pair)
        if pair.link != _link(pair.gone):
            _show(pair)
    session().flush()
    return new


def merge(pair_id: int, *, by: User | None) -> Double:
    """The two are one meetup; the same again says that they still are, whatever differs by now.

    Raises NotAllowedError, and ConflictError where somebody decided otherwise in the meantime, one
    of them is announced no longer, or both have what cannot stand aside.
    """
    pair = _held(pair_id, by)
    if pair.state is DoubleState.APART:
        raise ConflictError("somebody else said in the meantime that these are two meetups")
    if pair.state is DoubleState.SUGGESTED:
        _choose(pair)
        _stand_aside(pair.gone)
        _decide(pair, DoubleState.MERGED, by)
        _show(pair)
    pair.seconds_apart, pair.differs = _seconds(pair), False
    session().flush()
    return pair


def keep_apart(pair_id: int, *, by: User | None) -> Double:
    """The two are two meetups, and nobody is asked again. Twice is once.

    Raises NotAllowedError, and ConflictError where somebody has made them one in the meantime.
    """
    pair = _held(pair_id, by)
    if pair.state is DoubleState.MERGED:
        raise ConflictError("somebody else has made them one in the meantime")
    if pair.state is DoubleState.SUGGESTED:
        _decide(pair, DoubleState.APART, by)
    return pair


def undo(pair_id: int, *, by: User | None) -> Double:
    """Take back what was decided: both are as they were, and suggested. Twice is once.

    Raises NotAllowedError.
    """
    pair = _held(pair_id, by)
    if pair.state is DoubleState.MERGED:
        _take_apart(pair, by)
    elif pair.state is DoubleState.APART:
        _decide(pair, DoubleState.SUGGESTED, by)
    return pair


def _take_apart(pair: Double, by: User | None) -> None:
    _come_back(pair.gone)
    pair.seconds_apart, pair.differs = None, False
    _decide(pair, DoubleState.SUGGESTED, by)
    _show(pair)


def _alike(found: list[Candidate]) -> Iterator[tuple[tuple[int, int], float]]:
    """Pairs that look like one meetup, of a group's own with whatever is near: kept, gone."""
    for index, one in enumerate(found):
        for other in found[index + 1 :]:
            if other.announced.starts_at - one.announced.starts_at > REACH:
                break
            if one.whose and other.whose:
                continue  # both are others'
            score = likeness(one.announced, other.announced, max(one.whose, other.whose))
            if score >= SUGGESTED:
                kept, gone = sorted((one, other), key=_standing)
                yield (kept.id, gone.id), score


def _standing(one: Candidate) -> tuple[bool, bool, datetime, int]:
    return one.is_imported, not one.in_series, one.created_at, one.id


def _ids(pairs: Iterable[tuple[int, int]]) -> set[int]:
    return {event_id for pair in pairs for event_id in pair}


def _find_lost(group: Group) -> None:
    """What stood aside for a meetup that is there no longer, or that nobody sees, comes back."""
    for pair in doubles.bereft(group.id):
        _take_apart(pair, None)
    changed = False
    for event in doubles.lost(group.id):
        _come_back(event)
        changed = True
    for event in doubles.telling(group.id):
        changed |= events.revise(event, {"elsewhere": "\n".join(doubles.also_on(event.id))})
    if changed:
        session().flush()
        mark_changed(group, on_map=True)


def _forget(group: Group, alike: set[tuple[int, int]]) -> None:
    """Suggestions that nobody answered go where the two are alike no longer."""
    both = {frozenset(pair) for pair in alike}
    own = select(Event.id).where(Event.group_id == group.id)
    on = select(Event.id).where(Event.status.in_(_ON))
    query = select(Double).where(Double.state == DoubleState.SUGGESTED)
    query = query.where(Double.kept_id.in_(own) | Double.gone_id.in_(own))
    query = query.where(Double.kept_id.in_(on), Double.gone_id.in_(on))
    unlike = [
        pair.id
        for pair in session().scalars(query)
        if frozenset((pair.kept_id, pair.gone_id)) not in both
    ]
    # Asked again: somebody may have decided meanwhile.
    gone = delete(Double).where(Double.id.in_(unlike), Double.state == DoubleState.SUGGESTED)
    session().execute(gone, execution_options={"synchronize_session": False})


def _held(pair_id: int, by: User | None) -> Double:
    """The pair, with both entries ours until the transaction ends."""
    pair = doubles.known(pair_id)
    for event_id in sorted((pair.kept_id, pair.gone_id)):
        seats.hold(event_id)
    query = select(Double.id).where(Double.id == pair_id).with_for_update()
    session().execute(query)
    pair = doubles.known(pair_id)
    standing = standings.of(by)
    if not all(may_organize(standing, one.group) for one in (pair.kept, pair.gone)):
        raise NotAllowedError("entries are made one by those who organize the groups of both")
    return pair


def _choose(pair: Double) -> None:
    """Which of the two remains: the one people answered, else as it was suggested."""
    if pair.kept.status not in _ON or pair.gone.status not in _ON:
        raise ConflictError("one of the two is announced no longer")
    kept, gone = (_answers(one) for one in (pair.kept, pair.gone))
    if kept and gone:
        raise ConflictError(
            "people have answered both: call one of them off, and they are told of the other"
        )
    if gone:
        pair.kept_id, pair.gone_id = pair.gone_id, pair.kept_id
        pair.kept, pair.gone = pair.gone, pair.kept
    if pair.gone.series_id is not None:
        raise ConflictError("a date of a series cannot stand aside: call one of the two off")


def _answers(event: Event) -> int:
    if event.origin is Origin.IMPORTED:
        return 0
    query = select(func.count(Rsvp.id)).where(
        Rsvp.event_id == event.id, Rsvp.status.not_in((RsvpStatus.CANCELLED, RsvpStatus.DECLINED))
    )
    return session().scalar(query) or 0


def _stand_aside(event: Event) -> None:
    event.aside_status = event.status
    events.revise(event, {"status": EventStatus.MERGED})


def _come_back(event: Event) -> None:
    """As its source left it, or as it was planned; calendars that dropped it take it up again."""
    status, event.aside_status = event.aside_status or EventStatus.CONFIRMED, None
    event.status = status
    event.cancelled_at = clock.now() if event.is_cancelled else None
    event.sequence += 1
    event.revised_at = clock.now()


def _decide(pair: Double, state: DoubleState, by: User | None) -> None:
    was, pair.state = pair.state, state
    is_open = state is DoubleState.SUGGESTED
    pair.decided_at = None if is_open else clock.now()
    pair.decided_by_id = None if is_open or by is None else by.id
    session().flush()
    audit.record(_ACTS[state], pair.kept, by=by, other=pair.gone_id, was=was.value)


def _show(pair: Double) -> None:
    """What the public sees of both has changed, and where else the kept one is announced.

    The kept one may stand aside itself: whatever is above it says so, too.
    """
    pair.link = _link(pair.gone) if pair.state is DoubleState.MERGED else ""
    session().flush()
    groups = {one.group_id: one.group for one in (pair.kept, pair.gone)}
    above: Double | None = pair
    while above is not None:
        events.revise(above.kept, {"elsewhere": "\n".join(doubles.also_on(above.kept_id))})
        groups[above.kept.group_id] = above.kept.group
        above = doubles.above(above.kept_id)
    session().flush()  # the counters go past the session, straight to the row
    for group in groups.values():
        mark_changed(group, on_map=True)


def _link(event: Event) -> str:
    """Where people register for one that stands aside; empty where it was called off."""
    return page_of(event.url, event.description) if event.aside_status in _ON else ""


def _seconds(pair: Double) -> int:
    return round((pair.gone.starts_at - pair.kept.starts_at).total_seconds())


def _differs(pair: Double) -> bool:
    """Whether merged entries say otherwise by now.

    That one is called off elsewhere takes its link away and is nobody's work.
    """
    is_off = pair.gone.aside_status is EventStatus.CANCELLED
    if is_off:
        return False
    return pair.kept.is_cancelled or _seconds(pair) != pair.seconds_apart
