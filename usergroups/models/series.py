"""Meetups that come again by a rule: every third Thursday, every second week."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Time, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import public_id
from usergroups.models.group import Group


class Series(Base):
    """A rule on the clock on the wall, and what each of its meetups is like unless edited.

    Its meetups are rows of event, made up to `made_until` and no further: each has the UID of the
    series, and as recurrence id the local time that the rule gave it, which no edit changes.
    """

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("rule <> ''", name="rule_filled"),
        CheckConstraint("minutes > 0", name="minutes_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    uid: Mapped[str] = mapped_column(unique=True)
    # RECUR as RFC 5545 section 3.3.10 has it, without UNTIL: `ends_on` is the last day.
    rule: Mapped[str]
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]
    # On the clock on the wall, in the zone.
    starts: Mapped[time] = mapped_column(Time)
    minutes: Mapped[int]
    timezone: Mapped[str]
    # Days (ISO 8601) that the rule gives and that are left out.
    skipped: Mapped[list[str]] = mapped_column(JSON, default=list)
    # What new meetups are made with: fields of the meetup's input, times apart.
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Up to this day every meetup of the rule has its row.
    made_until: Mapped[date | None]
    sequence: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revised_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Ended by hand; its past meetups stay.
    ended_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship(lazy="raise_on_sql")
