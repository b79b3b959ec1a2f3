"""Of two people at once the second is told what the first did with an application."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from usergroups.db import session
from usergroups.errors import ConflictError
from usergroups.models import Application, ApplicationStatus, AuditEntry, User


@dataclass(frozen=True, slots=True)
class Overtaking:
    """What somebody else did with an application: its state since, who, and when."""

    status: ApplicationStatus
    act: str
    actor_id: int | None
    name: str
    at: datetime


class OvertakenError(ConflictError):
    """An application is no longer what this person had before them."""

    def __init__(self, overtaking: Overtaking) -> None:
        self.overtaking = overtaking
        who = overtaking.name or "the operator"
        super().__init__(
            f"{who} was first: the application is {overtaking.status.value} since "
            f"{overtaking.at:%Y-%m-%d %H:%M} UTC"
        )


def last_act(application: Application) -> Overtaking:
    """What was last done with an application, by whom; one query."""
    row = (
        session()
        .execute(
            select(AuditEntry.act, AuditEntry.actor_id, AuditEntry.at, User.name, User.email)
            .outerjoin(User, User.id == AuditEntry.actor_id)
            .where(
                AuditEntry.subject_kind == "application", AuditEntry.subject_id == application.id
            )
            .order_by(AuditEntry.id.desc())
            .limit(1)
        )
        .first()
    )
    if row is None:
        return Overtaking(application.status, "", None, "", application.revised_at)
    return Overtaking(
        application.status, row.act, row.actor_id, row.name or row.email or "", row.at
    )
