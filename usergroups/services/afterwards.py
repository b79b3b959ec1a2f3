"""The morning after a meetup: one number of its organizers, an opinion of those who were there."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from usergroups import clock
from usergroups.db import session
from usergroups.models import Event, EventStatus, JobKind, MessageKind, Rsvp
from usergroups.queries import feedback as queries
from usergroups.queries import recaps, team
from usergroups.queue import enqueue, send
from usergroups.services import feedback
from usergroups.services import recaps as recap_services

MORNING = time(9)
# People sleep after a meetup that went on until the small hours.
_AFTER = timedelta(hours=6)
# So many mails are left in one transaction, so that nobody who writes waits for long.
_AT_ONCE = 200


def morning_after(event: Event) -> datetime:
    """Nine o'clock after a meetup, on the clock of its place."""
    rested = (event.ends_at + _AFTER).astimezone(event.zone)
    day = rested.date() if rested.time() <= MORNING else rested.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, event.zone)


def due() -> list[int]:
    """The meetups about which it is time to ask; one query."""
    return [event.id for event in recaps.just_over() if morning_after(event) <= clock.now()]


def look_back(event_id: int) -> None:
    """Ask about a meetup, once: the organizers only where nobody counted who came."""
    event = recaps.subject(event_id)
    if event is None or event.status is not EventStatus.CONFIRMED:
        return
    recap = recap_services.of(event.id)
    if recap.asked_at is not None:
        return
    recap.asked_at = clock.now()
    session().flush()
    if recaps.facts(event.id).came is None:
        _ask_organizers(event)
    enqueue(JobKind.ASK_FEEDBACK, event_id=event.id, after=0)


def ask_feedback(*, event_id: int, after: int) -> None:
    """Leave the next mails to those who were there, and the job for those that come then."""
    event = recaps.subject(event_id)
    if event is not None and feedback.is_open(event):
        _spread(event, after, JobKind.ASK_FEEDBACK, _ask)


def tell_recap(*, event_id: int, after: int) -> None:
    """The same about the recap, unless it was withdrawn meanwhile."""
    event = recaps.subject(event_id)
    if event is not None and recaps.facts(event.id).published_at is not None:
        _spread(event, after, JobKind.TELL_RECAP, _tell)


def _ask_organizers(event: Event) -> None:
    for one in team.organizers(event.group_id):
        send(
            MessageKind.DAY_AFTER_ORGANIZERS, one.user, group=event.group.name,
            slug=event.group.slug, title=event.title, public_id=event.public_id,
            on=event.local_start.isoformat(),
        )  # fmt: skip


def _spread(event: Event, after: int, job: JobKind, write: Callable[[Event, Rsvp], None]) -> None:
    reached: Sequence[Rsvp] = queries.those_who_went(event.id, after=after, most=_AT_ONCE)
    for rsvp in reached:
        write(event, rsvp)
    if len(reached) == _AT_ONCE:
        enqueue(job, event_id=event.id, after=reached[-1].id)


def _ask(event: Event, rsvp: Rsvp) -> None:
    send(
        MessageKind.FEEDBACK_ASKED, rsvp.user, group=event.group.name, title=event.title,
        public_id=event.public_id, until=feedback.until(event).isoformat(),
    )  # fmt: skip


def _tell(event: Event, rsvp: Rsvp) -> None:
    send(
        MessageKind.RECAP_PUBLISHED, rsvp.user, group=event.group.name, title=event.title,
        public_id=event.public_id, event_slug=event.slug,
    )  # fmt: skip
