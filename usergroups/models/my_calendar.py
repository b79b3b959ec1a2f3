"""Calendars of somebody's own: meetups chosen by them, at an address that nobody can guess."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.user import User


class MyCalendar(Base):
    """What one calendar of somebody's own holds, and the hash of the secret in its address."""

    __tablename__ = "my_calendar"
    __table_args__ = (
        CheckConstraint("within_km BETWEEN 1 AND 1000", name="within_km_counted"),
        CheckConstraint("remind_minutes BETWEEN 0 AND 20160", name="remind_minutes_counted"),
        CheckConstraint(
            "has_answers OR has_groups OR within_km IS NOT NULL", name="holds_something"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    # Where it is read, in its owner's words: one calendar for one purpose.
    name: Mapped[str] = mapped_column(default="")
    # SHA-256 of the secret; the secret itself is shown once and kept nowhere.
    secret_hash: Mapped[str] = mapped_column(unique=True)
    has_answers: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_groups: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Those of all groups so near to its owner's home; empty: none by place.
    within_km: Mapped[int | None]
    # How long before the start of what its owner goes to programs remind them; empty: not at all.
    remind_minutes: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # When its address was made, this one or the one before it.
    addressed_at: Mapped[datetime] = mapped_column(default=clock.now)
    # When a program last asked for it: written by a job, hourly at most.
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise_on_sql")
