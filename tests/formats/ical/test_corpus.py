"""The collection of strange and hostile calendars, as it is and in other clothes."""

import time

import pytest

from tests.formats.ical import strange

CASES = strange.cases()
# A week later a rule by weeks says the same; one by months says something else.
SAME_NEXT_WEEK = [
    name
    for name in CASES
    if CASES[name]["bytes"] < 300_000
    and name[0] in "bdpsx"
    and b"FREQ=MONTHLY" not in strange.bytes_of(name)
    and b"\n" in strange.bytes_of(name)
    and b"\0" not in strange.bytes_of(name)
]
# What stands inside an event, or is no event, has no order to change.
IN_ANY_ORDER = [name for name in SAME_NEXT_WEEK if name[0] != "s"]
absent = pytest.mark.skipif(not CASES, reason="the collection stands beside the checkout")


@absent
@pytest.mark.parametrize("name", CASES)
def test_as_expected_within_two_seconds(name):
    data = strange.bytes_of(name)
    begun = time.process_time()
    got = strange.told(data)
    assert time.process_time() - begun < 2
    assert strange.difference(got, CASES[name]) == []


@absent
def test_no_case_affects_another():
    """Each after all others, in the opposite order."""
    for name in reversed(CASES):
        assert strange.difference(strange.told(strange.bytes_of(name)), CASES[name]) == [], name


@absent
@pytest.mark.parametrize("name", CASES)
def test_under_other_names(name):
    data = strange.bytes_of(name)
    if b"\nUID:" in data:
        got = strange.told(strange.renamed(data))
        assert strange.difference(got, strange.with_new_names(CASES[name])) == []


@absent
@pytest.mark.parametrize("name", IN_ANY_ORDER)
def test_in_another_order(name):
    got = strange.told(strange.shuffled(strange.bytes_of(name)))
    assert strange.difference(got, CASES[name]) == []


@absent
@pytest.mark.parametrize("name", SAME_NEXT_WEEK)
def test_a_week_later(name):
    got = strange.told(strange.a_week_later(strange.bytes_of(name)))
    assert strange.difference(got, strange.wanted_a_week_later(CASES[name])) == []
