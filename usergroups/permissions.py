"""Who may do what: predicates over a Standing, which is loaded once and asked by every door."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from usergroups.models import Role


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is: in the federation, and in each group by its id. A visitor is nothing."""

    is_member: bool = False
    is_steward: bool = False
    roles: Mapping[int, Role] = field(default_factory=dict)


VISITOR = Standing()


def may_have_own_pages(standing: Standing) -> bool:
    """Whether there are pages of their own: for everybody with an account."""
    return standing.is_member


def may_steer(standing: Standing) -> bool:
    """Whether they may open the stewards' desk: for stewards."""
    return standing.is_steward
