"""What becomes of mails, and which kinds of them people want."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, select, update

from usergroups import clock
from usergroups.db import session
from usergroups.models import MailRefusal, MailTopic, Message, User
from usergroups.queries import messages

KEPT = timedelta(days=14)


def mark_sent(message: Message) -> None:
    """A server has taken it. Nothing happens where it is gone by now, with its account."""
    session().execute(update(Message).where(Message.id == message.id).values(sent_at=clock.now()))


def forget_old() -> None:
    """Remove mails left two weeks ago: by then each was sent, or was tried for days in vain."""
    session().execute(delete(Message).where(Message.created_at < clock.now() - KEPT))


def want(topics: Collection[MailTopic], *, by: User) -> None:
    """From now on these kinds of mail and no others; what an account needs comes anyway."""
    if _held(by.id):
        _refuse(by.id, set(MailTopic) - set(topics))


def refuse(user_id: int, topic: MailTopic) -> None:
    """No more mails of this kind; nothing happens where the account is gone, or had refused."""
    if user := _held(user_id):
        _refuse(user.id, messages.refused_by(user) | {topic})


def _held(user_id: int) -> User | None:
    """The account, held so that of two clicks one comes after the other."""
    return session().scalar(select(User).where(User.id == user_id).with_for_update())


def _refuse(user_id: int, topics: set[MailTopic]) -> None:
    """These and no others."""
    session().execute(delete(MailRefusal).where(MailRefusal.user_id == user_id))
    session().add_all(MailRefusal(user_id=user_id, topic=topic) for topic in topics)
    session().flush()
