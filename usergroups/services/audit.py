"""Leaving a trace of an act."""

from typing import Any

from usergroups.db import session
from usergroups.models import AuditEntry, Base, Group, User


def record(act: str, subject: Base, *, by: User | None, **details: Any) -> None:
    """Add one audit entry about a row that has its id. Details are ids and states, no names.

    It belongs to the group that the row is, that the row or the details name, or to none.
    """
    group_id = subject.id if isinstance(subject, Group) else getattr(subject, "group_id", None)
    session().add(
        AuditEntry(
            act=act,
            actor_id=by.id if by else None,
            subject_kind=subject.__tablename__,
            subject_id=subject.id,  # type: ignore[attr-defined]  # every table here has an id
            group_id=group_id or details.get("group_id"),
            details=details,
        )
    )
