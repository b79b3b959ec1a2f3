"""Talks, the people who give them, and a meetup's agenda."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column, position_checks, public_id
from usergroups.models.event import Event
from usergroups.models.user import User


class Speaker(Base):
    """Somebody who speaks, with a page of their own. An account may look after it."""

    __tablename__ = "speaker"
    __table_args__ = (CheckConstraint("name <> ''", name="name_filled"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), unique=True
    )
    name: Mapped[str]
    biography: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revised_at: Mapped[datetime] = mapped_column(default=clock.now)


class TravelNote(Base):
    """A speaker is somewhere for some days, and would speak there."""

    __tablename__ = "travel_note"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="until_after_from"),
        *position_checks(),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int] = mapped_column(
        ForeignKey("speaker.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[str]
    country: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    from_on: Mapped[date]
    until_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class TalkFormat(StrEnum):
    """What kind of session it is."""

    TALK = "talk"
    LIGHTNING = "lightning"
    WORKSHOP = "workshop"
    INSTALLFEST = "installfest"
    PANEL = "panel"


class TalkStatus(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Talk(Base):
    """A session that somebody proposes to a group, or to one of its meetups."""

    __tablename__ = "talk"
    __table_args__ = (
        CheckConstraint("title <> ''", name="title_filled"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="SET NULL"), index=True
    )
    title: Mapped[str]
    abstract: Mapped[str] = mapped_column(default="")
    format: Mapped[TalkFormat] = mapped_column(enum_column(TalkFormat), default=TalkFormat.TALK)
    minutes: Mapped[int] = mapped_column(default=30)
    language: Mapped[str] = mapped_column(default="")
    status: Mapped[TalkStatus] = mapped_column(enum_column(TalkStatus))
    slides_url: Mapped[str] = mapped_column(default="")
    video_url: Mapped[str] = mapped_column(default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # For organizers alone.
    proposal_note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    event: Mapped[Event | None] = relationship(lazy="raise_on_sql")
    speakers: Mapped[list["Speaker"]] = relationship(
        secondary="talk_speaker", lazy="raise_on_sql", order_by=Speaker.id
    )
    reviews: Mapped[list["TalkReview"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class TalkSpeaker(Base):
    """Who gives a talk."""

    __tablename__ = "talk_speaker"

    talk_id: Mapped[int] = mapped_column(
        ForeignKey("talk.id", ondelete="CASCADE"), primary_key=True
    )
    speaker_id: Mapped[int] = mapped_column(
        ForeignKey("speaker.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class TalkReview(Base):
    """What an organizer thinks of a proposal; among organizers."""

    __tablename__ = "talk_review"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score_range"),)

    talk_id: Mapped[int] = mapped_column(
        ForeignKey("talk.id", ondelete="CASCADE"), primary_key=True
    )
    reviewer_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    score: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    reviewed_at: Mapped[datetime] = mapped_column(default=clock.now)

    reviewer: Mapped[User] = relationship(lazy="raise_on_sql")


class AgendaItem(Base):
    """A line of a meetup's agenda: a talk, a break, an installfest."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint("ends_at >= starts_at", name="ends_after_start"),
        CheckConstraint("title <> '' OR talk_id IS NOT NULL", name="says_something"),
        UniqueConstraint("event_id", "talk_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    talk_id: Mapped[int | None] = mapped_column(
        ForeignKey("talk.id", ondelete="CASCADE"), index=True
    )
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(default="")
    # Lines of one track follow one another; empty where there is one track only.
    track: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    talk: Mapped[Talk | None] = relationship(lazy="raise_on_sql")
