"""A user group in a city, its topics and its links."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column, position_checks


class GroupStatus(StrEnum):
    """How alive a group is. Every move has a cause and a date."""

    FORMING = "forming"
    ACTIVE = "active"
    QUIET = "quiet"
    DORMANT = "dormant"
    VACANT = "vacant"
    ARCHIVED = "archived"


# States in which somebody who comes by will find people.
LIVING = (GroupStatus.FORMING, GroupStatus.ACTIVE, GroupStatus.QUIET)
# The same, as the index of the directory has it, letter by letter: 0 for those, else 1.
RESTS = text("(CASE WHEN status IN ('forming', 'active', 'quiet') THEN 0 ELSE 1 END)")


class LinkKind(StrEnum):
    """Where a group lives besides here."""

    WEBSITE = "website"
    MEETUP = "meetup"
    LUMA = "luma"
    CHAT = "chat"
    CODE = "code"
    VIDEO = "video"
    SOCIAL = "social"


group_topic = Table(
    "group_topic",
    Base.metadata,
    Column("group_id", ForeignKey("group.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Topic(Base):
    """What a group talks about, as one word shared by all groups."""

    __tablename__ = "topic"
    __table_args__ = (CheckConstraint("slug <> ''", name="slug_filled"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class GroupLink(Base):
    """One address of a group elsewhere."""

    __tablename__ = "group_link"
    __table_args__ = (CheckConstraint("url LIKE 'http%://%'", name="url_http"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LinkKind] = mapped_column(enum_column(LinkKind))
    url: Mapped[str]


class Group(Base):
    """A user group. `version` moves with everything of it that the public can see."""

    __tablename__ = "group"
    __table_args__ = (
        CheckConstraint("slug <> '' AND slug = lower(slug)", name="slug_form"),
        CheckConstraint("name <> ''", name="name_filled"),
        CheckConstraint("length(country) = 2 AND country = upper(country)", name="country_code"),
        CheckConstraint("members_elsewhere >= 0", name="members_counted"),
        *position_checks(),
        Index("ix_group_position", "latitude", "longitude"),
        Index("ix_group_country_name", "country", "name"),
        # The directory's order: a page of it is read where it stands, not sorted out of all.
        Index("ix_group_directory", RESTS, "name", "id"),
        # No id twice: audit entries and jobs keep those of groups that were merged into others.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    city: Mapped[str]
    region: Mapped[str] = mapped_column(default="")
    country: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    # Of its city, as the gazetteer counts them; 0 until somebody has looked.
    population: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    timezone: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    status: Mapped[GroupStatus] = mapped_column(enum_column(GroupStatus), index=True)
    status_cause: Mapped[str] = mapped_column(default="")
    status_changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    founded_on: Mapped[date | None]
    # What the group counted where it lived before; our own members are rows of membership.
    members_elsewhere: Mapped[int] = mapped_column(default=0)
    # When its organizers last said that the group goes on; the charter asks each year.
    reconfirmed_at: Mapped[datetime | None]
    # Which bytes of `logo` are its picture; empty where it has none.
    logo_digest: Mapped[str] = mapped_column(default="", server_default=text("''"))
    search_key: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revised_at: Mapped[datetime] = mapped_column(default=clock.now)

    topics: Mapped[list[Topic]] = relationship(
        secondary=group_topic, lazy="raise_on_sql", order_by=Topic.name
    )
    links: Mapped[list[GroupLink]] = relationship(
        lazy="raise_on_sql", order_by=GroupLink.id, cascade="all, delete-orphan"
    )

    @property
    def is_living(self) -> bool:
        """Whether somebody who comes by will find people."""
        return self.status in LIVING
