"""Where meetups take place: venues, the rooms in them, and which rooms a meetup uses."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import position_checks, public_id
from usergroups.models.group import Group


class AccessFact(StrEnum):
    """What somebody who comes may need to know about a venue beforehand."""

    STEP_FREE = "step_free"
    LIFT = "lift"
    ACCESSIBLE_TOILET = "accessible_toilet"
    HEARING_LOOP = "hearing_loop"
    QUIET_ROOM = "quiet_room"
    GENDER_NEUTRAL_TOILET = "gender_neutral_toilet"
    ACCESSIBLE_PARKING = "accessible_parking"
    ASSISTANCE_DOGS = "assistance_dogs"
    CHILDREN_WELCOME = "children_welcome"


class Venue(Base):
    """A place with rooms. It belongs to a group, or to none: then all groups may use it."""

    __tablename__ = "venue"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name_filled"),
        CheckConstraint("length(country) = 2 AND country = upper(country)", name="country_code"),
        *position_checks(),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=public_id)
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("group.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    country: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    # Values of AccessFact that hold here; what is not named is not known.
    access: Mapped[list[str]] = mapped_column(JSON, default=list)
    access_note: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # A venue that is no longer used stays for the meetups that were there.
    closed_at: Mapped[datetime | None]

    group: Mapped[Group | None] = relationship(lazy="raise_on_sql")
    rooms: Mapped[list["Room"]] = relationship(
        lazy="raise_on_sql", order_by="Room.id", back_populates="venue"
    )

    @property
    def text(self) -> str:
        """Name and address on one line, as calendars have it (RFC 5545 section 3.8.1.7)."""
        return ", ".join(part for part in (self.name, self.address, self.city) if part)


class Room(Base):
    """A room of a venue, and how many people it holds: by its seats, or by the fire marshal."""

    __tablename__ = "room"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name_filled"),
        CheckConstraint("capacity > 0", name="capacity_counted"),
        UniqueConstraint("venue_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id", ondelete="CASCADE"))
    name: Mapped[str]
    capacity: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]

    venue: Mapped[Venue] = relationship(lazy="raise_on_sql", back_populates="rooms")


class EventRoom(Base):
    """A room that a meetup uses. What its rooms hold together is what the meetup can hold."""

    __tablename__ = "event_room"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    room_id: Mapped[int] = mapped_column(
        ForeignKey("room.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    # What the room is for at this meetup, such as "the talks on a screen".
    note: Mapped[str] = mapped_column(default="", server_default=text("''"))
    taken_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Who took it; empty once that account is gone.
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    room: Mapped[Room] = relationship(lazy="raise_on_sql")
