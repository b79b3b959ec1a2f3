from datetime import date

import pytest

from usergroups.errors import InvalidInputError
from usergroups.inputs.fields import read
from usergroups.inputs.search import EventSearch, GroupSearch
from usergroups.models import GroupStatus


def test_an_empty_form_asks_for_nothing():
    names = ("q", "country", "topic", "status", "near", "within")
    assert read(GroupSearch, dict.fromkeys(names, "")) == GroupSearch()
    empty = {"from": "", "to": "", "near": "", "within": "", "country": ""}
    assert read(EventSearch, empty) == EventSearch()


def test_what_was_typed_is_cleaned():
    given = {"q": "  two\u202e  words ", "country": "fr", "status": "quiet", "within": "12.5"}
    found = read(GroupSearch, given)
    assert (found.q, found.country, found.status, found.within) == (
        "two words", "FR", GroupStatus.QUIET, 12.5
    )  # fmt: skip
    assert read(EventSearch, {"from": "2026-06-10", "online": "1"}).from_ == date(2026, 6, 10)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (GroupSearch, {"within": "0"}),
        (GroupSearch, {"within": "inf"}),
        (GroupSearch, {"page": "0"}),
        (GroupSearch, {"country": "Mordor"}),
        (EventSearch, {"from": "10.6.2026"}),
        (EventSearch, {"online": "perhaps"}),
    ],
)
def test_what_makes_no_sense_is_named(kind, given):
    with pytest.raises(InvalidInputError) as refused:
        read(kind, given)
    assert {name.split(".")[0] for name in refused.value.fields} == set(given)
