"""Questions about mails and about who wants which."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from usergroups.db import session
from usergroups.models import Job, JobKind, MailRefusal, MailTopic, Message, MessageKind, User


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A mail that will not be sent unless somebody asks for it."""

    job_id: int
    kind: MessageKind
    address: str
    at: datetime
    reason: str


def by_id(message_id: int) -> Message | None:
    """The message; None where it is gone, as with the account it was for."""
    return session().get(Message, message_id)


def is_refused(message: Message) -> bool:
    """Whether its recipient does not want this kind of mail."""
    query = select(
        exists().where(
            MailRefusal.user_id == message.user_id, MailRefusal.topic == message.kind.topic
        )
    )
    return bool(session().scalar(query))


def refused_by(user: User) -> set[MailTopic]:
    """The kinds of mail that somebody does not want."""
    query = select(MailRefusal.topic).where(MailRefusal.user_id == user.id)
    return set(session().scalars(query))


def given_up() -> list[GivenUp]:
    """The mails that were given up and are still known, the newest first; two queries."""
    query = (
        select(Job)
        .where(Job.kind.in_((JobKind.SEND_MESSAGE, JobKind.SEND_NEWS)))
        .where(Job.finished_at.is_not(None), Job.last_error != "")
        .order_by(Job.finished_at.desc(), Job.id.desc())
    )
    found = {job.arguments["message_id"]: job for job in session().scalars(query)}
    known = {
        message.id: message
        for message in session().scalars(select(Message).where(Message.id.in_(found)))
    }
    return [
        GivenUp(job.id, known[n].kind, known[n].address, job.finished_at, job.last_error)
        for n, job in found.items()
        if n in known and job.finished_at
    ]
