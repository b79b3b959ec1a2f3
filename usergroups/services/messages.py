"""What becomes of mails, and which kinds of them people want."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, update

from usergroups import clock
from usergroups.db import session
from usergroups.models import MailRefusal, MailTopic, Message, User
from usergroups.queries import messages, users

KEPT = timedelta(days=14)


def mark_sent(message: Message) -> None:
    """A server has taken it. Nothing happens where it is gone by now, with its account."""
    session().execute(update(Message).where(Message.id == message.id).values(sent_at=clock.now()))


def forget_old() -> None:
    """Remove mails left two weeks ago: by then each was sent, or was tried for days in vain."""
    session().execute(delete(Message).where(Message.created_at < clock.now() - KEPT))


def want(topics: Collection[MailTopic], *, by: User) -> None:
    """From now on these kinds of mail and no others; what an account needs comes anyway."""
    for topic in MailTopic:
        _set(by, topic, refused=topic not in topics)


def refuse(user_id: int, topic: MailTopic) -> None:
    """No more mails of this kind; nothing happens where the account is gone, or had refused."""
    if user := users.by_id(user_id):
        _set(user, topic, refused=True)


def _set(user: User, topic: MailTopic, *, refused: bool) -> None:
    had = topic in messages.refused_by(user)
    if refused and not had:
        session().add(MailRefusal(user_id=user.id, topic=topic))
        session().flush()
    elif had and not refused:
        session().execute(
            delete(MailRefusal).where(MailRefusal.user_id == user.id, MailRefusal.topic == topic)
        )
