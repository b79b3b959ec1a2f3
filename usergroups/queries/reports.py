"""Questions about what people told, and what came of it."""

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.inputs.report import ReportSearch
from usergroups.models import FOR_ORGANIZERS, Group, GroupReport, ReportKind, ReportOutcome, User
from usergroups.permissions import Standing
from usergroups.queries.paging import SIZE, Page, start

_MOST_SETTLED = 20


def for_organizers(group_id: int) -> list[GroupReport]:
    """What waits for a group's organizers, and what was settled lately; two queries."""
    mine = select(GroupReport).where(
        GroupReport.group_id == group_id, GroupReport.kind.in_(FOR_ORGANIZERS)
    )
    waiting = mine.where(GroupReport.outcome == ReportOutcome.OPEN).order_by(GroupReport.id)
    settled = mine.where(GroupReport.outcome != ReportOutcome.OPEN)
    settled = settled.order_by(GroupReport.settled_at.desc()).limit(_MOST_SETTLED)
    return [*session().scalars(waiting), *session().scalars(settled)]


def search(wanted: ReportSearch, standing: Standing) -> Page[GroupReport]:
    """A page of the reports that somebody may look after, the oldest first; two queries.

    Groups and those who told are loaded. What is settled has the latest first.
    """
    conditions = [GroupReport.outcome == wanted.state, *_within(standing)]
    if wanted.kind is not None:
        conditions.append(GroupReport.kind == wanted.kind)
    if wanted.country is not None:
        conditions.append(Group.country == wanted.country)
    counting = select(func.count(GroupReport.id)).join(GroupReport.group).where(*conditions)
    is_open = wanted.state is ReportOutcome.OPEN
    order = GroupReport.id if is_open else GroupReport.settled_at.desc()
    listing = _loaded().where(*conditions).order_by(order).limit(SIZE).offset(start(wanted.page))
    total = session().scalar(counting) or 0
    return Page(list(session().scalars(listing)), wanted.page, total)


def known(report_id: int) -> GroupReport:
    """A report, its group and whoever told loaded; NotFoundError where there is none. One query."""
    found = session().scalar(
        _loaded().where(GroupReport.id == report_id).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError("there is no such report")
    return found


def of_person(group_id: int, user: User) -> list[GroupReport]:
    """What somebody told about a group, the latest first; one query."""
    query = select(GroupReport).where(
        GroupReport.group_id == group_id, GroupReport.reporter_id == user.id
    )
    return list(session().scalars(query.order_by(GroupReport.id.desc()).limit(_MOST_SETTLED)))


def open_like(group_id: int, kind: ReportKind) -> list[GroupReport]:
    """The open reports of a kind about a group; one query."""
    query = select(GroupReport).where(
        GroupReport.group_id == group_id,
        GroupReport.kind == kind,
        GroupReport.outcome == ReportOutcome.OPEN,
    )
    return list(session().scalars(query.order_by(GroupReport.id)))


def _loaded() -> Select[GroupReport]:
    return (
        select(GroupReport)
        .join(GroupReport.group)
        .options(contains_eager(GroupReport.group), joinedload(GroupReport.reporter))
    )


def _within(standing: Standing) -> list[ColumnElement[bool]]:
    return [] if standing.is_steward else [Group.country.in_(sorted(standing.countries))]
