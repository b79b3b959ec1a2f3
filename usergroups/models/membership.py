"""Who belongs to which group, as what, and who was asked to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column
from usergroups.models.group import Group
from usergroups.models.user import User


class Role(StrEnum):
    """What somebody is in a group."""

    MEMBER = "member"
    ORGANIZER = "organizer"
    LEAD = "lead"


# Those who run a group.
ORGANIZING = (Role.ORGANIZER, Role.LEAD)


class Membership(Base):
    """One person in one group, once."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "group_id"),
        # A group has one lead organizer, or none and is vacant.
        Index(
            "uq_membership_lead",
            "group_id",
            unique=True,
            sqlite_where=text("role = 'lead'"),
            postgresql_where=text("role = 'lead'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role), default=Role.MEMBER)
    # Whether they want the group's mails.
    wants_mail: Mapped[bool] = mapped_column(default=True, server_default=true())
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship(lazy="raise_on_sql")
    group: Mapped[Group] = relationship(lazy="raise_on_sql")


class Answer(StrEnum):
    """What somebody said to an invitation."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Invitation(Base):
    """Somebody is asked, by mail, to become an organizer or to take the lead of a group."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("role IN ('organizer', 'lead')", name="role_organizes"),
        # One open question to one person; one handover at a time.
        Index(
            "uq_invitation_open",
            "group_id",
            "email",
            unique=True,
            sqlite_where=text("answer = 'open'"),
            postgresql_where=text("answer = 'open'"),
        ),
        Index(
            "uq_invitation_handover",
            "group_id",
            unique=True,
            sqlite_where=text("answer = 'open' AND role = 'lead'"),
            postgresql_where=text("answer = 'open' AND role = 'lead'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    email: Mapped[str]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    answer: Mapped[Answer] = mapped_column(enum_column(Answer), default=Answer.OPEN)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship(lazy="raise_on_sql")
    invited_by: Mapped[User | None] = relationship(lazy="raise_on_sql")


class Coordinator(Base):
    """Somebody who is a steward within one country."""

    __tablename__ = "coordinator"
    __table_args__ = (
        CheckConstraint("length(country) = 2 AND country = upper(country)", name="country_code"),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    country: Mapped[str] = mapped_column(primary_key=True)
    appointed_at: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship(lazy="raise_on_sql")
