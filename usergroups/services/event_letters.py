"""Letters about a meetup: its organizers to those who come, who wait, or who have not answered."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.inputs.event_letter import Audience, EventLetterInput
from usergroups.models import (
    AuditEntry,
    Event,
    EventStatus,
    JobKind,
    MessageKind,
    RsvpStatus,
    User,
)
from usergroups.permissions import may_organize
from usergroups.queries import attending, standings
from usergroups.queue import enqueue, send
from usergroups.services import audit, event_mails, seats

MOST_A_WEEK = 3
# So many mails are left in one transaction, so that nobody who writes waits for long.
_AT_ONCE = 200
_WROTE = "event.wrote"
_STATES = {
    Audience.GOING: (RsvpStatus.GOING, RsvpStatus.OFFERED),
    Audience.WAITING: (RsvpStatus.WAITLISTED,),
}


def write(event_id: int, given: EventLetterInput, *, by: User) -> int:
    """Write to those who come, wait, or have not answered; answers how many there are.

    The mails are left by a job, some at a time. Raises NotAllowedError, ConflictError for a draft
    or a meetup that is long over, InvalidInputError where nobody is reached, or it was done three
    times within a week.
    """
    event = seats.hold(event_id)
    if not may_organize(standings.of(by), event.group):
        raise NotAllowedError("only its organizers write about a meetup")
    if event.status is EventStatus.DRAFT or event.ends_at < clock.now() - timedelta(days=14):
        raise ConflictError("nobody comes to a draft, and what is long over is over")
    if _count_lately(event) >= MOST_A_WEEK:
        raise _refused("wrote_often_here", "people were written to often this week")
    reached = count(event, given.audience)
    if not reached:
        raise _refused("nobody_there", "nobody is reached by that")
    audit.record(_WROTE, event, by=by, people=reached, audience=given.audience.value)
    enqueue(
        JobKind.WRITE_TO_ATTENDEES, event_id=event.id, audience=given.audience.value, after=0,
        letter={"subject": given.subject, "text": given.text, "by": by.name},
    )  # fmt: skip
    return reached


def count(event: Event, audience: Audience) -> int:
    """How many people a letter would reach; one query."""
    if audience is Audience.SILENT:
        return attending.count_silent(event)
    return attending.count(event.id, _STATES[audience])


def spread(*, event_id: int, audience: str, after: int, letter: dict[str, str]) -> None:
    """Leave a letter's next mails, and the job for those that come then, in one transaction."""
    event = attending.subject(event_id)
    if event is None:
        return
    reached = _next(event, Audience(audience), after)
    for _key, user in reached:
        send(
            MessageKind.MEETUP_LETTER, user, **event_mails.facts(event, user),
            subject_line=letter["subject"], text=letter["text"], by=letter["by"],
        )  # fmt: skip
    if len(reached) == _AT_ONCE:
        enqueue(
            JobKind.WRITE_TO_ATTENDEES, event_id=event_id, audience=audience,
            after=reached[-1][0], letter=letter,
        )  # fmt: skip


def _next(event: Event, audience: Audience, after: int) -> Sequence[tuple[int, User]]:
    if audience is Audience.SILENT:
        return attending.silent(event, after=after, most=_AT_ONCE)
    return attending.answered(event.id, _STATES[audience], after=after, most=_AT_ONCE)


def _count_lately(event: Event) -> int:
    query = select(func.count(AuditEntry.id)).where(
        AuditEntry.subject_kind == "event",
        AuditEntry.subject_id == event.id,
        AuditEntry.act == _WROTE,
        AuditEntry.at > clock.now() - timedelta(days=7),
    )
    return session().scalar(query) or 0


def _refused(code: str, sentence: str) -> InvalidInputError:
    return InvalidInputError({"input": Refusal(code, sentence)})
