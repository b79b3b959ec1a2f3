"""Planning meetups: drafted, changed, announced, confirmed, called off, taken up again, copied.

Each act on a meetup that is there holds it first (services/seats.py), so that it meets answers and
other organizers one after the other. Who would have come is told by mail of what changes for them.
"""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from usergroups import clock, tokens
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.inputs.desk import topic_names
from usergroups.inputs.meetup import MeetupInput, NewMeetupInput, schedule, window
from usergroups.models import (
    PUBLISHED,
    Attendance,
    Event,
    EventQuestion,
    EventStatus,
    Group,
    Origin,
    Precision,
    Registration,
    Topic,
    User,
)
from usergroups.permissions import may_organize
from usergroups.queries import rsvps, standings
from usergroups.services import audit, doubles, event_mails, events, rooms, seats, series, topics
from usergroups.services.revisions import mark_changed

DRAFT_LINK = "draft"
# What somebody who has promised to come must hear of.
TOLD = ("starts_at", "ends_at", "timezone", "attendance", "venue", "online_url")
_LATER = timedelta(days=28)
_COPIED = (
    "title", "description", "timezone", "all_day", "attendance", "venue", "venue_id", "latitude",
    "longitude", "online_url", "url", "registration", "online_limit", "most_guests",
    "remind_hours", "language", "conduct_url",
)  # fmt: skip


def draft(group: Group, given: NewMeetupInput, *, by: User | None) -> Event:
    """A new meetup of a group, shown to others at once or not yet.

    Raises NotAllowedError, and InvalidInputError for times out of order or on no clock, and for a
    meetup that is confirmed before its day is fixed.
    """
    _guard(group, by)
    values = _values(given)
    _refuse_vague(given.status, values["precision"])
    event = Event(
        group=group, group_id=group.id, origin=Origin.NATIVE, sequence=0, topics=[],
        uid=f"{secrets.token_hex(16)}@usergroups", status=given.status, **values,
    )  # fmt: skip
    session().add(event)
    session().flush()
    event.topics = topics.named(topic_names(given.topics))
    session().flush()
    if event.status in PUBLISHED:
        mark_changed(group, on_map=True)
        doubles.look(group.id)
    audit.record("event.added", event, by=by, status=event.status.value)
    return event


def change(event_id: int, given: MeetupInput, *, by: User | None) -> Event:
    """Change a meetup; who comes is told where it matters to them. The same again is nothing.

    Raises NotAllowedError, InvalidInputError as `draft` and for what people who have answered rely
    on, RoomTakenError, and ConflictError where somebody changed it since `given.seen`.
    """
    event = _hold(event_id, by)
    seen = event.revised_at.isoformat()
    values = _values(given)
    _refuse_vague(event.status, values["precision"])
    _refuse_answered(event, given)
    before = {name: getattr(event, name) for name in TOLD}
    if event.venue_id is not None:
        values.pop("venue")  # what the venue is called is the venue's to say
    differs = events.revise(event, values)
    if not _set_topics(event, given) and not differs:
        return event
    if given.seen != seen:
        raise ConflictError("somebody else changed this meetup in the meantime")
    _settle(event, before, by)
    audit.record("event.updated", event, by=by, status=event.status.value)
    return event


def move(event: Event, values: dict[str, Any], *, by: User | None) -> None:
    """Give a meetup that is held other times, as a date that a poll found."""
    before = {name: getattr(event, name) for name in TOLD}
    if events.revise(event, values):
        _settle(event, before, by)


def announce(event_id: int, status: EventStatus, *, by: User | None) -> Event:
    """Show a draft to everybody, or confirm what was tentative; twice is once.

    Raises NotAllowedError, InvalidInputError for a confirmation without a day, and ConflictError
    for a meetup that is over or was called off.
    """
    event = _hold(event_id, by)
    if event.status is status:
        return event
    if event.is_cancelled or event.is_past or status not in PUBLISHED:
        raise ConflictError("this meetup is over, or was called off")
    _refuse_vague(status, event.precision)
    was_tentative = event.status is EventStatus.TENTATIVE
    events.revise(event, {"status": status, "draft_nonce": ""})
    _show(event)
    if was_tentative and status is EventStatus.CONFIRMED:
        event_mails.fixed(event)
    audit.record(f"event.{status.value}", event, by=by)
    return event


def cancel(event_id: int, reason: str, *, by: User | None) -> Event:
    """Call a meetup off; who comes or waits is told, and feeds say so. Twice is once.

    Raises NotAllowedError, ConflictError for a draft, which is discarded, and for one that is over.
    """
    event = _hold(event_id, by)
    if event.is_cancelled:
        return event
    if event.status is EventStatus.DRAFT or event.is_past:
        raise ConflictError("a draft is discarded, and what is over took place")
    events.revise(event, {"status": EventStatus.CANCELLED})
    _tell_series(event)
    _show(event)
    event_mails.cancelled(event, reason)
    audit.record("event.cancelled", event, by=by)
    return event


def take_up(event_id: int, *, by: User | None) -> Event:
    """Have a meetup that was called off take place after all; answers stand as they stood.

    Raises NotAllowedError, ConflictError for one that is over, RoomTakenError.
    """
    event = _hold(event_id, by)
    if event.is_past:
        raise ConflictError("this meetup is over")
    if not event.is_cancelled:
        return event
    is_firm = event.precision is Precision.EXACT
    status = EventStatus.CONFIRMED if is_firm else EventStatus.TENTATIVE
    events.revise(event, {"status": status})
    rooms.recheck(event, by=by)
    _tell_series(event)
    _show(event)
    event_mails.changed(event, {"status": EventStatus.CANCELLED})
    audit.record("event.taken_up", event, by=by)
    return event


def discard(event_id: int, *, by: User | None) -> None:
    """Throw a draft away. Raises NotAllowedError, ConflictError for what others have seen."""
    event = _hold(event_id, by)
    if event.status is not EventStatus.DRAFT:
        raise ConflictError("others have seen it: it can be called off")
    audit.record("event.discarded", event, by=by)
    session().delete(event)
    session().flush()


def copy(event: Event, *, by: User | None) -> Event:
    """A draft like another meetup, four weeks later on the same clock; its questions come along.

    Raises NotAllowedError.
    """
    _guard(event.group, by)
    local = event.local_start + _LATER
    while local <= clock.now():
        local += _LATER
    starts_at = local.astimezone(clock.now().tzinfo)
    made = Event(
        group=event.group, group_id=event.group_id, origin=Origin.NATIVE, sequence=0,
        uid=f"{secrets.token_hex(16)}@usergroups", status=EventStatus.DRAFT,
        starts_at=starts_at, ends_at=starts_at + (event.ends_at - event.starts_at),
        topics=list(_topics_of(event)), **{name: getattr(event, name) for name in _COPIED},
    )  # fmt: skip
    made.all_day = False if event.precision is not Precision.EXACT else event.all_day
    session().add(made)
    session().flush()
    asked = select(EventQuestion).where(
        EventQuestion.event_id == event.id, EventQuestion.retired_at.is_(None)
    )
    for one in session().scalars(asked.order_by(EventQuestion.id)).all():
        session().add(
            EventQuestion(
                event_id=made.id, kind=one.kind, text=one.text, options=one.options,
                is_required=one.is_required,
            )
        )  # fmt: skip
    session().flush()
    audit.record("event.copied", made, by=by, like=event.id)
    return made


def share(event_id: int, *, by: User | None) -> str:
    """The secret of a link that shows a draft to whoever has it; a new one ends the one before.

    Raises NotAllowedError, ConflictError for what everybody sees anyway.
    """
    event = _hold(event_id, by)
    if event.status is not EventStatus.DRAFT:
        raise ConflictError("everybody sees it")
    event.draft_nonce = tokens.nonce()
    session().flush()
    audit.record("event.shared", event, by=by)
    return draft_token(event)


def unshare(event_id: int, *, by: User | None) -> None:
    """End the link to a draft. Raises NotAllowedError."""
    event = _hold(event_id, by)
    if event.draft_nonce:
        event.draft_nonce = ""
        session().flush()
        audit.record("event.unshared", event, by=by)


def draft_token(event: Event) -> str:
    """The end of a draft's private address; empty where there is none."""
    if not event.draft_nonce:
        return ""
    return f"{event.public_id}.{tokens.secret(DRAFT_LINK, event.draft_nonce)}"


def _values(given: MeetupInput) -> dict[str, Any]:
    when = schedule(given)
    opens_at, closes_at = window(given, when.starts_at)
    return {
        "title": given.title,
        "description": given.description,
        "starts_at": when.starts_at,
        "ends_at": when.ends_at,
        "all_day": when.all_day,
        "precision": when.precision,
        "timezone": given.timezone,
        "attendance": given.attendance,
        "venue": given.venue,
        "online_url": given.online_url,
        "url": given.url,
        "registration": given.registration,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "most_guests": given.most_guests,
        "remind_hours": given.remind_hours,
        "language": given.language or "",
        "conduct_url": given.conduct_url,
    }


def _settle(event: Event, before: dict[str, Any], by: User | None) -> None:
    """What follows from a change: rooms, the line, pages and feeds, mails."""
    if before["starts_at"] != event.starts_at or before["ends_at"] != event.ends_at:
        rooms.recheck(event, by=by)
    if event.series_id is not None:
        series.edited_apart(event)
    seats.promote(event)
    _show(event)
    differs = {name: old for name, old in before.items() if getattr(event, name) != old}
    is_expected = event.status in (EventStatus.TENTATIVE, EventStatus.CONFIRMED)
    if differs and is_expected and not event.is_past:
        event_mails.changed(event, differs)


def _tell_series(event: Event) -> None:
    if event.series_id is not None:
        series.tell_anew(event)


def _set_topics(event: Event, given: MeetupInput) -> bool:
    wanted = topics.named(topic_names(given.topics))
    known = _topics_of(event)
    if {one.id for one in known} == {one.id for one in wanted}:
        return False
    event.topics = wanted
    return True


def _topics_of(event: Event) -> list[Topic]:
    query = select(Event).where(Event.id == event.id).options(selectinload(Event.topics))
    return session().scalars(query).one().topics


def _hold(event_id: int, by: User | None) -> Event:
    event = seats.hold(event_id)
    _guard(event.group, by)
    if event.origin is Origin.IMPORTED:
        raise ConflictError("this meetup comes from a calendar elsewhere, and is changed there")
    if event.status is EventStatus.MERGED:
        raise ConflictError("this meetup was made one with another in the meantime")
    return event


def _guard(group: Group, by: User | None) -> None:
    if not may_organize(standings.of(by), group):
        raise NotAllowedError("only its organizers can plan a group's meetups")


def _show(event: Event) -> None:
    session().flush()
    if event.status is not EventStatus.DRAFT:
        mark_changed(event.group, on_map=True)
        doubles.look(event.group_id)


def _refuse_vague(status: EventStatus, precision: Precision) -> None:
    if status is EventStatus.CONFIRMED and precision is not Precision.EXACT:
        raise InvalidInputError({"precision": Refusal("day_missing", "a day has to be fixed")})


def _refuse_answered(event: Event, given: MeetupInput) -> None:
    """Whoever has a seat keeps it: the way they come is not taken from under them."""
    figures = rsvps.figures(event.id)
    in_person = figures.in_person.taken + figures.in_person.waiting
    online = figures.online.taken + figures.online.waiting
    if given.registration is not Registration.HERE and in_person + online:
        raise InvalidInputError(
            {"registration": Refusal("answered_here", "people have answered here")}
        )
    lost = {Attendance.IN_PERSON: online, Attendance.ONLINE: in_person}.get(given.attendance, 0)
    if lost:
        raise InvalidInputError(
            {"attendance": Refusal("answered_so", "people come this way", {"heads": lost})}
        )
