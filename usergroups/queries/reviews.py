"""Questions about applications as reviewers ask them. Drafts are never among the answers.

Regional coordinators see the applications of their countries, and nothing of others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.inputs.review import WAITING, QueueSearch, Whose
from usergroups.models import (
    Application,
    ApplicationStatus,
    CharterQuestion,
    Coordinator,
    CoOrganizer,
    Finding,
    Group,
    GroupReport,
    Note,
    ReportOutcome,
    Reviewer,
    User,
)
from usergroups.permissions import Standing
from usergroups.queries.paging import SIZE, Page, start
from usergroups.queries.rows import rows

_LOOK_BACK = timedelta(days=365)
# So many of the latest decisions tell how long they take.
_MOST_DECISIONS = 500
_MOST_EARLIER = 20
_DECIDED = (ApplicationStatus.APPROVED, ApplicationStatus.DECLINED)
_A = Application.metadata.tables["application"].c
# Since when it lies with the reviewers: what was sent back comes in anew.
_handed_in: ColumnElement[datetime] = func.coalesce(_A.resubmitted_at, _A.submitted_at)


@dataclass(frozen=True, slots=True)
class QueuedApplication:
    """An application as the queue shows it; `handed_in_at` is when it was last handed in."""

    id: int
    public_id: str
    group_name: str
    city: str
    region: str
    country: str
    status: ApplicationStatus
    is_takeover: bool
    handed_in_at: datetime
    decided_at: datetime | None
    applicant: str
    reviewers: Sequence[str]

    @property
    def days(self) -> int:
        """Whole days that it has been waiting, or waited for a decision."""
        return ((self.decided_at or clock.now()) - self.handed_in_at).days


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """How the queue stands: how many wait for reviewers and since when, how long decisions took.

    `median_days` is of the decisions of the last year, from the first time it was handed in; None
    where there was none.
    """

    waiting: int
    oldest_at: datetime | None
    sent_back: int
    decided: int
    median_days: float | None

    @property
    def oldest_days(self) -> int:
        """The age of the queue: whole days that its oldest application has been waiting."""
        return (clock.now() - self.oldest_at).days if self.oldest_at else 0


@dataclass(frozen=True, slots=True)
class DeskFigures:
    """What else waits at the desk: open reports, and groups that break a rule."""

    reports: int
    broken: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another application of the same people, or for the same city."""

    public_id: str
    group_name: str
    city: str
    country: str
    status: ApplicationStatus
    submitted_at: datetime
    decided_at: datetime | None
    reason: str
    is_same_people: bool


def queue(wanted: QueueSearch, standing: Standing, user_id: int) -> Page[QueuedApplication]:
    """One page of the queue, what has waited longest first; what has ended, latest first.

    Without what this person applied for: nobody reviews their own. Three queries.
    """
    conditions = [
        *_wanted(wanted, standing),
        # `is distinct from` also holds where the applicant's account is gone.
        _A.applicant_id.is_distinct_from(user_id),
        *_whose(wanted, user_id),
    ]
    (total,) = rows(select(func.count()).select_from(Application).where(*conditions))[0]
    listing = _listing(wanted).where(*conditions).limit(SIZE).offset(start(wanted.page))
    return Page(_queued(rows(listing)) if total else (), wanted.page, total)


def every(wanted: QueueSearch, standing: Standing) -> list[QueuedApplication]:
    """All that is wanted, in the order of the queue; two queries."""
    return _queued(rows(_listing(wanted).where(*_wanted(wanted, standing))))


def figures(standing: Standing) -> QueueFigures:
    """How the queue stands for somebody with this standing; two queries."""
    counting = (
        select(_A.status, func.count(), func.min(_handed_in))
        .where(_A.status.in_((*WAITING, ApplicationStatus.CHANGES_REQUESTED)), *_seen_by(standing))
        .group_by(_A.status)
    )
    by_status = {status: (number, since) for status, number, since in rows(counting)}
    waiting = [by_status[status] for status in WAITING if status in by_status]
    decided = rows(
        select(_A.submitted_at, _A.decided_at)
        .where(_A.status.in_(_DECIDED), _A.decided_at > clock.now() - _LOOK_BACK)
        .where(*_seen_by(standing))
        .order_by(_A.decided_at.desc(), _A.id)
        .limit(_MOST_DECISIONS)
    )
    took = [(row.decided_at - row.submitted_at) / timedelta(days=1) for row in decided]
    return QueueFigures(
        waiting=sum(number for number, _ in waiting),
        oldest_at=min((since for _, since in waiting), default=None),
        sent_back=by_status.get(ApplicationStatus.CHANGES_REQUESTED, (0, None))[0],
        decided=len(took),
        median_days=median(took) if took else None,
    )


def countries(standing: Standing) -> list[tuple[str, int]]:
    """Countries from which there are applications, with their number, by code; one query."""
    query = (
        select(_A.country, func.count())
        .where(_A.status != ApplicationStatus.DRAFT, _A.country != "", *_seen_by(standing))
        .group_by(_A.country)
        .order_by(_A.country)
    )
    return [(code, number) for code, number in rows(query)]


def desk(standing: Standing) -> DeskFigures:
    """What waits besides applications; two queries."""
    mine = [] if standing.is_steward else [Group.country.in_(sorted(standing.countries))]
    reports = (
        select(func.count(GroupReport.id))
        .join(GroupReport.group)
        .where(GroupReport.outcome == ReportOutcome.OPEN, *mine)
    )
    broken = (
        select(func.count(Finding.group_id.distinct()))
        .join(Finding.group)
        .where(Finding.passed.is_(False), *mine)
    )
    return DeskFigures(session().scalar(reports) or 0, session().scalar(broken) or 0)


def known(public_id: str) -> Application:
    """An application by itself. Raises NotFoundError where there is none, or only a draft."""
    application = session().scalar(
        select(Application).where(
            Application.public_id == public_id, Application.status != ApplicationStatus.DRAFT
        )
    )
    if application is None:
        raise NotFoundError("there is no such application")
    return application


def in_full(public_id: str) -> Application:
    """An application with its people, reviewers and group; three queries. Raises NotFoundError."""
    application = session().scalar(
        select(Application)
        .where(Application.public_id == public_id, Application.status != ApplicationStatus.DRAFT)
        .options(
            joinedload(Application.applicant),
            joinedload(Application.decided_by),
            joinedload(Application.group),
            selectinload(Application.co_organizers).joinedload(CoOrganizer.user),
            selectinload(Application.reviewers).joinedload(Reviewer.user),
        )
    )
    if application is None:
        raise NotFoundError("there is no such application")
    return application


def notes_of(application: Application) -> list[Note]:
    """All that was said, to applicants and among reviewers, in order; one query."""
    query = select(Note).where(Note.application_id == application.id)
    return list(session().scalars(query.options(joinedload(Note.author)).order_by(Note.id)))


def answered(application: Application) -> list[tuple[CharterQuestion, Any]]:
    """What its applicants were asked and said, retired questions too, in order; one query."""
    given = {**application.answers, **application.agreements}
    ids = [int(key) for key in given if key.isdecimal()]
    query = select(CharterQuestion).where(CharterQuestion.id.in_(ids))
    found = session().scalars(query.order_by(CharterQuestion.position, CharterQuestion.id))
    return [(question, given[str(question.id)]) for question in found]


def earlier(application: Application, standing: Standing) -> list[Earlier]:
    """Other applications of its people, and others for its city, the latest first; one query."""
    involved = [one for one in application.co_organizers if one.user_id is not None]
    ids = {application.applicant_id, *(one.user_id for one in involved)} - {None}
    emails = {one.email for one in application.co_organizers}
    if application.applicant is not None:
        emails.add(application.applicant.email)
    taking_part = select(CoOrganizer.application_id).where(
        or_(CoOrganizer.user_id.in_(ids), CoOrganizer.email.in_(emails))
    )
    same_people = or_(_A.applicant_id.in_(ids), _A.id.in_(taking_part))
    same_city = and_(_A.country == application.country, _A.city == application.city)
    query = (
        select(
            _A.public_id,
            _A.group_name,
            _A.city,
            _A.country,
            _A.status,
            _A.submitted_at,
            _A.decided_at,
            _A.reason,
            case((same_people, true()), else_=false()),
        )
        .where(_A.id != application.id, _A.submitted_at.is_not(None), *_seen_by(standing))
        .where(_A.status != ApplicationStatus.DRAFT, or_(same_people, same_city))
        .order_by(_A.submitted_at.desc(), _A.id.desc())
        .limit(_MOST_EARLIER)
    )
    return [Earlier(*row) for row in rows(query)]


def beside(application: Application, standing: Standing) -> tuple[str, str]:
    """The public ids of the applications that wait before and after this one; two queries."""
    here = application.resubmitted_at or application.submitted_at
    waiting = select(_A.public_id).where(_A.status.in_(WAITING), *_seen_by(standing))
    before = or_(_handed_in < here, and_(_handed_in == here, _A.id < application.id))
    after = or_(_handed_in > here, and_(_handed_in == here, _A.id > application.id))
    previous = waiting.where(before).order_by(_handed_in.desc(), _A.id.desc()).limit(1)
    following = waiting.where(after).order_by(_handed_in, _A.id).limit(1)
    return session().scalar(previous) or "", session().scalar(following) or ""


def reviewers_for(application: Application) -> list[User]:
    """Who may look after it, by name: stewards, and coordinators of its country; one query."""
    local = select(Coordinator.user_id).where(Coordinator.country == application.country)
    query = select(User).where(or_(User.is_steward, User.id.in_(local)))
    return list(session().scalars(query.order_by(User.name, User.email)))


def _seen_by(standing: Standing) -> list[ColumnElement[bool]]:
    return [] if standing.is_steward else [_A.country.in_(sorted(standing.countries))]


def _whose(wanted: QueueSearch, user_id: int) -> list[ColumnElement[bool]]:
    mine = select(Reviewer.application_id).where(Reviewer.user_id == user_id)
    anybodys = select(Reviewer.application_id)
    if wanted.whose is Whose.MINE:
        return [_A.id.in_(mine)]
    return [_A.id.not_in(anybodys)] if wanted.whose is Whose.UNASSIGNED else []


def _wanted(wanted: QueueSearch, standing: Standing) -> list[ColumnElement[bool]]:
    conditions = [_A.status.in_(wanted.statuses), *_seen_by(standing)]
    return conditions if wanted.country is None else [*conditions, _A.country == wanted.country]


def _listing(wanted: QueueSearch) -> Select[Any]:
    ended = not set(wanted.statuses) <= set(WAITING)
    order = (
        (func.coalesce(_A.decided_at, _handed_in).desc(), _A.id.desc())
        if ended
        else (_handed_in, _A.id)
    )
    applicant = func.coalesce(func.nullif(User.name, ""), User.email, "")
    columns = (
        _A.id,
        _A.public_id,
        _A.group_name,
        _A.city,
        _A.region,
        _A.country,
        _A.status,
        _A.is_takeover,
        _handed_in.label("handed_in_at"),
        _A.decided_at,
        applicant.label("applicant"),
    )
    return select(*columns).outerjoin(User, User.id == _A.applicant_id).order_by(*order)


def _queued(found: Sequence[Any]) -> list[QueuedApplication]:
    assigned = _reviewers_of([row.id for row in found])
    listed = []
    for row in found:
        names: tuple[Any, ...] = (tuple(assigned.get(row.id, ())),)
        listed.append(QueuedApplication(*row, *names))
    return listed


def _reviewers_of(ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(Reviewer.application_id, func.coalesce(func.nullif(User.name, ""), User.email))
        .join(Reviewer.user)
        .where(Reviewer.application_id.in_(ids))
        .order_by(Reviewer.id)
    )
    found: dict[int, list[str]] = {}
    for application_id, name in rows(query) if ids else ():
        found.setdefault(application_id, []).append(name)
    return found
