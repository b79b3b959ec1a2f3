"""Leaving a trace of an act."""

from typing import Any

from usergroups.db import session
from usergroups.models import AuditEntry, Base, User


def record(act: str, subject: Base, *, by: User | None, **details: Any) -> None:
    """Add one audit entry about a row that has its id. Details are ids and states, no names."""
    session().add(
        AuditEntry(
            act=act,
            actor_id=by.id if by else None,
            subject_kind=subject.__tablename__,
            subject_id=subject.id,  # type: ignore[attr-defined]  # every table here has an id
            details=details,
        )
    )
