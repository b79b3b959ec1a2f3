"""A meetup as an outside calendar gives it, and all that one reading of a calendar brings."""

import hashlib
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from usergroups.inputs.event import EventFacts


class ImportedEvent(EventFacts):
    """One dated meetup. `recurrence_id` is filled for the dates of a series (RFC 5545 3.8.4.4).

    `is_override` where an entry of its own tells of that date, `end_is_known` False where `ends_at`
    is a usual length, `unit` the hash of the entries that it was read of.
    """

    uid: str = Field(min_length=1, max_length=255)
    recurrence_id: str = ""
    is_override: bool = False
    end_is_known: bool = True
    organizer: str = ""
    unit: str = ""
    sequence: int = 0
    created_at: datetime | None = None
    revised_at: datetime | None = None

    def facts(self) -> dict[str, Any]:
        """What people can see of it: the attributes of a meetup that a calendar decides."""
        return {name: getattr(self, name) for name in _FACTS}

    @property
    def fingerprint(self) -> str:
        """Differs when anything visible does. Numbers and stamps alone often move for nothing."""
        return hashlib.sha256(repr(list(self.facts().values())).encode()).hexdigest()


_FACTS = tuple(EventFacts.model_fields)


# With one of these nothing may be concluded from what is not there.
_INCOMPLETE = frozenset({"truncated", "empty_feed"})


class Reading(BaseModel):
    """A calendar read in full.

    `skipped` holds the UID and the reason of each entry left out, `warnings` what was guessed or
    mended. `unchanged` are the units that were known already and therefore not read again: neither
    their events nor their warnings are here.
    """

    model_config = ConfigDict(frozen=True)

    events: tuple[ImportedEvent, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    unchanged: frozenset[str] = frozenset()

    @property
    def is_complete(self) -> bool:
        """Whether what is absent here is absent there, too."""
        return _INCOMPLETE.isdisjoint(self.warnings)
