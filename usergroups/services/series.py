"""Series of meetups: made, kept going, edited, ended; single dates left out and put back.

Meetups of a series are rows like any other, made for a year and a half ahead and no more than
thirty of them. Each has the UID of the series that made it, and as recurrence id the local time
that the rule gave it; no edit changes either. Whoever acts on a series holds its row, so that of
two at once the second sees what the first did.
"""

import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.formats import recurrence
from usergroups.inputs.series import SeriesEdit, SeriesEnd, SeriesInput, SkipInput
from usergroups.models import PUBLISHED, Event, EventStatus, GoneEvent, Group, Series, User
from usergroups.permissions import may_organize
from usergroups.queries import series as queries
from usergroups.queries import standings, venues
from usergroups.services import audit, event_mails, events, rooms, series_facts, series_plan
from usergroups.services.revisions import mark_changed
from usergroups.services.series_plan import TOLD, Fate, Step


def make(group: Group, given: SeriesInput, *, by: User | None, like: Event | None = None) -> Series:
    """Make a series and its meetups as far as is looked ahead.

    What the form does not say is taken over from the meetup it is to be like, its rooms where they
    are free. Raises NotAllowedError, InvalidInputError for a rule without days.
    """
    _guard(group, by)
    series = Series(
        group=group,
        group_id=group.id,
        uid=f"{secrets.token_hex(16)}@usergroups",
        rule=recurrence.text(given.rule),
        begins_on=series_plan.first_day(given, given.begins_on),
        ends_on=given.ends_on,
        starts=given.starts,
        minutes=given.minutes,
        timezone=given.timezone,
        skipped=[day.isoformat() for day in given.skipped],
        facts=series_facts.merged(
            series_facts.of(like), given.shared | {"status": given.status.value}
        ),
    )
    session().add(series)
    session().flush()  # its meetups and the audit need its id
    if not extend(series):
        why = Refusal("rule_without_dates", "no day is left of it", {"day": series.begins_on})
        raise InvalidInputError({"ends_on": why})
    if like is not None:
        rooms.follow(queries.coming_rows(series.id), like, by=by)
    audit.record("series.made", series, by=by, rule=series.rule)
    return series


def extend(series: Series) -> int:
    """Make the meetups of a series, held or new, that are due by now; answers how many.

    Each day has its turn once: what was moved, left out or taken away since stays so.
    """
    if series.ended_at is not None:
        return 0
    days, series.made_until = series_plan.due(series, queries.count_coming(series.id))
    _add(series, days)
    return len(days)


def extend_by_id(series_id: int) -> None:
    """Make what is due of a series; twice at once makes nothing twice."""
    extend(queries.held(series_id))


def edit(series: Series, given: SeriesEdit, *, by: User | None) -> Series:
    """Change all meetups to come, or those from a day on; answers the series they then belong to.

    Raises what `_hold` raises, what `series_plan.plan` does, and RoomTakenError.
    """
    series = _hold(series, given.version, by)
    plan = series_plan.plan(series, given, queries.coming_rows(series.id, locked=True))
    after = plan.after
    if plan.begins_anew:
        _begin(after, series)
    else:
        for name in ("ends_on", "minutes", "facts", "made_until"):
            setattr(series, name, getattr(after, name))
        after = series
    for step in plan.steps:
        _take(step, after, "", by)
    _add(after, plan.added)
    extend(after)
    _note(series)
    act = "series.split" if plan.begins_anew else "series.changed"
    audit.record(act, after, by=by, told=plan.told)
    return after


def end(series: Series, given: SeriesEnd, *, by: User | None) -> None:
    """Let a series end with a day; without one call off whatever is to come.

    Meetups after it go; those into which somebody put something stay by themselves or are called
    off, as was chosen. Raises what `_hold` raises.
    """
    series = _hold(series, given.version, by)
    rows = queries.coming_rows(series.id, locked=True)
    steps = series_plan.beyond(series, rows, given.last_on, given.leftover)
    for step in steps:
        _take(step, series, given.reason, by)
    series.ends_on = given.last_on or max(series.begins_on, clock.today())
    series.ended_at = clock.now()
    _note(series)
    audit.record("series.ended", series, by=by, told=sum(step.told for step in steps))


def announce(series: Series, version: int, *, by: User | None) -> None:
    """Show everybody the meetups of a draft, or confirm what was tentative.

    Raises what `_hold` raises.
    """
    series = _hold(series, version, by)
    series.facts = series.facts | {"status": EventStatus.CONFIRMED.value}
    for row in queries.coming_rows(series.id, locked=True):
        if not row.is_apart and not row.is_cancelled:
            _revise(row, {"status": EventStatus.CONFIRMED}, by)
    _note(series)
    audit.record("series.announced", series, by=by)


def skip(series: Series, given: SkipInput, *, by: User | None) -> None:
    """Leave out one date. Nobody was told of a draft: it goes. What was announced is called off.

    Raises NotAllowedError, ConflictError for a meetup that has begun.
    """
    series = _hold(series, series.version, by)
    row = _coming(series, given.meetup)
    day = series_plan.place(row, series).isoformat()
    series.skipped = sorted({*series.skipped, day})
    if row.status is EventStatus.DRAFT and row.id not in queries.in_use([row.id]):
        session().delete(row)
    else:
        _call_off(row, given.reason)
        row.is_apart = True
    _note(series)
    audit.record("series.skipped", series, by=by, day=day)


def put_back(series: Series, day: date, *, by: User | None) -> None:
    """Have a date again that was left out.

    Raises ConflictError where it was not, or is over; RoomTakenError.
    """
    series = _hold(series, series.version, by)
    if day.isoformat() not in series.skipped or not series_plan.is_to_come(series, day):
        raise ConflictError("this date is not left out, or is over")
    series.skipped = [one for one in series.skipped if one != day.isoformat()]
    row = queries.cancelled_at(series, day)
    if row is not None:
        row.is_apart = False
        _revise(row, series_plan.values(series, datetime.combine(day, series.starts)), by)
        rooms.recheck(row, by=by)
        event_mails.changed(row, {"status": EventStatus.CANCELLED})
    elif series.made_until is not None and day <= series.made_until:
        _add(series, [day])
    _note(series)
    audit.record("series.put_back", series, by=by, day=day.isoformat())


def edited_apart(event: Event) -> None:
    """Note that one meetup of a series was edited by itself: edits of the series leave it alone."""
    event.is_apart = True
    tell_anew(event)


def tell_anew(event: Event) -> None:
    """Date anew what calendars are told of the series of a meetup, since it is told of in it."""
    session().execute(
        update(Series)
        .where(Series.uid == event.uid)
        .values(sequence=Series.sequence + 1, version=Series.version + 1, revised_at=clock.now())
    )


def _guard(group: Group, by: User | None) -> None:
    if not may_organize(standings.of(by), group):
        raise NotAllowedError("only its organizers can plan a group's meetups")


def _hold(series: Series, version: int, by: User | None) -> Series:
    """The series and its meetups to come, ours until the transaction ends.

    Its meetups come first: whoever edits one by itself holds that before its series. Raises
    NotAllowedError, ConflictError where it was changed since it was looked at, or has ended.
    """
    _guard(series.group, by)
    queries.coming_rows(series.id, locked=True)
    held = queries.held(series.id)
    if held.version != version:
        raise ConflictError("somebody else has changed this series in the meantime")
    if held.ended_at is not None:
        raise ConflictError("this series has ended")
    return held


def _begin(after: Series, before: Series) -> None:
    """Let a series go on as another one."""
    after.uid, after.group = f"{secrets.token_hex(16)}@usergroups", before.group
    session().add(after)
    session().flush()
    before.ends_on = after.begins_on - timedelta(days=1)
    before.ended_at = clock.now()


def _take(step: Step, series: Series, reason: str, by: User | None) -> None:
    """Do to one meetup what was planned."""
    row = step.event
    if step.fate is Fate.GOES:
        if row.status in PUBLISHED:
            session().add(GoneEvent(public_id=row.public_id))
        session().delete(row)
        return
    if step.fate is Fate.CANCELLED:
        _call_off(row, reason)
        row.is_apart = True
    elif step.fate is Fate.KEPT:
        row.is_apart = True
    elif step.wall is not None:
        _revise(row, series_plan.values(series, step.wall), by)
    row.series_id = series.id


def _revise(row: Event, values: dict[str, Any], by: User | None) -> None:
    before = {name: getattr(row, name) for name in values}
    if not events.revise(row, values):
        return
    differs = {name: old for name, old in before.items() if getattr(row, name) != old}
    if {"starts_at", "ends_at"} & set(differs):
        rooms.recheck(row, by=by)
    told = {name: old for name, old in differs.items() if name in TOLD}
    if told and row.status in PUBLISHED:
        event_mails.changed(row, told)


def _call_off(row: Event, reason: str) -> None:
    if events.revise(row, {"status": EventStatus.CANCELLED}):
        event_mails.cancelled(row, reason)


def _coming(series: Series, public_id: str) -> Event:
    for row in queries.coming_rows(series.id, locked=True):
        if row.public_id == public_id and not row.is_cancelled:
            return row
    raise ConflictError("this meetup has begun, was called off, or belongs to no series")


def _add(series: Series, days: Collection[date]) -> None:
    """Make meetups on these days, unless they were made and stayed by themselves since."""
    made = [series_facts.occurrence(series, datetime.combine(day, series.starts)) for day in days]
    known = queries.known_ids(series.uid, [one.recurrence_id for one in made])
    new = [one for one in made if one.recurrence_id not in known]
    session().add_all(new)
    session().flush()
    if new and (like := venues.last_with_rooms(series.id)):
        rooms.follow(new, like)
    if made:
        mark_changed(series.group, on_map=True)


def _note(series: Series) -> None:
    """Date the series anew, for calendars and for whoever edits it next."""
    series.version += 1
    series.sequence += 1
    series.revised_at = clock.now()
    session().flush()
    mark_changed(series.group, on_map=True)
