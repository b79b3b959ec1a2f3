"""Requests to run a group, who takes part in them, and what was said about them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column, position_checks, public_id
from usergroups.models.group import Group
from usergroups.models.membership import Answer
from usergroups.models.user import User


class ApplicationStatus(StrEnum):
    """Where an application stands. Drafts are seen by their applicants alone."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


# States in which something may still come of it, and somebody else may want to know.
OPEN = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.IN_REVIEW,
    ApplicationStatus.CHANGES_REQUESTED,
)


# Which state may follow which; every act asks here. What has ended stays as it is.
MOVES: dict[ApplicationStatus, frozenset[ApplicationStatus]] = {
    ApplicationStatus.DRAFT: frozenset({ApplicationStatus.SUBMITTED}),
    ApplicationStatus.SUBMITTED: frozenset(
        {
            ApplicationStatus.IN_REVIEW,
            ApplicationStatus.CHANGES_REQUESTED,
            ApplicationStatus.APPROVED,
            ApplicationStatus.DECLINED,
            ApplicationStatus.WITHDRAWN,
        }
    ),
    ApplicationStatus.IN_REVIEW: frozenset(
        {
            ApplicationStatus.CHANGES_REQUESTED,
            ApplicationStatus.APPROVED,
            ApplicationStatus.DECLINED,
            ApplicationStatus.WITHDRAWN,
        }
    ),
    ApplicationStatus.CHANGES_REQUESTED: frozenset(
        {
            ApplicationStatus.SUBMITTED,
            ApplicationStatus.DECLINED,
            ApplicationStatus.WITHDRAWN,
        }
    ),
    ApplicationStatus.APPROVED: frozenset(),
    ApplicationStatus.DECLINED: frozenset(),
    ApplicationStatus.WITHDRAWN: frozenset(),
}
# States in which its applicant may still change what it says.
AMENDABLE = (
    ApplicationStatus.DRAFT,
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.CHANGES_REQUESTED,
)


def before(status: ApplicationStatus) -> tuple[ApplicationStatus, ...]:
    """The states from which an application may become this."""
    return tuple(state for state, following in MOVES.items() if status in following)


class Application(Base):
    """A request to start a group, or to take over one that is dormant or vacant."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("length(public_id) >= 10", name="public_id_length"),
        CheckConstraint("country = '' OR length(country) = 2", name="country_code"),
        CheckConstraint("status <> 'approved' OR group_id IS NOT NULL", name="approved_has_group"),
        CheckConstraint("status <> 'declined' OR reason <> ''", name="declined_has_reason"),
        *position_checks(),
        Index("ix_application_status_submitted_at", "status", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    # Empty once the account is gone.
    applicant_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    status: Mapped[ApplicationStatus] = mapped_column(
        enum_column(ApplicationStatus), default=ApplicationStatus.DRAFT
    )
    # Moves with each act: who decides on what they no longer see is told so.
    version: Mapped[int] = mapped_column(default=1)
    # The group to be taken over, or the one that approval made.
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group.id"), index=True)
    is_takeover: Mapped[bool] = mapped_column(default=False)
    group_name: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    timezone: Mapped[str] = mapped_column(default="")
    population: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    # Addresses where the group lives today: {"kind": LinkKind, "url": address}.
    links: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    calendar_url: Mapped[str] = mapped_column(default="")
    # What reading that calendar gave: {"verdict", "error", "events": […], "skipped", …}.
    calendar_preview: Mapped[dict[str, Any]] = mapped_column(default=dict)
    calendar_tried_at: Mapped[datetime | None]
    # {question id: answer}; {agreement id: the instant at which it was given}.
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    agreements: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revised_at: Mapped[datetime] = mapped_column(default=clock.now)
    # First and last time it was handed in.
    submitted_at: Mapped[datetime | None]
    resubmitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # Why it was declined, or what should change; the applicants read it.
    reason: Mapped[str] = mapped_column(default="")

    applicant: Mapped[User | None] = relationship(
        lazy="raise_on_sql", foreign_keys="Application.applicant_id"
    )
    decided_by: Mapped[User | None] = relationship(
        lazy="raise_on_sql", foreign_keys="Application.decided_by_id"
    )
    group: Mapped[Group | None] = relationship(lazy="raise_on_sql")
    co_organizers: Mapped[list["CoOrganizer"]] = relationship(
        lazy="raise_on_sql", order_by="CoOrganizer.id", cascade="all, delete-orphan"
    )
    reviewers: Mapped[list["Reviewer"]] = relationship(
        lazy="raise_on_sql", order_by="Reviewer.id", cascade="all, delete-orphan"
    )

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.status in OPEN

    @property
    def accepted_ids(self) -> frozenset[int]:
        """The co-organizers who have said yes; they have to be loaded."""
        return frozenset(
            one.user_id
            for one in self.co_organizers
            if one.user_id is not None and one.answer is Answer.ACCEPTED
        )

    @property
    def is_amendable(self) -> bool:
        """Whether its applicant may still change what it says."""
        return self.status in AMENDABLE

    @property
    def has_place(self) -> bool:
        """Whether it is known where the group is to be."""
        return self.latitude is not None


class CoOrganizer(Base):
    """Somebody named in an application, who must say yes themselves."""

    __tablename__ = "co_organizer"
    __table_args__ = (
        UniqueConstraint("application_id", "email"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    answer: Mapped[Answer] = mapped_column(enum_column(Answer), default=Answer.OPEN)
    # Of the mailed link; empty until the application is handed in.
    secret_hash: Mapped[str | None] = mapped_column(unique=True)
    invited_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(lazy="raise_on_sql")


class Reviewer(Base):
    """A steward or coordinator who looks after an application."""

    __tablename__ = "reviewer"
    __table_args__ = (UniqueConstraint("application_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    assigned_at: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class Audience(StrEnum):
    """Who reads a note."""

    APPLICANTS = "applicants"
    REVIEWERS = "reviewers"


class Note(Base):
    """One thing said about an application: to its applicants, or among reviewers."""

    __tablename__ = "note"
    __table_args__ = (CheckConstraint("text <> ''", name="text_filled"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    audience: Mapped[Audience] = mapped_column(enum_column(Audience))
    text: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(default=clock.now)

    author: Mapped[User | None] = relationship(lazy="raise_on_sql")


class BlockedAddress(Base):
    """An address, or with a leading @ a whole domain, that may not apply."""

    __tablename__ = "blocked_address"
    __table_args__ = (
        CheckConstraint("pattern = lower(pattern)", name="pattern_lower"),
        CheckConstraint("reason <> ''", name="reason_filled"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pattern: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[str]
    blocked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    blocked_at: Mapped[datetime] = mapped_column(default=clock.now)
