"""A calendar as it was last built: bytes that can be answered without building them again."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from usergroups.db import Base
from usergroups.models.columns import enum_column


class FeedKind(StrEnum):
    """What a feed holds; `subject_id` says whose."""

    FEDERATION = "federation"
    GROUP = "group"
    GROUP_ALL = "group_all"
    EVENT = "event"


class Feed(Base):
    """One published feed, fresh while (version, day, release) are those of now."""

    __tablename__ = "feed"

    kind: Mapped[FeedKind] = mapped_column(enum_column(FeedKind), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    day: Mapped[date]
    release: Mapped[str]
    etag: Mapped[str]
    modified_at: Mapped[datetime]
    gzipped: Mapped[bytes]
