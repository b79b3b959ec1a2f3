"""Tables, and facts true of one row by itself. All are named here, so that migrations see them."""

from usergroups.db import Base
from usergroups.models.audit import AuditEntry
from usergroups.models.event import PUBLISHED, Attendance, Event, EventStatus, Origin
from usergroups.models.federation import Federation
from usergroups.models.feed import Feed, FeedKind, made_of
from usergroups.models.group import (
    LIVING,
    Group,
    GroupLink,
    GroupStatus,
    LinkKind,
    Topic,
    group_topic,
)
from usergroups.models.job import Job, JobKind
from usergroups.models.membership import Membership, Role
from usergroups.models.source import Source, SourceKind, SourceState
from usergroups.models.user import SignInLink, User

__all__ = [
    "LIVING",
    "PUBLISHED",
    "Attendance",
    "AuditEntry",
    "Base",
    "Event",
    "EventStatus",
    "Federation",
    "Feed",
    "FeedKind",
    "Group",
    "GroupLink",
    "GroupStatus",
    "Job",
    "JobKind",
    "LinkKind",
    "Membership",
    "Origin",
    "Role",
    "SignInLink",
    "Source",
    "SourceKind",
    "SourceState",
    "Topic",
    "User",
    "group_topic",
    "made_of",
]
