"""Who comes to a meetup: answers, the waitlist, questions, and the door."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column
from usergroups.models.event import Event
from usergroups.models.user import User
from usergroups.vocabulary import Attendance


class RsvpStatus(StrEnum):
    """What somebody answered, or was given. That they came is a fact beside it."""

    GOING = "going"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    DECLINED = "declined"
    CANCELLED = "cancelled"


# A seat that is offered is held for whoever may take it.
SEATED = (RsvpStatus.GOING, RsvpStatus.OFFERED)


class Rsvp(Base):
    """One person's answer to one meetup, with the guests they bring.

    `arrival` is the number under which they came to the list: the event's version at that moment,
    which no two acts share. The waitlist goes by it, and nothing else.
    """

    __tablename__ = "rsvp"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id"),
        CheckConstraint("guests BETWEEN 0 AND 9", name="guests_counted"),
        CheckConstraint("attendance <> 'hybrid'", name="attendance_one"),
        CheckConstraint("(status = 'offered') = (offered_until IS NOT NULL)", name="offer_ends"),
        CheckConstraint("guests_came <= guests", name="guests_came_counted"),
        # The line in its order; and all that counting seats needs, so that rows are not looked at.
        Index(
            "ix_rsvp_event_id_status_attendance",
            *("event_id", "status", "attendance", "arrival", "guests", "offered_until"),
        ),
        Index(
            "ix_rsvp_offered_until",
            "offered_until",
            sqlite_where=text("status = 'offered'"),
            postgresql_where=text("status = 'offered'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    status: Mapped[RsvpStatus] = mapped_column(enum_column(RsvpStatus))
    # In person or online; of a hybrid meetup each has seats of its own.
    attendance: Mapped[Attendance] = mapped_column(
        enum_column(Attendance), default=Attendance.IN_PERSON
    )
    guests: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    arrival: Mapped[int]
    offered_until: Mapped[datetime | None]
    # Whether other attendees may see the name: the choice of whoever it is, no unless they say so.
    is_listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    # ISO 3166-1 alpha-2 of where they come from, counted and never shown; empty: not said.
    country: Mapped[str] = mapped_column(default="", server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    checked_in_at: Mapped[datetime | None]
    guests_came: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    reminded_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship(lazy="raise_on_sql")
    user: Mapped[User] = relationship(lazy="raise_on_sql")
    answers: Mapped[list["RsvpAnswer"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan"
    )

    @property
    def heads(self) -> int:
        """How many seats they take, or would take."""
        return 1 + self.guests


class RsvpCode(Base):
    """A code that was mailed to an address whose owner answers a meetup without signing in.

    Only a hash is kept, made with the secret key: six digits would be guessed from a plain one.
    """

    __tablename__ = "rsvp_code"
    __table_args__ = (UniqueConstraint("event_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    email: Mapped[str]
    code_hash: Mapped[str]
    # What whoever asked for it answers to the meetup's questions, by their fields.
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # How often somebody has typed one.
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]


class EventQuestionKind(StrEnum):
    """How a question to attendees is answered."""

    TEXT = "text"
    CHOICE = "choice"
    TICK = "tick"


class EventQuestion(Base):
    """Something that organizers want to know of whoever comes."""

    __tablename__ = "event_question"
    __table_args__ = (CheckConstraint("text <> ''", name="text_filled"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EventQuestionKind] = mapped_column(enum_column(EventQuestionKind))
    text: Mapped[str]
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_required: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Out of use, kept for the answers that were given.
    retired_at: Mapped[datetime | None]


class RsvpAnswer(Base):
    """What somebody answered to a question."""

    __tablename__ = "rsvp_answer"

    rsvp_id: Mapped[int] = mapped_column(
        ForeignKey("rsvp.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[int] = mapped_column(
        ForeignKey("event_question.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    text: Mapped[str]


class WalkIn(Base):
    """Somebody who came without an answer, counted with one tap.

    The phone names each tap: one that is sent again, after the network failed, counts once.
    """

    __tablename__ = "walk_in"
    __table_args__ = (
        UniqueConstraint("event_id", "tap"),
        CheckConstraint("people BETWEEN 1 AND 50", name="people_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    tap: Mapped[str]
    people: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    came_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Taken back at the door: a tap too many.
    undone_at: Mapped[datetime | None]
