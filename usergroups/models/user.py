"""People with an account, where they are signed in, and the links that were mailed to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column, position_checks


class User(Base):
    """Somebody with an account. Being signed in is Flask-Login's matter, not this row's."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("email LIKE '%_@_%'", name="email_has_at"),
        *position_checks(),
        # No id twice: audit entries keep those of accounts that are gone.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    # When somebody last showed that mail to this address reaches them; empty until then.
    verified_at: Mapped[datetime | None]
    # argon2id in PHC form; empty for people who sign in by mailed links alone.
    password_hash: Mapped[str] = mapped_column(default="", server_default=text("''"))
    name: Mapped[str] = mapped_column(default="")
    # What the charter counts different ones of among the organizers of a group.
    employer: Mapped[str] = mapped_column(default="", server_default=text("''"))
    language: Mapped[str] = mapped_column(default="en")
    timezone: Mapped[str] = mapped_column(default="UTC")
    # Home, as people wrote it and as the gazetteer found it.
    place: Mapped[str] = mapped_column(default="", server_default=text("''"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    is_steward: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class SignIn(Base):
    """One browser in which somebody is signed in, until it is ended here or there."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    # SHA-256 of the secret that the browser's cookie holds.
    secret_hash: Mapped[str] = mapped_column(unique=True)
    browser: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Moved at most once an hour.
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise_on_sql")

    @property
    def is_open(self) -> bool:
        """Whether this browser is still signed in."""
        return self.ended_at is None and clock.now() < self.expires_at


class LinkPurpose(StrEnum):
    """What a mailed link is for; one for one thing never opens another."""

    SIGN_IN = "sign_in"
    RESET_PASSWORD = "reset_password"  # noqa: S105  a purpose, not a password
    VERIFY_ADDRESS = "verify_address"
    CHANGE_ADDRESS = "change_address"


class MailedLink(Base):
    """A link that was mailed to somebody and works once. Only the hash of its secret is kept."""

    __tablename__ = "mailed_link"
    __table_args__ = (CheckConstraint("user_id IS NOT NULL OR email <> ''", name="for_somebody"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Empty where the address has no account yet: using the link makes one.
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[LinkPurpose] = mapped_column(enum_column(LinkPurpose))
    secret_hash: Mapped[str] = mapped_column(unique=True)
    # The address it went to.
    email: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(lazy="raise_on_sql")

    @property
    def is_open(self) -> bool:
        """Whether it still works."""
        return self.used_at is None and clock.now() < self.expires_at


class Archive(Base):
    """Everything held about one person, made in the background, fetched by them, forgotten soon."""

    __tablename__ = "archive"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
