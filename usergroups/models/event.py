"""One dated meeting of a group ("meetup" in the interface, VEVENT in RFC 5545)."""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column, position_checks, public_id
from usergroups.models.group import Group, Topic
from usergroups.models.source import Source
from usergroups.text import slugify
from usergroups.vocabulary import Attendance, EventStatus, Origin, Precision, Registration


@lru_cache(maxsize=8192)
def event_slug(title: str) -> str:
    """The readable end of the address of a meetup that is called this."""
    return slugify(title) or "meetup"


class Scheduled:
    """What follows from the columns of a meetup, whoever carries them: a row, or a page's copy."""

    if TYPE_CHECKING:  # Event maps these, and ShownEvent copies them
        public_id: Any
        title: Any
        description: Any
        starts_at: Any
        ends_at: Any
        timezone: Any
        all_day: Any
        status: Any
        attendance: Any
        venue: Any
        latitude: Any
        longitude: Any
        online_url: Any
        url: Any
        precision: Any
        moved_from_at: Any

    @property
    def zone(self) -> tzinfo:
        """The zone whose clock on the wall this event follows."""
        return ZoneInfo(self.timezone)

    @property
    def local_start(self) -> datetime:
        """The start as the clock on the wall shows it."""
        return cast(datetime, self.starts_at.astimezone(self.zone))

    @property
    def local_end(self) -> datetime:
        """The end as the clock on the wall shows it."""
        return cast(datetime, self.ends_at.astimezone(self.zone))

    @property
    def starts_on(self) -> date:
        """The day it begins, in its own zone."""
        return self.local_start.date()

    @property
    def slug(self) -> str:
        """The readable end of its address; the public id before it is what counts."""
        return event_slug(self.title)

    @property
    def is_past(self) -> bool:
        """Whether it is over."""
        return bool(self.ends_at <= clock.now())

    @property
    def is_cancelled(self) -> bool:
        """Whether it was called off."""
        return self.status is EventStatus.CANCELLED


event_topic = Table(
    "event_topic",
    Base.metadata,
    Column("event_id", ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Event(Scheduled, Base):
    """A meetup: instants in UTC plus the zone whose clock on the wall they follow.

    `revised_at` is the instant of the last revision that the public can see (DTSTAMP and
    LAST-MODIFIED in feeds), `sequence` its number (RFC 5545 section 3.8.7.4).
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends_at >= starts_at", name="ends_after_start"),
        CheckConstraint("title <> ''", name="title_filled"),
        CheckConstraint("uid <> ''", name="uid_filled"),
        CheckConstraint("sequence >= 0", name="sequence_counted"),
        CheckConstraint("online_limit > 0", name="online_limit_counted"),
        CheckConstraint("most_guests BETWEEN 0 AND 9", name="most_guests_counted"),
        CheckConstraint("remind_hours BETWEEN 0 AND 336", name="remind_hours_counted"),
        CheckConstraint(
            "(status = 'merged') = (aside_status IS NOT NULL)", name="aside_when_merged"
        ),
        CheckConstraint(
            "aside_status IN ('tentative', 'confirmed', 'cancelled')", name="aside_published"
        ),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("(origin = 'imported') = (source_id IS NOT NULL)", name="origin_source"),
        *position_checks(),
        # A UID is the property of the calendar it came from: no feed can overwrite another's.
        Index(
            "uq_event_source_id_uid_recurrence_id",
            "source_id",
            "uid",
            "recurrence_id",
            unique=True,
            sqlite_where=text("source_id IS NOT NULL"),
            postgresql_where=text("source_id IS NOT NULL"),
        ),
        Index(
            "uq_event_uid_recurrence_id",
            "uid",
            "recurrence_id",
            unique=True,
            sqlite_where=text("source_id IS NULL"),
            postgresql_where=text("source_id IS NULL"),
        ),
        Index("ix_event_group_id_starts_at", "group_id", "starts_at"),
        Index("ix_event_starts_at", "starts_at", "id"),
        # No id twice: audit entries and jobs keep those of meetups that are gone.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id", ondelete="RESTRICT"))
    origin: Mapped[Origin] = mapped_column(enum_column(Origin), default=Origin.NATIVE)
    uid: Mapped[str]
    # Of an imported one: the hash of the entries it was read of, and since when its calendar does
    # not name it, though it is to come.
    unit: Mapped[str] = mapped_column(default="", server_default=text("''"))
    missing_since: Mapped[datetime | None]
    # Whether its calendar is known to be the group's: "found, not confirmed" until then.
    is_confirmed: Mapped[bool] = mapped_column(default=True, server_default=true())
    # The instant of an occurrence of a series as its source spells it; empty for single events.
    recurrence_id: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    timezone: Mapped[str]
    all_day: Mapped[bool] = mapped_column(default=False)
    status: Mapped[EventStatus] = mapped_column(enum_column(EventStatus))
    # Where it stands by itself while it is merged into another: what it is again when it is not.
    # Its words are held by a check of its own: those of `status` allow more.
    aside_status: Mapped[EventStatus | None] = mapped_column(enum_column(EventStatus, grows=True))
    # Where else people can register: addresses of those that stand aside for this one, one a line.
    elsewhere: Mapped[str] = mapped_column(default="", server_default=text("''"))
    attendance: Mapped[Attendance] = mapped_column(
        enum_column(Attendance), default=Attendance.IN_PERSON
    )
    venue: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    online_url: Mapped[str] = mapped_column(default="")
    # Where people register when that is not here.
    url: Mapped[str] = mapped_column(default="")
    precision: Mapped[Precision] = mapped_column(
        enum_column(Precision), default=Precision.EXACT, server_default=Precision.EXACT.value
    )
    series_id: Mapped[int | None] = mapped_column(
        ForeignKey("series.id", ondelete="SET NULL"), index=True
    )
    # An occurrence that was edited by itself: edits of its series leave it alone.
    is_apart: Mapped[bool] = mapped_column(default=False, server_default=false())
    # `venue` and the position are what the row of the venue said when it was chosen.
    venue_id: Mapped[int | None] = mapped_column(
        ForeignKey("venue.id", ondelete="SET NULL"), index=True
    )
    registration: Mapped[Registration] = mapped_column(
        enum_column(Registration), default=Registration.NONE, server_default=Registration.NONE.value
    )
    # From when until when people can register; empty: from its announcement until it begins.
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    # How many may take part online; empty: as many as want to. Rooms hold what rooms hold.
    online_limit: Mapped[int | None]
    # How many guests one person may bring.
    most_guests: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # How long before its start those who come are reminded, in hours; 0: not at all.
    remind_hours: Mapped[int] = mapped_column(default=24, server_default=text("24"))
    language: Mapped[str] = mapped_column(default="", server_default=text("''"))
    # The code of conduct that holds there; empty: the federation's.
    conduct_url: Mapped[str] = mapped_column(default="", server_default=text("''"))
    # What the private link of a draft is made of; empty: there is none.
    draft_nonce: Mapped[str] = mapped_column(default="", server_default=text("''"))
    sequence: Mapped[int] = mapped_column(default=0)
    # Moves with every act on its seats, which the group's version leaves alone.
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    # Hash of what its source says of it: an unchanged one needs no second look.
    fingerprint: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revised_at: Mapped[datetime] = mapped_column(default=clock.now)
    cancelled_at: Mapped[datetime | None]
    # When it was to begin before it was last moved to another time, once announced.
    moved_from_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship(lazy="raise_on_sql")
    source: Mapped[Source | None] = relationship(lazy="raise_on_sql")
    topics: Mapped[list[Topic]] = relationship(
        secondary=event_topic, lazy="raise_on_sql", order_by=Topic.name
    )

    @property
    def answers_until(self) -> datetime:
        """When registration closes: when organizers say so, and when it begins at the latest."""
        return min(self.closes_at or self.starts_at, self.starts_at)

    @property
    def takes_answers(self) -> bool:
        """Whether people can say here and now that they come, and are given seats."""
        return (
            self.registration is Registration.HERE
            and self.status is EventStatus.CONFIRMED
            and (self.opens_at is None or self.opens_at <= clock.now())
            and clock.now() < self.answers_until
        )


class FormerEvent(Base):
    """The id that a meetup had besides its own, before two groups became one: it leads to it."""

    __tablename__ = "former_event"

    public_id: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)


class GoneEvent(Base):
    """The id of a meetup that people may have seen and that will not come back."""

    __tablename__ = "gone_event"

    public_id: Mapped[str] = mapped_column(primary_key=True)
    gone_at: Mapped[datetime] = mapped_column(default=clock.now)
