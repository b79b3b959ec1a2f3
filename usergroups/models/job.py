"""Background work. The row is the truth; the queue only says that somebody should look."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column


class JobKind(StrEnum):
    """Every background act; each has one handler in jobs/handlers.py."""

    SYNC_SOURCE = "sync_source"
    # Looks whether a page of its owners says whose a calendar is.
    PROVE_SOURCE = "prove_source"
    SEND_MESSAGE = "send_message"
    MAKE_ARCHIVE = "make_archive"
    PREVIEW_CALENDAR = "preview_calendar"
    # Mail to hundreds, or that people may refuse: nobody waits for it at a page.
    SEND_NEWS = "send_news"
    EVALUATE_CHARTER = "evaluate_charter"
    # Leave mails about a meetup to those who come, some at a time.
    TELL_ATTENDEES = "tell_attendees"
    WRITE_TO_ATTENDEES = "write_to_attendees"
    REMIND_ATTENDEES = "remind_attendees"
    # Leaves the mails of a letter, some at a time.
    WRITE_TO_MEMBERS = "write_to_members"
    # Seats that were held for somebody go to the next in line.
    END_OFFERS = "end_offers"
    # The morning after a meetup; what those who were there think; that its recap is there.
    LOOK_BACK = "look_back"
    ASK_FEEDBACK = "ask_feedback"
    TELL_RECAP = "tell_recap"
    EXPIRE_ATTENDEES = "expire_attendees"
    # Finds where a venue's address is.
    LOCATE_VENUE = "locate_venue"
    # Makes the meetups of series that are due by now.
    EXTEND_SERIES = "extend_series"
    # Looks for entries of a group that announce the same meetup.
    FIND_DOUBLES = "find_doubles"
    # Makes a calendar of many groups anew, beside those who ask for it.
    REBUILD_FEED = "rebuild_feed"
    # Tells those who wait near a group that it is there.
    TELL_WAITING = "tell_waiting"
    # Examines a calendar for whoever asked the doctor.
    CHECK_CALENDAR = "check_calendar"
    # A program asked for somebody's own calendar.
    NOTE_CALENDAR_USE = "note_calendar_use"


class Job(Base):
    """One act to be done at or after `due_at`, left in the transaction that wants it."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        Index(
            "ix_job_due_at",
            "due_at",
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[JobKind] = mapped_column(enum_column(JobKind, grows=True))
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    # Filled with finished_at empty: will be tried again. Filled with it: given up.
    last_error: Mapped[str] = mapped_column(default="")
