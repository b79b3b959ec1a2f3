"""Questions about applications as those ask them who apply. Drafts are among the answers."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from usergroups import tokens
from usergroups.db import session
from usergroups.errors import NotFoundError, Refusal
from usergroups.inputs.search import GroupSearch
from usergroups.models import (
    OPEN,
    Answer,
    Application,
    ApplicationStatus,
    Audience,
    AuditEntry,
    CoOrganizer,
    Group,
    GroupStatus,
    Note,
    User,
)
from usergroups.queries import federation, groups, nearby
from usergroups.queries.groups import ListedGroup
from usergroups.queries.nearby import Point
from usergroups.queries.rows import rows
from usergroups.text import fold, looks

# How far somebody may live who would rather join, or apply together.
AROUND_KM = 50.0
_MOST_GROUPS = 4
_MOST_APPLICATIONS = 5
# Two groups of one name are told apart by their cities, if those are far enough apart.
_NAME_REACHES_KM = 200.0
# So many groups show how a federation calls its groups.
_ENOUGH = 300
_A = Application.metadata.tables["application"].c
_G = Group.metadata.tables["group"].c


@dataclass(frozen=True, slots=True)
class NearApplication:
    """An open application of somebody else, as far as strangers may see it."""

    id: int
    group_name: str
    city: str
    country: str
    km: float


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that was done with an application, when."""

    act: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Namesake:
    """A group whose name cannot be told from another; `is_same` by its very letters."""

    slug: str
    name: str
    km: float
    is_same: bool

    @property
    def refusal(self) -> Refusal:
        """Why nobody else can be called so."""
        code = "name_taken" if self.is_same else "name_alike"
        values = {"name": self.name, "km": round(self.km)}
        return Refusal(code, f"{self.name} is called so, {round(self.km)} km away", values)


def in_full(public_id: str) -> Application:
    """An application with its applicant, group and co-organizers; two queries. NotFoundError."""
    return _in_full(Application.public_id == public_id)


def by_id(application_id: int) -> Application:
    """The same by its row. Raises NotFoundError."""
    return _in_full(Application.id == application_id)


def locked(application_id: int) -> Application:
    """The same as it is by now, kept from others until the transaction ends. NotFoundError."""
    return _in_full(Application.id == application_id, is_locked=True)


def _in_full(condition: ColumnElement[bool], *, is_locked: bool = False) -> Application:
    query = (
        select(Application)
        .where(condition)
        .options(
            joinedload(Application.applicant),
            joinedload(Application.group),
            selectinload(Application.co_organizers).joinedload(CoOrganizer.user),
        )
    )
    if is_locked:
        query = query.with_for_update(of=Application).execution_options(populate_existing=True)
    application = session().scalar(query)
    if application is None:
        raise NotFoundError("there is no such application")
    return application


def timezone_of(application_id: int) -> str:
    """The zone of its city; empty where it is gone. One query."""
    query = select(Application.timezone).where(Application.id == application_id)
    return session().scalar(query) or ""


def of_user(user: User) -> list[Application]:
    """What somebody applies for or takes part in, the latest first; one query."""
    takes_part = select(CoOrganizer.application_id).where(
        CoOrganizer.user_id == user.id, CoOrganizer.answer == Answer.ACCEPTED
    )
    query = select(Application).where(
        or_(Application.applicant_id == user.id, Application.id.in_(takes_part))
    )
    return list(session().scalars(query.order_by(Application.id.desc())))


def groups_near(application: Application) -> list[ListedGroup]:
    """The groups nearest to its city, other than the one to be taken over; at most four queries."""
    point = point_of(application)
    if point is None:
        return []
    found = groups.search(GroupSearch(within=4 * AROUND_KM), point).rows
    return [group for group in found if group.id != application.group_id][:_MOST_GROUPS]


def open_near(
    latitude: float, longitude: float, km: float = AROUND_KM, *, but: int | None = None
) -> list[NearApplication]:
    """Open applications for new groups within so many km, nearest first; one query.

    `but` is the account that asks: its own are left out.
    """
    point = Point(latitude, longitude)
    columns = (_A.id, _A.group_name, _A.city, _A.country, _A.latitude, _A.longitude)
    query = select(*columns).where(
        _A.status.in_(OPEN),
        _A.is_takeover.is_(False),
        _A.applicant_id.is_distinct_from(but),
        _A.applicant_id.is_not(None),
        nearby.inside(nearby.boxes(point, km), _A.latitude, _A.longitude),
    )
    found = [
        NearApplication(row.id, row.group_name, row.city, row.country, km=_km(point, row))
        for row in rows(query)
    ]
    around = sorted((one for one in found if one.km <= km), key=lambda one: (one.km, one.id))
    return around[:_MOST_APPLICATIONS]


def others_near(application: Application) -> list[NearApplication]:
    """Open applications of other people around its city; one query, or none."""
    point = point_of(application)
    if point is None or application.is_takeover:
        return []
    return open_near(point.latitude, point.longitude, but=application.applicant_id)


def said_to_applicants(application: Application) -> list[Note]:
    """The conversation between applicants and reviewers, in order; one query."""
    query = select(Note).where(
        Note.application_id == application.id, Note.audience == Audience.APPLICANTS
    )
    return list(session().scalars(query.options(joinedload(Note.author)).order_by(Note.id)))


def timeline(application: Application) -> list[Moment]:
    """What became of it since it was handed in, in order; one query."""
    query = (
        select(AuditEntry.act, AuditEntry.at)
        .where(AuditEntry.subject_kind == "application", AuditEntry.subject_id == application.id)
        .order_by(AuditEntry.id)
    )
    return [Moment(*row) for row in rows(query)]


def count_drafts(user_id: int) -> int:
    """How many drafts somebody has; one query."""
    query = select(func.count(Application.id)).where(
        Application.applicant_id == user_id, Application.status == ApplicationStatus.DRAFT
    )
    return session().scalar(query) or 0


def like(application: Application, *statuses: ApplicationStatus) -> Application | None:
    """Another application of the same person for the same place or group, in one of the states."""
    same = (
        Application.group_id == application.group_id
        if application.is_takeover
        else (Application.city == application.city) & (Application.country == application.country)
    )
    query = select(Application).where(
        Application.applicant_id == application.applicant_id,
        Application.id.is_distinct_from(application.id),
        Application.status.in_(statuses),
        Application.is_takeover.is_(application.is_takeover),
        same,
    )
    return session().scalar(query.order_by(Application.id).limit(1))


def asked(secret: str) -> CoOrganizer:
    """Who was named a co-organizer by a mailed link; one query. Raises NotFoundError."""
    query = select(CoOrganizer).where(CoOrganizer.secret_hash == tokens.hashed(secret))
    one = session().scalar(query.options(joinedload(CoOrganizer.user)))
    if one is None:
        raise NotFoundError("there is no such invitation")
    return one


def namesake(name: str, point: Point | None, *, but: int | None) -> Namesake | None:
    """A group other than `but` whose name people cannot tell from this one; one query.

    Groups that are called the same count only if they are in reach; those whose letters merely
    look the same count wherever they are: no honest name needs that.
    """
    wanted = looks(name)
    query = select(_G.id, _G.slug, _G.name, _G.latitude, _G.longitude).where(
        _G.status != GroupStatus.ARCHIVED, _G.id.is_distinct_from(but)
    )
    for row in rows(query) if wanted else ():
        if looks(row.name) != wanted:
            continue
        km = _km(point, row) if point else 0
        is_same = _letters(row.name) == _letters(name)
        if not is_same or km <= _NAME_REACHES_KM:
            return Namesake(row.slug, row.name, km, is_same)
    return None


def proposed_name(city: str) -> str:
    """A name for a group in a city, called as the others are: "UG Paris" gives "UG Budapest".

    Without groups to go by it is the federation's name and the city; two queries.
    """
    called = select(_G.name, _G.city).where(_G.status != GroupStatus.ARCHIVED)
    patterns = Counter(
        name.replace(of, "\0", 1)
        for name, of in rows(called.order_by(_G.id).limit(_ENOUGH))
        if of and of in name and name != of
    )
    name = federation.facts().name
    # One group alone is no custom.
    usual = next((one for one, often in patterns.most_common(1) if often > 1), f"{name} \0")
    return usual.replace("\0", city)


def _letters(name: str) -> str:
    return "".join(letter for letter in fold(name) if letter.isalnum())


def _km(point: Point, row: Any) -> float:
    return nearby.distance(point, row.latitude, row.longitude)


def point_of(application: Application) -> Point | None:
    """Where its city is; None until that is known."""
    if application.latitude is None or application.longitude is None:
        return None
    return Point(application.latitude, application.longitude)
