"""A calendar that somebody had examined, and what was found; kept for a day."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from usergroups import clock
from usergroups.db import Base

# So long it can be looked at.
KEPT = timedelta(days=1)


class CalendarCheck(Base):
    """One calendar on the doctor's table: by its address, or a file that was sent."""

    __tablename__ = "calendar_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    # SHA-256 of what stands in the address of its page: only who asked can look.
    secret_hash: Mapped[str] = mapped_column(unique=True)
    # Where it is; of a file its name.
    location: Mapped[str]
    # The file that was sent, until it was examined.
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    is_file: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    # Empty until it was examined.
    checked_at: Mapped[datetime | None]
    # As services/calendar_checks.py keeps it.
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
