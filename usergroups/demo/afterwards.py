"""What remains of the last meetups of some demo groups: who came, a recap, slides, opinions."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.inputs.recap import EventLinkInput, RecapInput
from usergroups.models import (
    Attendance,
    Event,
    EventLinkKind,
    EventStatus,
    Feedback,
    Group,
    Recap,
    Rsvp,
    RsvpStatus,
    User,
    WalkIn,
)
from usergroups.queries import rsvps
from usergroups.services import recaps

_GROUPS = ("london", "paris")
_WALK_INS = 7
_TEXT = """The room was warm, the soup was hot, and the questions went on until the lights went out.

Thank you to everybody who carried chairs. **Next time we begin with the questions.**"""
_KEPT = ("The soup, please", "Short talks, long breaks", "")
_MENDED = ("More sockets", "", "The microphone was for tall people")


def plant(groups: dict[str, Group], people: list[User]) -> None:
    """Tell of the last meetup of these groups; once is enough."""
    for slug in _GROUPS:
        event = _last_of(groups[slug])
        if event is not None and session().get(Recap, event.id) is None:
            _count(event, people)
            _write(event)


def _last_of(group: Group) -> Event | None:
    query = (
        select(Event)
        .options(joinedload(Event.group))
        .where(
            Event.group_id == group.id,
            Event.status == EventStatus.CONFIRMED,
            Event.attendance == Attendance.IN_PERSON,
            Event.ends_at < clock.now(),
            Event.source_id.is_(None),
        )
    )
    return session().scalar(query.order_by(Event.starts_at.desc(), Event.id).limit(1))


def _count(event: Event, people: list[User]) -> None:
    """Everybody of the demo said that they would come; most did, and some others."""
    for number, user in enumerate(people):
        came = event.starts_at if number % 5 else None
        rsvp = rsvps.of(event.id, user.id) or _answer(event, user, days_ahead=number % 20)
        rsvp.checked_in_at = came
        if came and number % 2:
            session().add(
                Feedback(
                    event_id=event.id, user_id=user.id, rating=5 - number % 3,
                    keep=_KEPT[number % 3], mend=_MENDED[number % 3], given_at=event.ends_at,
                )
            )  # fmt: skip
    session().add(
        WalkIn(event_id=event.id, tap="demo-tap", people=_WALK_INS, came_at=event.starts_at)
    )


def _answer(event: Event, user: User, *, days_ahead: int) -> Rsvp:
    event.version += 1
    rsvp = Rsvp(
        event_id=event.id, user_id=user.id, status=RsvpStatus.GOING, arrival=event.version,
        country=event.group.country, created_at=event.starts_at - timedelta(days=days_ahead),
    )  # fmt: skip
    session().add(rsvp)
    return rsvp


def _write(event: Event) -> None:
    recap = recaps.of(event.id)
    # Nobody is written to about what the demo made up.
    recap.asked_at = recap.told_at = event.ends_at
    recaps.publish(event, RecapInput(text=_TEXT, shows_feedback=True), by=None)
    for kind in (EventLinkKind.SLIDES, EventLinkKind.PHOTOS):
        url = f"https://example.org/{event.public_id}/{kind.value}"
        recaps.add_link(event, EventLinkInput(kind=kind, url=url), by=None)
