"""The same meetup, announced in several places: pairs of entries, and what people said of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column
from usergroups.models.event import Event


class DoubleState(StrEnum):
    """What organizers said of two entries that look alike."""

    SUGGESTED = "suggested"
    MERGED = "merged"
    APART = "apart"


class Double(Base):
    """Two entries that may be one meetup. Merged, `gone` stands aside for `kept` and keeps its row.

    What the two said when they were merged is kept beside, to notice when one says otherwise.
    """

    __tablename__ = "double"
    __table_args__ = (
        UniqueConstraint("kept_id", "gone_id"),
        CheckConstraint("kept_id <> gone_id", name="two_entries"),
        CheckConstraint("likeness BETWEEN 0 AND 1", name="likeness_range"),
        CheckConstraint(
            "(state = 'suggested') = (decided_at IS NULL)", name="decided_or_suggested"
        ),
        # Nothing stands aside for two.
        Index(
            "uq_double_gone_id_merged",
            "gone_id",
            unique=True,
            sqlite_where=text("state = 'merged'"),
            postgresql_where=text("state = 'merged'"),
        ),
        Index("ix_double_gone_id", "gone_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    gone_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    state: Mapped[DoubleState] = mapped_column(
        enum_column(DoubleState), default=DoubleState.SUGGESTED
    )
    # How much alike they were when they were last compared, from 0 to 1.
    likeness: Mapped[float]
    found_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    # Seconds from the start of the kept one to that of the other, when they were merged.
    seconds_apart: Mapped[int | None]
    # Where people register at the other, as the kept one says; empty: nowhere, or it is off there.
    link: Mapped[str] = mapped_column(default="", server_default=text("''"))
    # Merged, and by now one of them says another time, or that it is on although the other is not.
    differs: Mapped[bool] = mapped_column(default=False, server_default=false())

    kept: Mapped[Event] = relationship(foreign_keys=kept_id, lazy="raise_on_sql")
    gone: Mapped[Event] = relationship(foreign_keys=gone_id, lazy="raise_on_sql")
