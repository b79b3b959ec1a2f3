"""The words for where a meetup stands, in tables, forms and calendars alike.

Apart from the tables: what reads a calendar needs the words, and loads no database for them.
"""

from enum import StrEnum


class EventStatus(StrEnum):
    """Where an event stands; that it is past is derived.

    Merged: it stands aside, as the same meetup is shown by another row (models/double.py).
    Withdrawn: the calendar it came from names it no longer; it is shown again when that does.
    """

    DRAFT = "draft"
    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


# States that the public may see.
PUBLISHED = (EventStatus.TENTATIVE, EventStatus.CONFIRMED, EventStatus.CANCELLED)
# States in which nobody sees it, organizers in their lists neither.
ASIDE = (EventStatus.MERGED, EventStatus.WITHDRAWN)


class Attendance(StrEnum):
    """How people take part."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


class Precision(StrEnum):
    """How exactly it is known when a tentative meetup will be; `starts_at` begins the period."""

    EXACT = "exact"
    MONTH = "month"
    QUARTER = "quarter"


class Registration(StrEnum):
    """Where people say that they come."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NONE = "none"


class Origin(StrEnum):
    """Who wrote it: somebody here, or a calendar we read."""

    NATIVE = "native"
    IMPORTED = "imported"
