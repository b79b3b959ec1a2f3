"""Meetups of the demo that are announced elsewhere, too: one made one already, one to look at."""

from collections.abc import Sequence

from sqlalchemy import select

from usergroups import clock
from usergroups.db import session
from usergroups.inputs.event import EventInput
from usergroups.models import Double, DoubleState, Event, EventStatus, Group
from usergroups.services import doubles, events

_MEETUP, _LUMA = "https://www.meetup.com/", "https://luma.com/"
_COPIED = ("description", "starts_at", "ends_at", "timezone", "attendance", "venue")


def plant(group: Group) -> None:
    """Announce the next two meetups of a group elsewhere, one on each. Twice changes nothing."""
    coming = _coming(group)
    for event, url in zip(coming, (_MEETUP, _LUMA), strict=False):
        facts = {column: getattr(event, column) for column in _COPIED}
        uid = f"demo-{group.slug}-{event.starts_on}-elsewhere@demo.usergroups.example"
        title = f"{group.name}: {event.title}"
        events.save(group, EventInput(uid=uid, title=title, url=url, **facts))
    doubles.suggest(group.id)
    if coming:
        query = select(Double.id).where(
            Double.kept_id == coming[0].id, Double.state == DoubleState.SUGGESTED
        )
        for pair_id in session().scalars(query).all():
            doubles.merge(pair_id, by=None)


def _coming(group: Group) -> Sequence[Event]:
    """What it has next, as it announces it itself."""
    query = select(Event).where(
        Event.group_id == group.id,
        Event.status == EventStatus.CONFIRMED,
        Event.starts_at > clock.now(),
        Event.url.not_in((_MEETUP, _LUMA)),
    )
    return session().scalars(query.order_by(Event.starts_at, Event.id).limit(2)).all()
