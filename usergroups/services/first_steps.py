"""The first steps of a new group, as far as only its organizers know that they are done."""

from collections.abc import Mapping

from sqlalchemy import select

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotAllowedError, NotFoundError
from usergroups.models import FirstStep, Group, Step, User
from usergroups.permissions import may_organize
from usergroups.queries import standings


def tick(group: Group, step: Step, *, is_done: bool, by: User | None) -> None:
    """Say that a step is done, or that it is not; twice is once.

    Raises NotAllowedError, and NotFoundError for a group without that step.
    """
    if not may_organize(standings.of(by), group):
        raise NotAllowedError("only its organizers can tick its first steps")
    row = session().scalar(
        select(FirstStep).where(FirstStep.group_id == group.id, FirstStep.step == step)
    )
    if row is None:
        raise NotFoundError("this group has no such step")
    if is_done != (row.done_at is not None):
        row.done_at = clock.now() if is_done else None


def begin(group: Group, *, done: Mapping[Step, bool]) -> None:
    """Give a group its first steps, some of them done; those it has already stay as they are."""
    query = select(FirstStep.step).where(FirstStep.group_id == group.id)
    known = set(session().scalars(query))
    session().add_all(
        FirstStep(group_id=group.id, step=step, done_at=clock.now() if done.get(step) else None)
        for step in Step
        if step not in known
    )
