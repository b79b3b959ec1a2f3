"""Questions about groups that hold meetups together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from usergroups import clock
from usergroups.db import session
from usergroups.models import ASIDE, Answer, CoHost, Event, EventStatus, Group
from usergroups.queries.rows import rows

_HOST, _GROUP = CoHost.metadata.tables["co_host"], Group.metadata.tables["group"]
_HOSTS_OF = (
    select(_GROUP.c.slug, _GROUP.c.name, _GROUP.c.city, _GROUP.c.country)
    .select_from(_HOST.join(_GROUP, _GROUP.c.id == _HOST.c.group_id))
    .where(_HOST.c.event_id == bindparam("event_id"), _HOST.c.answer == Answer.ACCEPTED)
    .order_by(_GROUP.c.name, _GROUP.c.id)
)


@dataclass(frozen=True, slots=True)
class Host:
    """A group that holds a meetup too, as the meetup's page shows it."""

    slug: str
    name: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Shared:
    """A meetup of another group that a group was asked to hold too."""

    public_id: str
    title: str
    starts_at: datetime
    timezone: str
    group_name: str
    group_slug: str
    answer: Answer


def hosts_of(event_id: int) -> list[Host]:
    """The groups that hold a meetup besides its own, by name; one query."""
    return [Host(*row) for row in rows(_HOSTS_OF, event_id=event_id)]


def held_with(group_id: Any) -> Select[int]:
    """Ids of the meetups of others that a group holds with them, as a subquery."""
    return select(_HOST.c.event_id).where(
        _HOST.c.group_id == group_id, _HOST.c.answer == Answer.ACCEPTED
    )


def held_with_any(group_ids: Sequence[int]) -> Select[int]:
    """The same for any of several groups."""
    return select(_HOST.c.event_id).where(
        _HOST.c.group_id.in_(group_ids), _HOST.c.answer == Answer.ACCEPTED
    )


def asked(event_id: int) -> Sequence[CoHost]:
    """Every group that was asked to hold a meetup too, whatever it said; one query."""
    query = (
        select(CoHost)
        .where(CoHost.event_id == event_id)
        .options(joinedload(CoHost.group))
        .order_by(CoHost.invited_at, CoHost.group_id)
    )
    return session().scalars(query).all()


def one(event_id: int, group_id: int) -> CoHost | None:
    """What a group was asked and said about a meetup; None where it was not asked. One query."""
    return session().get(CoHost, (event_id, group_id), options=[joinedload(CoHost.group)])


def shared_with(group_id: int) -> list[Shared]:
    """Coming meetups of others that a group was asked to hold and did not refuse; one query."""
    query = (
        select(
            Event.public_id,
            Event.title,
            Event.starts_at,
            Event.timezone,
            Group.name,
            Group.slug,
            CoHost.answer,
        )
        .join(Event, Event.id == CoHost.event_id)
        .join(Group, Group.id == Event.group_id)
        .where(CoHost.group_id == group_id, CoHost.answer.in_((Answer.OPEN, Answer.ACCEPTED)))
        .where(Event.ends_at > clock.now())
        .where(Event.status.not_in((EventStatus.CANCELLED, *ASIDE)))
        .order_by(Event.starts_at, Event.id)
    )
    return [Shared(*row) for row in session().execute(query)]
