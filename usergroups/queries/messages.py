"""Questions about mails and about who wants which."""

from sqlalchemy import exists, select

from usergroups.db import session
from usergroups.models import MailRefusal, MailTopic, Message, User


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
