"""Who may do what: predicates over a Standing, which is loaded once and asked by every door."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is in the federation. A visitor is nothing."""

    is_member: bool = False
    is_steward: bool = False


VISITOR = Standing()


def may_have_own_pages(standing: Standing) -> bool:
    """Whether there are pages of their own: for everybody with an account."""
    return standing.is_member


def may_steer(standing: Standing) -> bool:
    """Whether they may open the stewards' desk: for stewards."""
    return standing.is_steward
