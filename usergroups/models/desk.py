"""What a group's desk keeps besides the group: its logo, old names, first steps, reports."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column
from usergroups.models.group import Group
from usergroups.models.user import User


class Logo(Base):
    """A group's picture, drawn anew by us: never the bytes that somebody sent."""

    __tablename__ = "logo"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("group.id", ondelete="CASCADE"), primary_key=True
    )
    # SHA-256 of the bytes, in the address, which may therefore be kept for ever.
    digest: Mapped[str] = mapped_column(index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class FormerSlug(Base):
    """An address that a group once had. It leads to the group, and nobody else gets it."""

    __tablename__ = "former_slug"
    __table_args__ = (CheckConstraint("slug <> '' AND slug = lower(slug)", name="slug_form"),)

    slug: Mapped[str] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    left_at: Mapped[datetime] = mapped_column(default=clock.now)

    group: Mapped[Group] = relationship(lazy="raise_on_sql")


class Step(StrEnum):
    """The first steps of a new group."""

    DESCRIBE = "describe"
    LOGO = "logo"
    LINKS = "links"
    CO_ORGANIZER = "co_organizer"
    MEETUP = "meetup"
    SHARE = "share"


class FirstStep(Base):
    """One first step of a group that was approved here."""

    __tablename__ = "first_step"
    __table_args__ = (UniqueConstraint("group_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    step: Mapped[Step] = mapped_column(enum_column(Step))
    done_at: Mapped[datetime | None]


class ReportKind(StrEnum):
    """What somebody found wrong with a group's page, or that the group is theirs."""

    DEAD_LINK = "dead_link"
    WRONG_PIN = "wrong_pin"
    SILENT = "silent"
    CONDUCT = "conduct"
    DUPLICATE = "duplicate"
    CLAIM = "claim"
    OTHER = "other"


# What organizers see to themselves. The rest is about them, or needs somebody who sees further:
# it goes to the stewards of the country, as everything does where nobody organizes.
FOR_ORGANIZERS = (ReportKind.DEAD_LINK, ReportKind.WRONG_PIN, ReportKind.OTHER)


class ReportOutcome(StrEnum):
    """What came of a report or a claim."""

    OPEN = "open"
    SETTLED = "settled"
    REJECTED = "rejected"


class GroupReport(Base):
    """Something somebody told about a group's page, until somebody has looked at it."""

    __tablename__ = "group_report"
    __table_args__ = (
        CheckConstraint(
            "kind <> 'claim' OR outcome <> 'open' OR reporter_id IS NOT NULL",
            name="claim_has_reporter",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ReportKind] = mapped_column(enum_column(ReportKind))
    text: Mapped[str] = mapped_column(default="")
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    reported_at: Mapped[datetime] = mapped_column(default=clock.now)
    outcome: Mapped[ReportOutcome] = mapped_column(
        enum_column(ReportOutcome), default=ReportOutcome.OPEN, index=True
    )
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    answer: Mapped[str] = mapped_column(default="")

    group: Mapped[Group] = relationship(lazy="raise_on_sql")
    reporter: Mapped[User | None] = relationship(
        lazy="raise_on_sql", foreign_keys="GroupReport.reporter_id"
    )
