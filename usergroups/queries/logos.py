"""Questions about logos."""

from sqlalchemy import select, union_all

from usergroups.db import session
from usergroups.models import Logo, Sponsor


def content(digest: str) -> bytes | None:
    """The bytes of the picture with this digest; None where no group or sponsor has it.

    One query.
    """
    groups = select(Logo.content).where(Logo.digest == digest)
    sponsors = select(Sponsor.logo).where(Sponsor.logo_digest == digest)
    found: bytes | None = session().scalar(union_all(groups, sponsors).limit(1))
    return found
