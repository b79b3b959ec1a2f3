"""Questions about the federation as a whole."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from usergroups import clock
from usergroups.db import session
from usergroups.models import LIVING, Event, EventStatus, Federation, Group


@dataclass(frozen=True, slots=True)
class FederationFacts:
    """What every page says of the federation, and the counters of its changes."""

    name: str
    tagline: str
    version: int
    map_version: int
    revised_at: datetime


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much there is: living groups, their countries, meetups to come."""

    groups: int
    countries: int
    coming: int


def facts() -> FederationFacts:
    """The federation's row; one query."""
    query = select(
        Federation.name,
        Federation.tagline,
        Federation.version,
        Federation.map_version,
        Federation.revised_at,
    ).where(Federation.id == 1)
    return FederationFacts(*session().execute(query).one())


def numbers() -> Numbers:
    """What the front page counts; one query."""
    living = Group.status.in_(LIVING)
    coming = (
        select(func.count(Event.id))
        .where(Event.starts_at > clock.now())
        .where(Event.status.in_((EventStatus.CONFIRMED, EventStatus.TENTATIVE)))
        .scalar_subquery()
    )
    query = select(func.count(Group.id), func.count(Group.country.distinct()), coming).where(living)
    return Numbers(*session().execute(query).one())


def is_reachable() -> bool:
    """Whether the database answers with the tables in it; raises what the database raises."""
    return session().scalar(select(Federation.id)) == 1
