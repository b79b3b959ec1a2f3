"""A calendar as it was last built: bytes that can be answered without building them again."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from usergroups.db import Base


class Feed(Base):
    """One published feed, fresh while (version, day, release) are those of now."""

    __tablename__ = "feed"

    # "group:12", "group:12:all", "federation", "event:7".
    key: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    day: Mapped[date]
    release: Mapped[str]
    etag: Mapped[str]
    modified_at: Mapped[datetime]
    gzipped: Mapped[bytes]
