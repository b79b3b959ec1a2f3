"""Who belongs to which group, and as what."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
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


class Membership(Base):
    """One person in one group, once."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "group_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role), default=Role.MEMBER)
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)

    user: Mapped[User] = relationship(lazy="raise_on_sql")
    group: Mapped[Group] = relationship(lazy="raise_on_sql")
