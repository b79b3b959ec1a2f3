"""Questions about the federation as a whole."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from usergroups import clock
from usergroups.db import Question
from usergroups.errors import NotFoundError
from usergroups.models import LIVING, EventStatus, Federation


@dataclass(frozen=True, slots=True)
class FederationFacts:
    """What every page says of the federation, and the counters of its changes."""

    name: str
    tagline: str
    version: int
    map_version: int
    revised_at: datetime
    colour: str
    logo_digest: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much there is: living groups, their countries, meetups to come."""

    groups: int
    countries: int
    coming: int


_F = Federation.metadata.tables["federation"].c
_E = Federation.metadata.tables["event"].c
_G = Federation.metadata.tables["group"].c
_FACTS = Question(
    select(
        _F.name, _F.tagline, _F.version, _F.map_version, _F.revised_at, _F.colour, _F.logo_digest
    ).where(_F.id == 1)
)
_COMING = (
    select(func.count())
    .where(_E.starts_at > bindparam("now"))
    .where(_E.status.in_((EventStatus.CONFIRMED, EventStatus.TENTATIVE)))
    .scalar_subquery()
)
_NUMBERS = Question(
    select(func.count(_G.id), func.count(_G.country.distinct()), _COMING).where(
        _G.status.in_(LIVING)
    )
)


def facts() -> FederationFacts:
    """The federation's row; one query. Raises NotFoundError where the database holds none."""
    row = _FACTS.first()
    if row is None:
        raise NotFoundError("the federation has no row: run `usergroups db upgrade`")
    return FederationFacts(*row)


def numbers() -> Numbers:
    """What the front page counts; one query."""
    return Numbers(*_NUMBERS.rows(now=clock.now())[0])


def is_reachable() -> bool:
    """Whether the database answers with the tables in it; raises what the database raises."""
    return _FACTS.first() is not None
