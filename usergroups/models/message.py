"""Mail that is to be sent or was, and which kinds of it people want."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import enum_column


class MailTopic(StrEnum):
    """Kinds of mail that people may refuse. What an account itself needs is none of these."""

    APPLICATIONS = "applications"
    REVIEWS = "reviews"
    ORGANIZING = "organizing"
    GROUPS = "groups"
    MEETUPS = "meetups"


class MessageKind(StrEnum):
    """Every mail there is; each has a function in emails.py and a folder in templates/email/."""

    # Accounts
    SIGN_IN = "sign_in"
    VERIFY_ADDRESS = "verify_address"
    RESET_PASSWORD = "reset_password"  # noqa: S105  a kind of mail, not a password
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  the same
    CONFIRM_NEW_ADDRESS = "confirm_new_address"
    ADDRESS_CHANGED = "address_changed"
    ARCHIVE_READY = "archive_ready"
    ACCOUNT_DELETED = "account_deleted"
    # Applications
    CO_ORGANIZER_INVITED = "co_organizer_invited"
    CO_ORGANIZER_ANSWERED = "co_organizer_answered"
    APPLICATION_RECEIVED = "application_received"
    APPLICATION_TO_REVIEW = "application_to_review"
    APPLICATION_WITHDRAWN = "application_withdrawn"
    APPLICATION_MESSAGE = "application_message"
    CHANGES_REQUESTED = "changes_requested"
    APPLICATION_APPROVED = "application_approved"
    APPLICATION_DECLINED = "application_declined"
    APPLICANT_NOTE = "applicant_note"
    # Roles
    ORGANIZER_INVITED = "organizer_invited"
    HANDOVER_OFFERED = "handover_offered"
    INVITATION_ANSWERED = "invitation_answered"
    LEAD_CHANGED = "lead_changed"
    GROUP_VACANT = "group_vacant"
    ROLE_CHANGED = "role_changed"
    # Groups
    MESSAGE_TO_ORGANIZERS = "message_to_organizers"
    MESSAGE_TO_MEMBERS = "message_to_members"
    GROUP_REPORTED = "group_reported"
    CLAIM_OPENED = "claim_opened"
    CLAIM_DECIDED = "claim_decided"
    GROUP_MERGED = "group_merged"
    CHARTER_UNMET = "charter_unmet"
    CO_HOST_INVITED = "co_host_invited"
    CO_HOST_ANSWERED = "co_host_answered"
    TALK_PROPOSED = "talk_proposed"
    TALK_WITHDRAWN = "talk_withdrawn"
    TALK_DECIDED = "talk_decided"
    WAITING_ASKED = "waiting_asked"
    GROUP_NEAR = "group_near"
    # Meetups
    RSVP_CODE = "rsvp_code"
    RSVP_GOING = "rsvp_going"
    RSVP_WAITING = "rsvp_waiting"
    RSVP_REMOVED = "rsvp_removed"
    SEAT_OFFERED = "seat_offered"
    SEAT_GIVEN = "seat_given"
    MEETUP_CHANGED = "meetup_changed"
    MEETUP_CANCELLED = "meetup_cancelled"
    MEETUP_FIXED = "meetup_fixed"
    MEETUP_REMINDER = "meetup_reminder"
    MEETUP_LETTER = "meetup_letter"
    ROOM_TAKEN = "room_taken"
    DAY_AFTER_ORGANIZERS = "day_after_organizers"
    FEEDBACK_ASKED = "feedback_asked"
    RECAP_PUBLISHED = "recap_published"

    @property
    def topic(self) -> MailTopic | None:
        """The kind of mail it is, for those who refuse some; None for what cannot be refused."""
        return _TOPICS.get(self)

    @property
    def is_swift(self) -> bool:
        """Whether somebody may wait for it at a page; others go behind, to hundreds at a time."""
        return self.topic is None and self not in _TO_MANY


_TO_MANY = {
    MessageKind.GROUP_NEAR,
    MessageKind.MEETUP_CHANGED,
    MessageKind.MEETUP_CANCELLED,
    MessageKind.MEETUP_FIXED,
    MessageKind.SEAT_GIVEN,
}

# What is left out goes to people whatever they refused: their account asks for it, somebody waits
# for their answer, or it decides on what they asked for.
_TOPICS = {
    MessageKind.CO_ORGANIZER_ANSWERED: MailTopic.APPLICATIONS,
    MessageKind.APPLICATION_RECEIVED: MailTopic.APPLICATIONS,
    MessageKind.APPLICATION_MESSAGE: MailTopic.APPLICATIONS,
    MessageKind.APPLICATION_WITHDRAWN: MailTopic.APPLICATIONS,
    MessageKind.APPLICANT_NOTE: MailTopic.APPLICATIONS,
    MessageKind.APPLICATION_TO_REVIEW: MailTopic.REVIEWS,
    MessageKind.CLAIM_OPENED: MailTopic.REVIEWS,
    MessageKind.GROUP_REPORTED: MailTopic.REVIEWS,
    MessageKind.GROUP_VACANT: MailTopic.REVIEWS,
    MessageKind.LEAD_CHANGED: MailTopic.ORGANIZING,
    MessageKind.INVITATION_ANSWERED: MailTopic.ORGANIZING,
    MessageKind.MESSAGE_TO_ORGANIZERS: MailTopic.ORGANIZING,
    MessageKind.GROUP_MERGED: MailTopic.ORGANIZING,
    MessageKind.CHARTER_UNMET: MailTopic.ORGANIZING,
    MessageKind.CO_HOST_INVITED: MailTopic.ORGANIZING,
    MessageKind.CO_HOST_ANSWERED: MailTopic.ORGANIZING,
    MessageKind.TALK_PROPOSED: MailTopic.ORGANIZING,
    MessageKind.TALK_WITHDRAWN: MailTopic.ORGANIZING,
    MessageKind.MESSAGE_TO_MEMBERS: MailTopic.GROUPS,
    MessageKind.DAY_AFTER_ORGANIZERS: MailTopic.ORGANIZING,
    MessageKind.FEEDBACK_ASKED: MailTopic.MEETUPS,
    MessageKind.MEETUP_REMINDER: MailTopic.MEETUPS,
    MessageKind.MEETUP_LETTER: MailTopic.MEETUPS,
    MessageKind.ROOM_TAKEN: MailTopic.ORGANIZING,
    MessageKind.RECAP_PUBLISHED: MailTopic.MEETUPS,
}


class Message(Base):
    """One mail to one person. The row has all that it takes to write it, and to write it again."""

    __tablename__ = "message"
    __table_args__ = (CheckConstraint("address LIKE '%_@_%'", name="address_has_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MessageKind] = mapped_column(enum_column(MessageKind, grows=True))
    # Empty for somebody without an account, such as a co-organizer who is invited.
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    # Plain values that the text names: composing a mail asks nothing of the database.
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # A mailed secret is HMAC(secret key, purpose + nonce): the same each time a mail is written.
    nonce: Mapped[str]
    # RFC 5322 section 3.6.4; a second copy, sent after a kill, is known by it.
    message_id: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    sent_at: Mapped[datetime | None]


class MailRefusal(Base):
    """A kind of mail that somebody does not want."""

    __tablename__ = "mail_refusal"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[MailTopic] = mapped_column(enum_column(MailTopic), primary_key=True)
    refused_at: Mapped[datetime] = mapped_column(default=clock.now)
