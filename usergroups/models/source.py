"""An outside calendar that we read for a group."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column
from usergroups.models.group import Group


class SourceKind(StrEnum):
    """How the calendar is reached."""

    URL = "url"
    FILE = "file"


class SourceState(StrEnum):
    """How the last reads went. No state ever empties a group."""

    PENDING = "pending"
    HEALTHY = "healthy"
    STALE = "stale"
    FAILING = "failing"
    SHRUNK = "shrunk"


class Source(Base):
    """One calendar elsewhere, attached to one group."""

    __tablename__ = "source"
    __table_args__ = (
        UniqueConstraint("group_id", "location"),
        CheckConstraint("location <> ''", name="location_filled"),
        CheckConstraint("failures >= 0", name="failures_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    kind: Mapped[SourceKind] = mapped_column(enum_column(SourceKind))
    location: Mapped[str]
    state: Mapped[SourceState] = mapped_column(
        enum_column(SourceState), default=SourceState.PENDING
    )
    # What the server told us to ask with next time (RFC 9110 section 13.1).
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    # SHA-256 of the bytes last read in full: the same bytes need no second reading.
    content_hash: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    checked_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")

    group: Mapped[Group] = relationship(lazy="raise_on_sql")
