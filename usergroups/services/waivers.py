"""Letting one group, or one application, off a rule of the charter: who, why and until when."""

from sqlalchemy import select, update

from usergroups import clock
from usergroups.charter import Exemption
from usergroups.db import session
from usergroups.errors import ConflictError, NotAllowedError, NotFoundError
from usergroups.inputs.charter import WaiverInput
from usergroups.models import Application, Group, User, Waiver
from usergroups.permissions import may_review_in
from usergroups.queries import charter as queries
from usergroups.queries import standings
from usergroups.services import audit, charter_findings, reviews


def guard(subject: Group | Application, by: User | None) -> None:
    """See that they look after its country, and decide nothing about an application of their own.

    Raises NotAllowedError.
    """
    if isinstance(subject, Application):
        reviews.guard(subject, by)
    elif not may_review_in(standings.of(by), subject.country):
        raise NotAllowedError("only stewards and the coordinators of its country waive rules")


def grant(subject: Group | Application, given: WaiverInput, *, by: User | None) -> Waiver:
    """Waive a rule for a group or an application until a day.

    Raises NotAllowedError as `guard` does, and ConflictError where somebody has waived
    that rule already.
    """
    guard(subject, by)
    kind = type(subject)
    # Of two who waive at the same time, the second waits here and finds what the first did.
    session().execute(select(kind.id).where(kind.id == subject.id).with_for_update())
    for exemption in _in_force(subject):
        if exemption.kind is given.kind:
            day = exemption.until_on.isoformat()
            raise ConflictError(f"this rule is waived already, until {day}: end that waiver first")
    of_what = {"group_id" if isinstance(subject, Group) else "application_id": subject.id}
    waiver = Waiver(
        kind=given.kind, why=given.why, until_on=given.until_on,
        granted_by_id=by.id if by else None, **of_what,
    )  # fmt: skip
    session().add(waiver)
    session().flush()  # the audit entry needs the id
    audit.record(
        "waiver.granted", subject, by=by, waiver_id=waiver.id, rule=given.kind.value,
        until_on=given.until_on.isoformat(),
    )  # fmt: skip
    _look_again(waiver)
    return waiver


def end(waiver: Waiver, *, by: User | None) -> None:
    """End a waiver today. Raises NotAllowedError, and ConflictError where it has ended already."""
    subject = subject_of(waiver)
    guard(subject, by)
    ended = session().execute(
        update(Waiver)
        .where(Waiver.id == waiver.id, Waiver.ended_at.is_(None))
        .values(ended_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if not ended.rowcount:  # type: ignore[attr-defined]  # of a cursor's result
        raise ConflictError("this waiver has ended already")
    session().refresh(waiver, ["ended_at"])
    audit.record("waiver.ended", subject, by=by, waiver_id=waiver.id, rule=waiver.kind.value)
    _look_again(waiver)


def subject_of(waiver: Waiver) -> Group | Application:
    """The group or application it is for. Raises NotFoundError where that is gone."""
    subject: Group | Application | None = (
        session().get(Group, waiver.group_id)
        if waiver.group_id
        else session().get(Application, waiver.application_id)
    )
    if subject is None:
        raise NotFoundError("what this waiver was for is gone")
    return subject


def _in_force(subject: Group | Application) -> list[Exemption]:
    if isinstance(subject, Group):
        return queries.exemptions_of_groups([subject.id]).get(subject.id, [])
    return queries.exemptions_of_application(subject.id)


def _look_again(waiver: Waiver) -> None:
    """What is kept of the group follows at once; an application is judged whenever it is read."""
    subject = subject_of(waiver)
    group_id = subject.id if isinstance(subject, Group) else subject.group_id
    group = session().get(Group, group_id) if group_id else None
    if group is not None:
        charter_findings.look_again(group)
