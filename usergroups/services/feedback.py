"""What those who were at a meetup think of it: for its organizers, without names."""

from datetime import datetime, timedelta

from usergroups import clock
from usergroups.db import session, upsert
from usergroups.errors import ConflictError, NotAllowedError
from usergroups.inputs.recap import FeedbackInput
from usergroups.models import Event, EventStatus, Feedback, User
from usergroups.queries import feedback

# So long after a meetup one may say what one thinks, and change it.
OPEN_FOR = timedelta(days=14)


def give(event: Event, given: FeedbackInput, *, by: User) -> None:
    """Say what one thinks of a meetup, or something else than before.

    Raises NotAllowedError for whoever was not there, ConflictError before it is over and two weeks
    after.
    """
    if not is_open(event):
        raise ConflictError("feedback is given within two weeks after a meetup")
    if not feedback.was_there(event.id, by.id):
        raise NotAllowedError("feedback is given by those who were there")
    said = {**given.model_dump(), "given_at": clock.now()}
    session().execute(
        upsert(Feedback)
        .values(event_id=event.id, user_id=by.id, **said)
        .on_conflict_do_update(index_elements=["event_id", "user_id"], set_=said)
    )


def is_open(event: Event) -> bool:
    """Whether those who were there may say what they think, and change it."""
    took_place = event.is_past and event.status is EventStatus.CONFIRMED
    return took_place and clock.now() < until(event)


def until(event: Event) -> datetime:
    """Until when they may."""
    ended: datetime = event.ends_at
    return ended + OPEN_FOR
