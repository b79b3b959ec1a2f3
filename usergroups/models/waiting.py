"""Who waits for a group: told once there is one near a place, and forgotten then."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from usergroups import clock, tokens
from usergroups.db import Base


class Waiting(Base):
    """An address that wants to hear of a group near a place; counts once the mailbox said yes."""

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        CheckConstraint("email LIKE '%_@_%'", name="email_has_at"),
        CheckConstraint("NOT helps OR name <> ''", name="helper_named"),
        UniqueConstraint("email", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # What the signed token in mails names it by: numbers come back, this does not.
    key: Mapped[str] = mapped_column(unique=True, default=tokens.nonce)
    email: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    place: Mapped[str]
    country: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    # When they asked for it, agreeing that the address is kept until then.
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
    # Would help to start it, and agrees that stewards see this name and the address.
    helps: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(default="")
