"""Who may do what, as one table."""

from dataclasses import dataclass

import pytest

from usergroups.permissions import (
    OPERATOR,
    VISITOR,
    Standing,
    may_have_own_pages,
    may_lead,
    may_organize,
    may_oversee,
    may_review,
    may_review_in,
    may_steer,
)


@dataclass(frozen=True)
class Group:
    """As far as permissions look at one."""

    id: int
    country: str


PARIS = Group(1, "FR")
WHO = {
    "visitor": VISITOR,
    "member": Standing(is_member=True),
    "elsewhere": Standing(is_member=True, organizes=frozenset({2}), leads=frozenset({2})),
    "organizer": Standing(is_member=True, organizes=frozenset({1})),
    "lead": Standing(is_member=True, organizes=frozenset({1}), leads=frozenset({1})),
    "abroad": Standing(is_member=True, countries=frozenset({"DE"})),
    "coordinator": Standing(is_member=True, countries=frozenset({"FR", "DE"})),
    "steward": Standing(is_member=True, is_steward=True),
    "operator": OPERATOR,
}
ROOT = {"coordinator", "steward", "operator"}


@pytest.mark.parametrize(
    ("may", "who"),
    [
        (may_have_own_pages, set(WHO) - {"visitor"}),
        (may_review, {"abroad"} | ROOT),
        (lambda standing: may_review_in(standing, "FR"), ROOT),
        (lambda standing: may_organize(standing, PARIS), {"organizer", "lead"} | ROOT),
        (lambda standing: may_lead(standing, PARIS), {"lead"} | ROOT),
        (lambda standing: may_oversee(standing, PARIS), ROOT),
        (may_steer, {"steward", "operator"}),
    ],
)
def test_who_may(may, who):
    assert {name for name, standing in WHO.items() if may(standing)} == who
