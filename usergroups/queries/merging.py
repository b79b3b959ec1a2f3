"""Questions before two groups become one: which may be the same, and what would go over."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from usergroups.db import session
from usergroups.models import (
    ORGANIZING,
    Answer,
    Application,
    Event,
    FormerSlug,
    Group,
    GroupLink,
    GroupReport,
    GroupStatus,
    Invitation,
    Membership,
    ReportOutcome,
    Source,
    Venue,
    group_topic,
)
from usergroups.queries import groups, nearby
from usergroups.queries.nearby import Point
from usergroups.queries.rows import rows

_G = Group.metadata.tables["group"].c
_REACH_KM = 30
_MOST = 8
_Counts = dict[str, Select[int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """How much would go over, and of what there would be but one."""

    members: int
    members_of_both: int
    organizers: int
    meetups: int
    same_meetups: int
    calendars: int
    same_calendars: int
    venues: int
    links: int
    topics: int
    invitations: int
    reports: int
    applications: int
    # Its own, and those that lead to it already.
    addresses: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group that may be the same as another."""

    slug: str
    name: str
    city: str
    country: str
    km: float


def named(slug: str) -> Group | None:
    """The group at this address, or the one that it leads to by now; one query or three."""
    group = groups.by_slug(slug)
    moved = None if group else groups.moved_to(slug)
    return groups.by_slug(moved) if moved else group


def candidates(group: Group) -> list[Candidate]:
    """Groups that are near, and those called about like this one, the nearest first; two queries.

    Those that have ended are left out: nothing can be merged into them.
    """
    here = Point(group.latitude, group.longitude)
    alike = [slug for slug, _ in groups.like(group.name)]
    near = nearby.inside(nearby.boxes(here, _REACH_KM), _G.latitude, _G.longitude)
    query = select(_G.slug, _G.name, _G.city, _G.country, _G.latitude, _G.longitude).where(
        _G.id != group.id, _G.status != GroupStatus.ARCHIVED, near | _G.slug.in_(alike)
    )
    found = [
        Candidate(row.slug, row.name, row.city, row.country, nearby.distance(here, *row[4:]))
        for row in rows(query)
    ]
    return sorted(found, key=lambda one: (one.km, one.name))[:_MOST]


def figures(gone: Group, kept: Group) -> Figures:
    """What merging the one into the other would do; one query."""
    counted = {**_people(gone, kept), **_calendars(gone, kept), **_rest(gone, kept)}
    row = session().execute(
        select(*(query.scalar_subquery().label(name) for name, query in counted.items()))
    )
    return Figures(**row.mappings().one())


def _people(gone: Group, kept: Group) -> _Counts:
    ours = aliased(Membership)
    in_both = Membership.user_id.in_(select(ours.user_id).where(ours.group_id == kept.id))
    they_run = Membership.user_id.in_(
        select(ours.user_id).where(ours.group_id == kept.id, ours.role.in_(ORGANIZING))
    )
    theirs = select(func.count(Membership.id)).where(Membership.group_id == gone.id)
    invitations = select(func.count(Invitation.id)).where(
        Invitation.group_id == gone.id, Invitation.answer == Answer.OPEN
    )
    return {
        "members": theirs.where(~in_both),
        "members_of_both": theirs.where(in_both),
        "organizers": theirs.where(Membership.role.in_(ORGANIZING), ~they_run),
        "invitations": invitations,
    }


def _calendars(gone: Group, kept: Group) -> _Counts:
    ours, twin = aliased(Source), aliased(Event)
    is_both = ours.group_id == kept.id, ours.location == Source.location
    calendars = select(func.count(Source.id)).where(Source.group_id == gone.id)
    meetups = select(func.count(Event.id)).where(Event.group_id == gone.id)
    is_same = twin.uid == Event.uid, twin.recurrence_id == Event.recurrence_id
    has_twin = (
        exists()
        .where(Source.id == Event.source_id, *is_both)
        .where(twin.source_id == ours.id, *is_same)
        .correlate(Event)
    )
    return {
        "calendars": calendars.where(~exists().where(*is_both)),
        "same_calendars": calendars.where(exists().where(*is_both)),
        "meetups": meetups.where(~has_twin),
        "same_meetups": meetups.where(has_twin),
    }


def _rest(gone: Group, kept: Group) -> _Counts:
    def new(column: Any, whose: Any) -> Select[int]:
        known = select(column).where(whose == kept.id)
        return select(func.count()).where(whose == gone.id, column.not_in(known.correlate(None)))

    topic, link = group_topic.c, GroupLink
    reports = GroupReport.outcome == ReportOutcome.OPEN
    return {
        "topics": new(topic.topic_id, topic.group_id),
        "links": new(link.url, link.group_id),
        "venues": select(func.count(Venue.id)).where(Venue.group_id == gone.id),
        "reports": select(func.count(GroupReport.id)).where(
            GroupReport.group_id == gone.id, reports
        ),
        "applications": select(func.count(Application.id)).where(Application.group_id == gone.id),
        "addresses": select(func.count(FormerSlug.slug) + 1).where(FormerSlug.group_id == gone.id),
    }
