"""“This is my group”: somebody asks for a group that was taken in from a list and has nobody."""

from usergroups import tokens
from usergroups.db import session
from usergroups.errors import ConflictError, NotAllowedError
from usergroups.inputs.report import ClaimInput, RejectInput
from usergroups.models import (
    Group,
    GroupReport,
    GroupStatus,
    MessageKind,
    ReportKind,
    ReportOutcome,
    User,
)
from usergroups.permissions import may_review_in
from usergroups.queries import reports, standings, team
from usergroups.queue import send
from usergroups.services import audit, first_steps, leads
from usergroups.services.memberships import hold
from usergroups.services.reports import close

_PROOF_LENGTH = 12


def proof_of(group_id: int, user_id: int) -> str:
    """A word that only this person was given for this group.

    Found where the group lives today, it shows that they can write there.
    """
    return f"usergroups-{tokens.secret('claim', f'{group_id}.{user_id}')[:_PROOF_LENGTH]}"


def claim(group: Group, given: ClaimInput, *, by: User) -> GroupReport:
    """Say that a group is one's own; the stewards of its country are told. Twice is once.

    Raises NotAllowedError while the address is unproven, and ConflictError for a group that has
    organizers or has ended.
    """
    if by.verified_at is None:
        raise NotAllowedError("verify your address first: the answer goes there")
    group = hold(group)
    refuse_organized(group)
    for one in reports.open_like(group.id, ReportKind.CLAIM):
        if one.reporter_id == by.id:
            return one
    report = GroupReport(
        group_id=group.id, kind=ReportKind.CLAIM, text=given.text, reporter_id=by.id
    )
    session().add(report)
    session().flush()  # the audit entry needs the id
    audit.record("claim.opened", report, by=by)
    for user in team.stewards_of(group.country):
        send(
            MessageKind.CLAIM_OPENED, user, group=group.name, slug=group.slug, city=group.city,
            who=by.name or by.email, text=given.text,
        )  # fmt: skip
    return report


def approve(report: GroupReport, *, by: User | None) -> Group:
    """Give the group to whoever claimed it: they lead it. Once, whatever is clicked twice.

    Raises NotAllowedError, also for one's own claim, and ConflictError where it was decided, the
    account is gone, or the group has organizers by now.
    """
    _guard(report, by)
    group = hold(report.group)
    claimant = reports.known(report.id).reporter
    if claimant is None:
        raise ConflictError("the account that claimed it is gone")
    close(report, ReportOutcome.SETTLED, "", by=by)
    refuse_organized(group)
    leads.change_lead(claimant, group, by=by)
    first_steps.begin(group, done={})
    audit.record("claim.approved", report, by=by, user_id=claimant.id)
    _tell(group, claimant, is_approved=True, reason="")
    return group


def reject(report: GroupReport, given: RejectInput, *, by: User | None) -> None:
    """Turn a claim down, and say why. Raises NotAllowedError, ConflictError if it was decided."""
    _guard(report, by)
    claimant = reports.known(report.id).reporter
    close(report, ReportOutcome.REJECTED, given.answer, by=by)
    audit.record("claim.rejected", report, by=by)
    if claimant is not None:
        _tell(report.group, claimant, is_approved=False, reason=given.answer)


def refuse_organized(group: Group) -> None:
    """Raise ConflictError for a group that has organizers, or has ended."""
    if group.status is GroupStatus.ARCHIVED:
        raise ConflictError("this group has ended")
    if team.organizers(group.id):
        raise ConflictError("this group has organizers: write to them")


def _guard(report: GroupReport, by: User | None) -> None:
    if report.kind is not ReportKind.CLAIM:
        raise ConflictError("this is no claim")
    if not may_review_in(standings.of(by), report.group.country):
        raise NotAllowedError("only the stewards of its country decide on claims")
    if by is not None and by.id == report.reporter_id:
        raise NotAllowedError("nobody decides on a claim of their own")


def _tell(group: Group, claimant: User, *, is_approved: bool, reason: str) -> None:
    send(
        MessageKind.CLAIM_DECIDED, claimant, group=group.name, slug=group.slug,
        is_approved=is_approved, reason=reason,
    )  # fmt: skip
