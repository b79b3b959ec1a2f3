"""Tables, and facts true of one row by itself. All are named here, so that migrations see them."""

from usergroups.db import Base
from usergroups.models.application import (
    AMENDABLE,
    MOVES,
    OPEN,
    Application,
    ApplicationStatus,
    Audience,
    BlockedAddress,
    CoOrganizer,
    Note,
    Reviewer,
    before,
)
from usergroups.models.audit import AuditEntry
from usergroups.models.charter import (
    CharterQuestion,
    CharterRule,
    Finding,
    QuestionKind,
    RuleKind,
    Waiver,
)
from usergroups.models.desk import (
    FirstStep,
    FormerSlug,
    GroupReport,
    Logo,
    ReportKind,
    ReportOutcome,
    Step,
)
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
from usergroups.models.membership import (
    ORGANIZING,
    Answer,
    Coordinator,
    Invitation,
    Membership,
    Role,
)
from usergroups.models.message import MailRefusal, MailTopic, Message, MessageKind
from usergroups.models.source import Source, SourceKind, SourceState
from usergroups.models.user import Archive, LinkPurpose, MailedLink, SignIn, User

__all__ = [
    "AMENDABLE",
    "LIVING",
    "MOVES",
    "OPEN",
    "ORGANIZING",
    "PUBLISHED",
    "Answer",
    "Application",
    "ApplicationStatus",
    "Archive",
    "Attendance",
    "Audience",
    "AuditEntry",
    "Base",
    "BlockedAddress",
    "CharterQuestion",
    "CharterRule",
    "CoOrganizer",
    "Coordinator",
    "Event",
    "EventStatus",
    "Federation",
    "Feed",
    "FeedKind",
    "Finding",
    "FirstStep",
    "FormerSlug",
    "Group",
    "GroupLink",
    "GroupReport",
    "GroupStatus",
    "Invitation",
    "Job",
    "JobKind",
    "LinkKind",
    "LinkPurpose",
    "Logo",
    "MailRefusal",
    "MailTopic",
    "MailedLink",
    "Membership",
    "Message",
    "MessageKind",
    "Note",
    "Origin",
    "QuestionKind",
    "ReportKind",
    "ReportOutcome",
    "Reviewer",
    "Role",
    "RuleKind",
    "SignIn",
    "Source",
    "SourceKind",
    "SourceState",
    "Step",
    "Topic",
    "User",
    "Waiver",
    "before",
    "group_topic",
    "made_of",
]
