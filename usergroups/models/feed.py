"""A calendar as it was last built: bytes that can be answered without building them again."""

from datetime import date
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
    """One published feed, fresh while what it was made of is what there is now."""

    __tablename__ = "feed"

    kind: Mapped[FeedKind] = mapped_column(enum_column(FeedKind), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Version, UTC day and release, as `made_of` below spells them.
    made_of: Mapped[str]
    etag: Mapped[str]
    # As HTTP spells a date (RFC 9110 section 5.6.7): it is only ever sent.
    last_modified: Mapped[str]
    gzipped: Mapped[bytes]


def made_of(version: int, day: date, release: str) -> str:
    """What a feed is a function of, in one word: while it is the same, so are the bytes."""
    return f"{version} {day} {release}"
