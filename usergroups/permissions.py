"""Who may do what: predicates over a Standing, which is loaded once and asked by every door."""

from dataclasses import dataclass, field
from typing import Protocol


class Placed(Protocol):
    """A group, as far as permissions look at one."""

    @property
    def id(self) -> int:
        """Its row."""

    @property
    def country(self) -> str:
        """ISO 3166-1 alpha-2."""


class Requested(Protocol):
    """An application, as far as permissions look at one."""

    @property
    def applicant_id(self) -> int | None:
        """Who applies; None once their account is gone."""

    @property
    def accepted_ids(self) -> frozenset[int]:
        """The co-organizers who have said yes."""


class Housed(Protocol):
    """A venue, as far as permissions look at one."""

    @property
    def group_id(self) -> int | None:
        """Whose it is; None where it is shared."""

    @property
    def country(self) -> str:
        """ISO 3166-1 alpha-2."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is in the federation. A visitor is nothing."""

    is_member: bool = False
    is_steward: bool = False
    # Countries (ISO 3166-1 alpha-2) in which they are a regional coordinator.
    countries: frozenset[str] = field(default_factory=frozenset)
    # Ids of the groups they organize, those they lead among them.
    organizes: frozenset[int] = field(default_factory=frozenset)
    leads: frozenset[int] = field(default_factory=frozenset)


VISITOR = Standing()
# Whoever types commands on the machine, and the timetable.
OPERATOR = Standing(is_member=True, is_steward=True)


def may_have_own_pages(standing: Standing) -> bool:
    """Whether there are pages of their own: for everybody with an account."""
    return standing.is_member


def may_steer(standing: Standing) -> bool:
    """Whether they may change the federation itself: for stewards."""
    return standing.is_steward


def may_amend(user_id: int, application: Requested) -> bool:
    """Whether they may change an application, hand it in and withdraw it: the applicant alone."""
    return user_id == application.applicant_id


def may_follow(user_id: int, application: Requested) -> bool:
    """Whether they may read an application and write to its reviewers: all who take part."""
    return may_amend(user_id, application) or user_id in application.accepted_ids


def may_review(standing: Standing) -> bool:
    """Whether they may open the stewards' desk: for stewards and regional coordinators."""
    return standing.is_steward or bool(standing.countries)


def may_review_in(standing: Standing, country: str) -> bool:
    """Whether they may review applications from that country, and look after its groups."""
    return standing.is_steward or country in standing.countries


def may_organize(standing: Standing, group: Placed) -> bool:
    """Whether they may work at a group's desk: its organizers, and stewards of its country."""
    return group.id in standing.organizes or may_review_in(standing, group.country)


def may_lead(standing: Standing, group: Placed) -> bool:
    """Whether they may appoint, hand over, rename: the lead organizer, and its stewards."""
    return group.id in standing.leads or may_review_in(standing, group.country)


def may_oversee(standing: Standing, group: Placed) -> bool:
    """Whether they may appoint and remove anybody there: the stewards of its country alone."""
    return may_review_in(standing, group.country)


def may_keep_venue(standing: Standing, venue: Housed) -> bool:
    """Whether they may change a venue: organizers of its group, and stewards of its country."""
    return venue.group_id in standing.organizes or may_review_in(standing, venue.country)
