"""Seeing what an act does to the seats of meetups before it is done for good.

Nobody loses a seat by what organizers do with rooms and limits. An act after which a meetup would
hold fewer than have a seat there asks first; done all the same, everybody keeps theirs, and nobody
new gets one until enough have cancelled.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from usergroups.db import session
from usergroups.errors import ConflictError
from usergroups.models import Attendance, Event
from usergroups.queries import rsvps
from usergroups.queries.rsvps import Seats
from usergroups.services import seats

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Named:
    """A meetup as it is told of when nothing was done: rows do not outlive what is rolled back."""

    public_id: str
    title: str
    slug: str
    group_slug: str
    starts_at: datetime
    timezone: str

    @classmethod
    def of(cls, event: Event) -> "Named":
        """A meetup that is loaded with its group."""
        return cls(
            event.public_id, event.title, event.slug, event.group.slug, event.starts_at,
            event.timezone,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outlook:
    """How the seats of a meetup stand, and how they would stand after an act."""

    event: Named
    before: Seats
    after: Seats

    @property
    def over(self) -> int:
        """How many more have a seat than there would be."""
        return max(0, self.after.taken - self.after.capacity) if self.after.capacity else 0

    @property
    def is_short(self) -> bool:
        """Whether there would be fewer seats than are taken, and fewer than there are."""
        had, has = self.before.capacity, self.after.capacity
        return self.over > 0 and has is not None and (had is None or has < had)

    @property
    def is_boundless(self) -> bool:
        """Whether everybody who waits would come in, since nothing counts the seats any more."""
        is_bound_no_more = self.after.capacity is None and self.before.capacity is not None
        return is_bound_no_more and self.after.waiting > 0


class UnseenError(ConflictError):
    """What follows from the act has to be seen first; nothing has changed."""

    def __init__(self, outlooks: Sequence[Outlook]) -> None:
        self.outlooks = outlooks
        super().__init__("more have a seat than there would be")


def weighed(
    held: Sequence[Event], way: Attendance, act: Callable[[], Result], *, is_known: bool
) -> Result:
    """Do it to meetups that are held, then fill the seats that are free there.

    Raises UnseenError, unless what follows is known, where one has fewer seats than are taken.
    """
    before = [rsvps.figures(event.id).of(way) for event in held]
    result = act()
    session().flush()  # figures are read past the session
    after = [rsvps.figures(event.id).of(way) for event in held]
    named = map(Named.of, held)
    seen = [Outlook(*one) for one in zip(named, before, after, strict=True)]
    if not is_known and (grave := [one for one in seen if one.is_short or one.is_boundless]):
        raise UnseenError(grave)
    for event in held:
        seats.promote(event)
    return result
