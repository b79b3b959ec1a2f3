"""Questions about logos."""

from sqlalchemy import select, union_all

from usergroups.db import session
from usergroups.models import Federation, Logo, Sponsor


def content(digest: str) -> bytes | None:
    """The bytes of the picture with this digest; None where nobody has it.

    One query.
    """
    groups = select(Logo.content).where(Logo.digest == digest)
    sponsors = select(Sponsor.logo).where(Sponsor.logo_digest == digest)
    federation = select(Federation.logo).where(Federation.logo_digest == digest)
    found: bytes | None = session().scalar(union_all(groups, sponsors, federation).limit(1))
    return found
