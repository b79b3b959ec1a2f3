"""An outside calendar that we read for a group."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column, public_id
from usergroups.models.group import Group


class SourceKind(StrEnum):
    """How the calendar is reached."""

    URL = "url"
    FILE = "file"
    # Bytes that an organizer handed over; its location is the file's name.
    UPLOAD = "upload"


class SourceState(StrEnum):
    """How the last reads went. No state ever empties a group.

    Shrunk: nearly all that was to come is no longer named; what vanished stays until an organizer
    has said whether it is gone.
    """

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
        Index(
            "ix_source_host_fetched",
            "host",
            "leased_until",
            sqlite_where=text("leased_until IS NOT NULL"),
            postgresql_where=text("leased_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"))
    kind: Mapped[SourceKind] = mapped_column(enum_column(SourceKind))
    location: Mapped[str]
    # The server that gave it last, after redirects; of one only so many are asked at once.
    # Empty: nobody's.
    host: Mapped[str] = mapped_column(default="", server_default=text("''"))
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
    # While somebody fetches it.
    leased_until: Mapped[datetime | None]
    # Whether the last reading was of a whole calendar, so that what it lacks is absent there.
    was_complete: Mapped[bool] = mapped_column(default=False, server_default=false())
    # An organizer's word that what a shrunk calendar no longer names is gone.
    takes_shrunk: Mapped[bool] = mapped_column(default=False, server_default=false())
    paused_at: Mapped[datetime | None]
    # What stands in its public description, or on its page, once its owners have said it is theirs.
    proof: Mapped[str] = mapped_column(default=public_id, server_default=text("''"))
    # Until then what it gives is "found, not confirmed".
    confirmed_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship(lazy="raise_on_sql")


class SourceFile(Base):
    """The bytes of a calendar that was handed over."""

    __tablename__ = "source_file"

    source_id: Mapped[int] = mapped_column(
        ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    content: Mapped[bytes] = mapped_column(LargeBinary)


class SourceReport(Base):
    """What one fetch brought, for the organizers. One that brought nothing new leaves none."""

    __tablename__ = "source_report"
    __table_args__ = (
        CheckConstraint(
            "added >= 0 AND updated >= 0 AND cancelled >= 0 AND withdrawn >= 0 AND returned >= 0 "
            "AND unchanged >= 0 AND left_out >= 0 AND vanished >= 0",
            name="counted",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    # Why nothing could be read; empty where something was.
    failure: Mapped[str] = mapped_column(default="")
    added: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    # Meetups to come that the calendar no longer named, twice, and those it names again.
    withdrawn: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    # Those it does not name now: the next fetch, or an organizer, decides.
    vanished: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    # UID and reason of some that were left out; what was guessed or mended.
    skipped: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
