"""What people say to a meetup that is not fixed yet: would come, could host, which day suits."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column
from usergroups.models.user import User


class EventInterest(Base):
    """Somebody who would come to a tentative meetup, or could host it; told once it is fixed."""

    __tablename__ = "event_interest"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    would_come: Mapped[bool] = mapped_column(default=False, server_default=false())
    could_host: Mapped[bool] = mapped_column(default=False, server_default=false())
    # What they offer, for the organizers alone.
    note: Mapped[str] = mapped_column(default="")
    said_at: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class PollDate(Base):
    """One of the dates that a poll asks about."""

    __tablename__ = "poll_date"
    __table_args__ = (
        CheckConstraint("ends_at >= starts_at", name="ends_after_start"),
        UniqueConstraint("event_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    votes: Mapped[list["PollVote"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class Vote(StrEnum):
    """What somebody says to a date."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class PollVote(Base):
    """One person's word about one date."""

    __tablename__ = "poll_vote"

    poll_date_id: Mapped[int] = mapped_column(
        ForeignKey("poll_date.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    vote: Mapped[Vote] = mapped_column(enum_column(Vote))
