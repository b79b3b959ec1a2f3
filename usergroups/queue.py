"""Leaving background work: a job row in the caller's own transaction (a transactional outbox).

The row is the truth. Once it is committed whoever listens is nudged; a nudge that gets lost
costs only time, because a sweep looks for due rows every minute.
"""

from collections.abc import Callable
from datetime import datetime
from email.utils import make_msgid
from typing import Any

from usergroups import clock, db, tokens
from usergroups.models import Job, JobKind, Message, MessageKind, User

Bell = Callable[[int, JobKind], None]
_bell: Bell | None = None


def enqueue(kind: JobKind, *, due_at: datetime | None = None, **arguments: Any) -> Job:
    """Add a job row, to be done at or after an instant (at once unless given).

    Arguments are ids and plain values; the handler fetches what they stand for.
    """
    job = Job(kind=kind, arguments=arguments, due_at=due_at or clock.now())
    db.session().add(job)
    db.session().flush()  # the nudge carries the id
    if job.due_at <= clock.now():
        db.after_commit(lambda: _nudge(job))
    return job


def send(
    kind: MessageKind,
    to: User | str,
    *,
    nonce: str | None = None,
    language: str = "en",
    **arguments: Any,
) -> Message:
    """Add a message row and the job that sends it.

    To somebody with an account it goes in their language, else in the one given. Arguments are the
    plain values that the text names. The nonce is given where a secret made of it is mailed.
    """
    message = Message(
        kind=kind,
        user_id=to.id if isinstance(to, User) else None,
        address=to.email if isinstance(to, User) else to,
        language=to.language if isinstance(to, User) else language,
        arguments=arguments,
        nonce=nonce or tokens.nonce(),
        message_id=make_msgid(domain="usergroups.invalid"),
    )
    db.session().add(message)
    db.session().flush()  # the job carries the id
    enqueue(JobKind.SEND_MESSAGE if kind.is_swift else JobKind.SEND_NEWS, message_id=message.id)
    return message


def announce_with(bell: Bell | None) -> None:
    """Have this called with id and kind of each job after the commit; a process has one bell."""
    global _bell  # noqa: PLW0603  set once, by whoever starts the process
    _bell = bell


def _nudge(job: Job) -> None:
    if _bell is not None:
        _bell(job.id, job.kind)
