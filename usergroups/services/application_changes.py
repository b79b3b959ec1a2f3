"""What every change of an application by its applicant goes through."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, NotAllowedError
from usergroups.models import Application, ApplicationStatus, User, before
from usergroups.permissions import may_amend
from usergroups.queries import applications as queries
from usergroups.services import audit


def guard(application: Application, by: User) -> None:
    """Raises NotAllowedError for all but the applicant."""
    if not may_amend(by.id, application):
        raise NotAllowedError("only who applies can change an application")


def lock(application: Application, *, by: User) -> None:
    """See an application and its people as they are by now; who else acts on it waits.

    Raises NotAllowedError for all but the applicant, NotFoundError where it was thrown away.
    """
    guard(application, by)
    session().flush()  # what was changed here is seen again
    queries.locked(application.id)


def hold(application: Application, *, by: User) -> None:
    """Lock an application that its applicant may change.

    Raises what `lock` raises; ConflictError where reviewers have begun to look at it.
    """
    lock(application, by=by)
    if not application.is_amendable:
        raise ConflictError("this is being looked at or decided: it stays as it is")


def change(application: Application, values: Mapping[str, Any], *, by: User, version: int) -> None:
    """Change what it says. Raises what `hold` and `touch` raise; the same twice changes nothing."""
    hold(application, by=by)
    moved = {name: value for name, value in values.items() if getattr(application, name) != value}
    if moved:
        touch(application, by=by, version=version)
    for name, value in moved.items():
        setattr(application, name, value)
    session().flush()  # whoever asks next sees it


def touch(application: Application, *, by: User, version: int) -> None:
    """Note that it is changed. Raises ConflictError where it was changed in another window."""
    if application.version != version:
        raise ConflictError("this was changed in another window")
    application.version += 1
    application.revised_at = clock.now()
    if application.status is not ApplicationStatus.DRAFT:
        audit.record("application.changed", application, by=by)


def advance(application: Application, to: ApplicationStatus, version: int, **values: Any) -> None:
    """Move it on if it is what this person saw. Raises ConflictError where it is not."""
    moved = session().execute(
        update(Application)
        .where(
            Application.id == application.id,
            Application.version == version,
            Application.status.in_(before(to)),
        )
        .values(status=to, version=Application.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise ConflictError("this has been changed or decided meanwhile")
    session().refresh(application, ["status", "version", *values])
