"""What people found wrong with a group's page: told to whoever can mend it, until it is settled."""

from sqlalchemy import update

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, NotAllowedError
from usergroups.inputs.report import ReportInput, SettleInput
from usergroups.models import (
    FOR_ORGANIZERS,
    Group,
    GroupReport,
    MessageKind,
    ReportKind,
    ReportOutcome,
    User,
)
from usergroups.permissions import may_organize, may_review_in
from usergroups.queries import reports, standings, team
from usergroups.queue import send
from usergroups.services import audit
from usergroups.services.memberships import hold


def tell(group: Group, given: ReportInput, *, by: User | None) -> GroupReport:
    """Note what somebody found; `by` is None for a visitor. The same again is noted once.

    Organizers are told what they can mend, stewards the rest; not anew while the same waits.
    """
    group = hold(group)
    waiting = reports.open_like(group.id, given.kind)
    for one in waiting:
        if (one.text, one.reporter_id) == (given.text, by.id if by else None):
            return one
    report = GroupReport(
        group_id=group.id, kind=given.kind, text=given.text, reporter_id=by.id if by else None
    )
    session().add(report)
    session().flush()  # whoever asks for it wants its id
    if not waiting:
        _tell(group, given)
    return report


def settle(report: GroupReport, given: SettleInput, *, by: User | None) -> None:
    """Close a report, with a word to whoever told.

    Raises NotAllowedError, and ConflictError for one that was settled already, or is a claim.
    """
    if report.kind is ReportKind.CLAIM:
        raise ConflictError("a claim is approved or turned down")
    may = may_organize if report.kind in FOR_ORGANIZERS else None
    standing = standings.of(by)
    if not (may_review_in(standing, report.group.country) or (may and may(standing, report.group))):
        raise NotAllowedError("only those who were told can settle it")
    outcome = ReportOutcome(given.outcome.value)
    close(report, outcome, given.answer, by=by)
    audit.record(f"report.{outcome.value}", report, by=by, kind=report.kind.value)


def close(report: GroupReport, outcome: ReportOutcome, answer: str, *, by: User | None) -> None:
    """Give an open report its outcome. Raises ConflictError where somebody else was first."""
    values = {
        "outcome": outcome,
        "answer": answer,
        "settled_at": clock.now(),
        "settled_by_id": by.id if by else None,
    }
    done = session().execute(
        update(GroupReport)
        .where(GroupReport.id == report.id, GroupReport.outcome == ReportOutcome.OPEN)
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    if not done.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise ConflictError("somebody else has settled it in the meantime")


def _tell(group: Group, given: ReportInput) -> None:
    organizers = [one.user for one in team.organizers(group.id)]
    to_organizers = given.kind in FOR_ORGANIZERS and bool(organizers)
    for user in organizers if to_organizers else team.stewards_of(group.country):
        send(
            MessageKind.GROUP_REPORTED, user, group=group.name, slug=group.slug,
            what=given.kind.value, text=given.text, to_organizers=to_organizers,
        )  # fmt: skip
