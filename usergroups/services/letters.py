"""Letters within a group: organizers to its members, anybody to its organizers.

Neither side sees an address it was not given: letters to members come from the federation, and
whoever writes to organizers agrees that they may answer.
"""

from datetime import timedelta

from sqlalchemy import func, select

from usergroups import clock
from usergroups.db import session
from usergroups.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    Refusal,
)
from usergroups.inputs.desk import LetterInput
from usergroups.models import (
    AuditEntry,
    Group,
    GroupStatus,
    JobKind,
    MailTopic,
    MessageKind,
    User,
)
from usergroups.permissions import may_organize
from usergroups.queries import groups, members, messages, standings, team
from usergroups.queue import enqueue, send
from usergroups.services import audit
from usergroups.services.memberships import hold

MOST_A_DAY = 2
# So many mails are left in one transaction, so that nobody who writes waits for long.
_AT_ONCE = 200
_WROTE = "group.wrote_to_members"


def to_members(group: Group, given: LetterInput, *, by: User) -> int:
    """Write to the members who want the group's mails; answers how many there are.

    The mails are left by a job, some at a time. Raises NotAllowedError, ConflictError for a group
    that has ended, InvalidInputError where nobody wants mail or it was done twice within a day.
    """
    if not may_organize(standings.of(by), group):
        raise NotAllowedError("only its organizers can write to a group's members")
    group = hold(group)
    if group.status is GroupStatus.ARCHIVED:
        raise ConflictError("this group has ended")
    if _count_today(group) >= MOST_A_DAY:
        raise _refused("wrote_often", "members were written to often today")
    reached = members.count_reached(group.id)
    if not reached:
        raise _refused("nobody_wants", "no member wants mail")
    audit.record(_WROTE, group, by=by, members=reached)
    enqueue(
        JobKind.WRITE_TO_MEMBERS, group_id=group.id, subject=given.subject, text=given.text,
        by=by.name, after=0,
    )  # fmt: skip
    return reached


def spread(*, group_id: int, subject: str, text: str, by: str, after: int) -> None:
    """Leave a letter's next mails, and the job for those that come then, in one transaction."""
    group = groups.by_id(group_id)
    if group is None:
        return  # merged into another in the meantime, whose members it was not meant for
    reached = members.reached(group_id, after=after, most=_AT_ONCE)
    for _, user in reached:
        send(
            MessageKind.MESSAGE_TO_MEMBERS, user, group=group.name, slug=group.slug, by=by,
            title=subject, text=text,
        )  # fmt: skip
    if len(reached) == _AT_ONCE:
        enqueue(
            JobKind.WRITE_TO_MEMBERS, group_id=group_id, subject=subject, text=text, by=by,
            after=reached[-1][0],
        )  # fmt: skip


def to_organizers(group: Group, text: str, *, by: User) -> int:
    """Have a word mailed to those who organize a group; answers go to the writer themselves.

    Where nobody organizes it, or none of them wants such mails, it goes to the stewards of its
    country. Answers to how many it went. Raises NotAllowedError for somebody of whom it is not
    known that the address is theirs: answers would go to a stranger.
    """
    if by.verified_at is None:
        raise NotAllowedError("verify your address first: answers go there")
    told = [one.user for one in team.organizers(group.id)]
    willing = [user for user in told if MailTopic.ORGANIZING not in messages.refused_by(user)]
    for user in willing or team.stewards_of(group.country):
        send(
            MessageKind.MESSAGE_TO_ORGANIZERS, user, group=group.name, slug=group.slug,
            who=by.name or by.email, text=text, reply_to=by.email, to_stewards=not willing,
        )  # fmt: skip
    return len(willing)


def _count_today(group: Group) -> int:
    query = select(func.count(AuditEntry.id)).where(
        AuditEntry.group_id == group.id,
        AuditEntry.act == _WROTE,
        AuditEntry.at > clock.now() - timedelta(days=1),
    )
    return session().scalar(query) or 0


def _refused(code: str, sentence: str) -> InvalidInputError:
    return InvalidInputError({"input": Refusal(code, sentence)})
