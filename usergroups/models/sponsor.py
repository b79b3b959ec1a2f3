"""Who gives what, to the federation, a group or a meetup, and who lets them have their name."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import public_id


class Sponsor(Base):
    """Somebody who gives. The logo is drawn anew by us: never the bytes that somebody sent."""

    __tablename__ = "sponsor"
    __table_args__ = (CheckConstraint("name <> ''", name="name_filled"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    name: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    # SHA-256 of the logo's bytes; empty where there is none.
    logo_digest: Mapped[str] = mapped_column(default="", server_default=text("''"), index=True)
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Sponsorship(Base):
    """What a sponsor gives to whom, and for how long: a meetup, a group, or else the federation."""

    __tablename__ = "sponsorship"
    __table_args__ = (
        CheckConstraint("event_id IS NULL OR group_id IS NOT NULL", name="event_has_group"),
        CheckConstraint("ends_on >= begins_on", name="ends_after_begin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sponsor_id: Mapped[int] = mapped_column(
        ForeignKey("sponsor.id", ondelete="CASCADE"), index=True
    )
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("group.id", ondelete="CASCADE"), index=True
    )
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), index=True
    )
    tier: Mapped[str] = mapped_column(default="")
    gives: Mapped[str] = mapped_column(default="")
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    sponsor: Mapped[Sponsor] = relationship(lazy="raise_on_sql")


class SharingConsent(Base):
    """Somebody lets a sponsor of a meetup have name and address. A log: taken back at any time."""

    __tablename__ = "sharing_consent"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id", "sponsor_id", "given_at"),
        CheckConstraint("withdrawn_at >= given_at", name="withdrawn_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    # To whom: a sponsor who comes later is not meant.
    sponsor_id: Mapped[int] = mapped_column(
        ForeignKey("sponsor.id", ondelete="CASCADE"), index=True
    )
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]
