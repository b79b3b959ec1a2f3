"""The federation's rules for groups, as rows that a steward edits and a program evaluates."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column
from usergroups.models.group import Group
from usergroups.models.user import User


class RuleKind(StrEnum):
    """Every rule there is; each has one pure function in charter.py."""

    ORGANIZERS = "organizers"
    EMPLOYERS = "employers"
    DISTANCE = "distance"
    CONDUCT = "conduct"
    MEETUPS = "meetups"
    RECONFIRMED = "reconfirmed"


class CharterRule(Base):
    """One rule with the parameters a steward has set."""

    __tablename__ = "charter_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RuleKind] = mapped_column(enum_column(RuleKind), unique=True)
    is_on: Mapped[bool] = mapped_column(default=True)
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Moves with each change: who changes what they no longer see is told so.
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


class QuestionKind(StrEnum):
    """What an applicant does with it."""

    QUESTION = "question"
    AGREEMENT = "agreement"


class CharterQuestion(Base):
    """Something every applicant answers or agrees to."""

    __tablename__ = "charter_question"
    __table_args__ = (CheckConstraint("text <> ''", name="text_filled"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[QuestionKind] = mapped_column(enum_column(QuestionKind))
    text: Mapped[str]
    # The one agreement that the rule about conduct looks for.
    is_conduct: Mapped[bool] = mapped_column(default=False)
    is_required: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Retired rather than deleted: answers refer to it.
    retired_at: Mapped[datetime | None]


class Waiver(Base):
    """A rule that one group or one application need not meet: by whom, why and until when."""

    __tablename__ = "waiver"
    __table_args__ = (
        CheckConstraint("why <> ''", name="why_filled"),
        CheckConstraint("(group_id IS NULL) <> (application_id IS NULL)", name="for_one_thing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RuleKind] = mapped_column(enum_column(RuleKind))
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("group.id", ondelete="CASCADE"), index=True
    )
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    why: Mapped[str]
    until_on: Mapped[date]
    granted_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]

    granted_by: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def is_over(self) -> bool:
        """Whether its day has passed."""
        return self.until_on < clock.today()


class Finding(Base):
    """How one group stood by one rule when it was last looked at."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("group_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    kind: Mapped[RuleKind] = mapped_column(enum_column(RuleKind))
    passed: Mapped[bool]
    # Numbers and ids that the sentence about it is made of.
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Since when it is as it is; looked_at moves each night, this only with a change.
    since_at: Mapped[datetime] = mapped_column(default=clock.now)
    looked_at: Mapped[datetime] = mapped_column(default=clock.now)

    group: Mapped[Group] = relationship(lazy="raise_on_sql")
