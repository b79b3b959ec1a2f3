"""Questions about logos."""

from sqlalchemy import select

from usergroups.db import session
from usergroups.models import Logo


def content(digest: str) -> bytes | None:
    """The bytes of the picture with this digest; None where no group has it. One query."""
    return session().scalar(select(Logo.content).where(Logo.digest == digest).limit(1))
