"""What we publish as calendars, kept as bytes: each whole feed, and each meetup in them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from usergroups.db import Base
from usergroups.models.columns import enum_column


class FeedKind(StrEnum):
    """What a feed holds; `subject` says whose: the id of a group or of a meetup.

    A wide one is of many groups. Its subject is what was asked for (inputs/wanted_calendar.py),
    nothing for the federation.
    """

    GROUP = "group"
    GROUP_ALL = "group_all"
    EVENT = "event"
    WIDE = "wide"


class Feed(Base):
    """One published feed, fresh while what it was made of is what there is now."""

    __tablename__ = "feed"

    kind: Mapped[FeedKind] = mapped_column(enum_column(FeedKind), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    # Version, UTC day and edition, as `made_of` below spells them.
    made_of: Mapped[str]
    etag: Mapped[str]
    # As HTTP spells a date (RFC 9110 section 5.6.7): it is only ever sent.
    last_modified: Mapped[str]
    built_at: Mapped[datetime] = mapped_column(index=True)
    # The bytes come last, so that reading how a feed stands touches none of them.
    gzipped: Mapped[bytes]
    brotli: Mapped[bytes]


class WrittenEvent(Base):
    """The bytes of one meetup in feeds, or of the series that begins with it in a feed."""

    __tablename__ = "written_event"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    is_series: Mapped[bool] = mapped_column(primary_key=True)
    # While this is what they would be made of, they need not be made.
    made_of: Mapped[str]
    ics: Mapped[bytes]


def made_of(version: int, day: date, edition: str) -> str:
    """What a feed is a function of, in one word: while it is the same, so are the bytes."""
    return f"{version} {day} {edition}"
