"""What remains of a meetup: the recap, its links, what attendees thought, and plain counts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column


class Recap(Base):
    """The page about a meetup that took place: the organizers' text beside what is known."""

    __tablename__ = "recap"
    __table_args__ = (CheckConstraint("came >= 0", name="came_counted"),)

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    # How many came, by the organizers' word, where nobody counted at the door.
    came: Mapped[int | None]
    # Whether a summary of the feedback is public.
    shows_feedback: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    text: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    revised_at: Mapped[datetime] = mapped_column(default=clock.now)
    # When those who were there were told of it: once, however often it is published.
    told_at: Mapped[datetime | None]
    # When the organizers were asked for the number, and those who were there what they think.
    asked_at: Mapped[datetime | None]


class EventLinkKind(StrEnum):
    """What lies behind a link of a meetup."""

    SLIDES = "slides"
    RECORDING = "recording"
    PHOTOS = "photos"
    NOTES = "notes"
    OTHER = "other"


class EventLink(Base):
    """Slides, recordings and photos, wherever they are."""

    __tablename__ = "event_link"
    __table_args__ = (CheckConstraint("url LIKE 'http%://%'", name="url_http"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EventLinkKind] = mapped_column(enum_column(EventLinkKind))
    title: Mapped[str] = mapped_column(default="")
    url: Mapped[str]


class Feedback(Base):
    """What an attendee thought of a meetup; for its organizers."""

    __tablename__ = "feedback"
    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating_range"),
        UniqueConstraint("event_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    # Empty once the account is gone, or the retention clock has run out.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    rating: Mapped[int]
    keep: Mapped[str] = mapped_column(default="")
    mend: Mapped[str] = mapped_column(default="")
    given_at: Mapped[datetime] = mapped_column(default=clock.now)


class Tally(Base):
    """Counts of a meetup whose attendee rows are gone; forecasts learn from these alone."""

    __tablename__ = "tally"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    # Heads by state, checked in, walk-ins, guests, countries from five people on.
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    counted_at: Mapped[datetime] = mapped_column(default=clock.now)
