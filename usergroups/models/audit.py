"""Who did what. Rows are only ever added; the database itself refuses the rest."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from usergroups import clock
from usergroups.db import Base


class AuditEntry(Base):
    """One act. Details hold ids and states, never names: an account can be deleted."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_kind", "subject_id"),
        # Readers want the latest first, of somebody or of a group.
        Index("ix_audit_entry_actor_id_id", "actor_id", "id"),
        Index("ix_audit_entry_group_id_id", "group_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    # Empty for the operator's commands, the timetable, and people whose account is gone.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    act: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    # The group it is about, where it is about one; it stays, whatever becomes of the subject.
    group_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
