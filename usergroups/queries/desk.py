"""Questions that a group's desk asks: its first steps, and what needs doing."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select

from usergroups import clock
from usergroups.db import session
from usergroups.models import (
    FOR_ORGANIZERS,
    ORGANIZING,
    PUBLISHED,
    Double,
    Event,
    EventStatus,
    FirstStep,
    Group,
    GroupLink,
    GroupReport,
    Membership,
    ReportOutcome,
    Source,
    SourceState,
    Step,
)
from usergroups.queries import doubles

_TROUBLED = (SourceState.STALE, SourceState.FAILING, SourceState.SHRUNK)


@dataclass(frozen=True, slots=True)
class ListedStep:
    """A first step, and whether it is done; `is_derived` where the group itself shows that."""

    step: Step
    is_done: bool
    is_derived: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is, and how much waits."""

    members: int
    coming: int
    reports: int
    troubled_sources: int
    doubles: int


def first_steps(group: Group) -> list[ListedStep]:
    """The first steps of a group that was approved here, in their order; two queries.

    Empty for a group that came another way.
    """
    query = select(FirstStep.step, FirstStep.done_at).where(FirstStep.group_id == group.id)
    ticked = {row.step: row.done_at for row in session().execute(query)}
    if not ticked:
        return []
    seen = _seen(group)
    return [
        ListedStep(step, seen.get(step, False) or ticked[step] is not None, step in seen)
        for step in Step
        if step in ticked
    ]


def _seen(group: Group) -> dict[Step, bool]:
    """The steps that can be seen to be done, and whether they are; one query."""
    organizers = select(func.count(Membership.id)).where(
        Membership.group_id == group.id, Membership.role.in_(ORGANIZING)
    )
    announced = exists().where(Event.group_id == group.id, Event.status.in_(PUBLISHED))
    linked = exists().where(GroupLink.group_id == group.id)
    row = session().execute(select(organizers.scalar_subquery(), announced, linked)).one()
    return {
        Step.DESCRIBE: bool(group.description),
        Step.LOGO: bool(group.logo_digest),
        Step.LINKS: bool(row[2]),
        Step.CO_ORGANIZER: row[0] > 1,
        Step.MEETUP: bool(row[1]),
    }


def figures(group: Group) -> Figures:
    """How much there is, and how much waits; one query."""
    members = select(func.count(Membership.id)).where(Membership.group_id == group.id)
    coming = select(func.count(Event.id)).where(
        Event.group_id == group.id,
        Event.ends_at > clock.now(),
        Event.status.in_((EventStatus.CONFIRMED, EventStatus.TENTATIVE)),
    )
    waiting = select(func.count(GroupReport.id)).where(
        GroupReport.group_id == group.id,
        GroupReport.outcome == ReportOutcome.OPEN,
        GroupReport.kind.in_(FOR_ORGANIZERS),
    )
    troubled = select(func.count(Source.id)).where(
        Source.group_id == group.id, Source.state.in_(_TROUBLED)
    )
    twice = select(func.count(Double.id)).where(doubles.waiting_for(group.id))
    asked = (members, coming, waiting, troubled, twice)
    row = session().execute(select(*(query.scalar_subquery() for query in asked))).one()
    return Figures(*row)
