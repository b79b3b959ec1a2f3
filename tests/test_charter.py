"""The charter's rules: examples for each, and laws that hold for whatever there is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usergroups.charter import (
    Exemption,
    Facts,
    Meetups,
    Neighbour,
    Outcome,
    Verdict,
    different,
    evaluate,
)
from usergroups.inputs.charter import (
    RULES,
    ConductRule,
    DistanceRule,
    EmployersRule,
    MeetupsRule,
    OrganizersRule,
    ReconfirmedRule,
)
from usergroups.models import RuleKind

TODAY = date(2026, 6, 10)
FACTS = Facts(today=TODAY)
LYON = Neighbour(7, "lyon", "UG Lyon", 38.27)
PASS, FAIL, NOT = Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE


def judged(rule, **facts) -> Verdict:
    [verdict] = evaluate([rule], replace(FACTS, **facts))
    return verdict


def test_enough_organizers():
    rule = OrganizersRule(is_on=True, least=2)
    assert judged(rule, employers=("", ""), asked=1) == Verdict(
        RuleKind.ORGANIZERS, PASS, {"organizers": 2, "asked": 1, "least": 2}
    )
    assert judged(rule, employers=("Acme",), asked=1) == Verdict(
        RuleKind.ORGANIZERS, FAIL, {"organizers": 1, "asked": 1, "least": 2}, {"more": 1}
    )


def test_different_employers_are_counted_and_never_named():
    rule = EmployersRule(is_on=True, least=2)
    verdict = judged(rule, employers=("Acme GmbH", "ACME", " "))
    assert verdict == Verdict(
        RuleKind.EMPLOYERS, FAIL, {"employers": 1, "unnamed": 1, "least": 2},
        {"more": 1, "unnamed": 1},
    )  # fmt: skip
    assert judged(rule, employers=("Acme", "Other")).outcome is PASS


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (["Acme", "acme inc.", "ACME  GmbH", "Acmé Ltd"], 1),
        (["Acme S.A.S.", "Acme SA"], 1),
        (["SAS", "Acme"], 2),
        (["", "  "], 0),
        (["東京大学", "東京大学", "京都大学"], 2),
        (["!", "?"], 0),
    ],
)
def test_what_is_one_employer(names, number):
    assert different(names) == number


def test_room_between_groups():
    rule = DistanceRule(is_on=True, least_km=50, inhabitants=1_000_000)
    near = {"least_km": 50, "km": 38.2, "group_id": 7, "slug": "lyon", "name": "UG Lyon"}
    city = {"inhabitants": 1_000_000, "enough_inhabitants": 1_000_000}
    assert judged(rule, nearest=LYON, inhabitants=1_000_000) == Verdict(
        RuleKind.DISTANCE, FAIL, near | city, {"km": 11.8}
    )
    large = {"inhabitants": 1_000_001, "enough_inhabitants": 1_000_000}
    assert judged(rule, nearest=LYON, inhabitants=1_000_001) == Verdict(
        RuleKind.DISTANCE, PASS, near | large
    )
    far = replace(LYON, km=50.0)
    assert judged(rule, nearest=far) == Verdict(RuleKind.DISTANCE, PASS, near | {"km": 50.0})
    assert judged(rule) == Verdict(RuleKind.DISTANCE, PASS, {"least_km": 50})
    assert judged(rule, has_place=False, nearest=LYON) == Verdict(RuleKind.DISTANCE, NOT)


def test_what_is_nearly_enough_is_not_told_as_enough():
    verdict = judged(DistanceRule(is_on=True), nearest=replace(LYON, km=49.996))
    assert (verdict.outcome, verdict.evidence["km"], verdict.remedy) == (FAIL, 49.9, {"km": 0.1})


def test_no_city_is_large_enough_where_none_is_named():
    rule = DistanceRule(is_on=True, inhabitants=None)
    assert judged(rule, nearest=LYON, inhabitants=50_000_000).outcome is FAIL


def test_conduct():
    rule = ConductRule(is_on=True)
    assert judged(rule) == Verdict(RuleKind.CONDUCT, FAIL, {"agreed_on": None}, {"agree": 1})
    assert judged(rule, conduct_on=TODAY) == Verdict(
        RuleKind.CONDUCT, PASS, {"agreed_on": "2026-06-10"}
    )
    assert judged(rule, has_conduct=False) == Verdict(RuleKind.CONDUCT, NOT)


@pytest.mark.parametrize(
    ("begun", "last", "following", "outcome", "due"),
    [
        (400, 30, None, PASS, "2026-06-10"),
        (400, 31, None, FAIL, "2026-06-09"),
        (400, 31, 3, FAIL, "2026-06-09"),
        (400, None, 3, FAIL, "2025-06-05"),
        (30, None, None, PASS, "2026-06-10"),
        # What came here lately may have met long ago.
        (3, 400, None, FAIL, "2025-06-05"),
    ],
)
def test_a_meetup_at_least_every_so_many_days(begun, last, following, outcome, due):
    met = Meetups(
        TODAY - timedelta(begun),
        TODAY - timedelta(last) if last else None,
        TODAY + timedelta(following) if following else None,
    )
    verdict = judged(MeetupsRule(is_on=True, days=30), meetups=met)
    assert (verdict.outcome, verdict.evidence["due_on"]) == (outcome, due)
    wanted = {"next_on": "2026-06-13" if following else None} if outcome is FAIL else {}
    assert verdict.remedy == wanted


def test_meetups_and_going_on_are_not_asked_of_applications():
    rules = [MeetupsRule(is_on=True), ReconfirmedRule(is_on=True)]
    assert [verdict.outcome for verdict in evaluate(rules, FACTS)] == [NOT, NOT]


def test_going_on():
    rule = ReconfirmedRule(is_on=True, days=365)
    assert judged(rule, confirmed_on=date(2025, 6, 10)) == Verdict(
        RuleKind.RECONFIRMED, PASS,
        {"confirmed_on": "2025-06-10", "due_on": "2026-06-10", "days": 365},
    )  # fmt: skip
    assert judged(rule, confirmed_on=date(2025, 6, 9)).outcome is FAIL


def test_rules_that_are_off_are_silent():
    assert evaluate([rule() for rule in RULES.values()], FACTS) == []


def test_a_waiver_covers_a_failure_until_its_day_included():
    rule = OrganizersRule(is_on=True)
    short = Exemption(1, RuleKind.ORGANIZERS, TODAY, "they are looking")
    long = Exemption(2, RuleKind.ORGANIZERS, TODAY + timedelta(9), "they are still looking")
    past = Exemption(3, RuleKind.ORGANIZERS, TODAY - timedelta(1), "they were looking")
    other = Exemption(4, RuleKind.CONDUCT, TODAY, "another rule")

    def verdict(*exemptions, **facts):
        [found] = evaluate([rule], replace(FACTS, **facts), exemptions)
        return found.waiver, found.is_met, found.state

    assert verdict(past, other) == (None, False, "fail")
    assert verdict(short) == (short, True, "waived")
    assert verdict(long, short, past) == (long, True, "waived")
    # What passes needs no waiver, and does not show one.
    assert verdict(short, employers=("", "")) == (None, True, "pass")


# Laws

people = st.lists(st.text(max_size=8), max_size=6).map(tuple)
days = st.integers(0, 2_000)
rules = st.tuples(
    st.builds(OrganizersRule, is_on=st.just(True), least=st.integers(1, 20)),
    st.builds(EmployersRule, is_on=st.just(True), least=st.integers(1, 20)),
    st.builds(
        DistanceRule, is_on=st.just(True), least_km=st.integers(1, 1_000),
        inhabitants=st.none() | st.integers(1_000, 50_000_000),
    ),
    st.builds(ConductRule, is_on=st.just(True)),
    st.builds(MeetupsRule, is_on=st.just(True), days=st.integers(14, 1_830)),
    st.builds(ReconfirmedRule, is_on=st.just(True), days=st.integers(60, 1_830)),
)  # fmt: skip
ago = days.map(lambda number: TODAY - timedelta(number))
facts = st.builds(
    Facts, today=st.just(TODAY), employers=people, asked=st.integers(0, 5),
    has_place=st.booleans(), inhabitants=st.integers(0, 40_000_000),
    nearest=st.none() | st.floats(0, 2_000).map(lambda km: Neighbour(1, "x", "X", km)),
    has_conduct=st.booleans(), conduct_on=st.none() | ago,
    meetups=st.none() | st.builds(Meetups, ago, st.none() | ago, st.none()),
    confirmed_on=st.none() | ago,
)  # fmt: skip


def outcomes(asked, known) -> list[Outcome]:
    return [verdict.outcome for verdict in evaluate(asked, known)]


def never_worse(asked, before, after) -> None:
    for was, now in zip(outcomes(asked, before), outcomes(asked, after), strict=True):
        assert not (was is PASS and now is FAIL)


@given(rules, facts, st.text(max_size=8))
def test_one_more_organizer_makes_nothing_worse(asked, known, employer):
    never_worse(asked, known, replace(known, employers=(*known.employers, employer)))


@given(rules, facts, st.integers(0, 10_000_000))
def test_a_larger_city_makes_nothing_worse(asked, known, more):
    never_worse(asked, known, replace(known, inhabitants=known.inhabitants + more))


@given(rules, facts, st.floats(0, 2_000))
def test_a_neighbour_further_off_makes_nothing_worse(asked, known, further):
    if known.nearest:
        far = replace(known.nearest, km=known.nearest.km + further)
        never_worse(asked, known, replace(known, nearest=far))
    never_worse(asked, known, replace(known, nearest=None))


@given(rules, facts, days)
def test_a_later_meetup_and_a_later_word_make_nothing_worse(asked, known, number):
    if known.meetups and known.meetups.last_on:
        later = min(TODAY, known.meetups.last_on + timedelta(number))
        never_worse(asked, known, replace(known, meetups=replace(known.meetups, last_on=later)))
    if known.confirmed_on:
        later = min(TODAY, known.confirmed_on + timedelta(number))
        never_worse(asked, known, replace(known, confirmed_on=later))


@given(rules, facts, days)
def test_days_that_pass_mend_nothing(asked, known, number):
    later = replace(known, today=TODAY + timedelta(number))
    for was, now in zip(outcomes(asked, known), outcomes(asked, later), strict=True):
        assert not (was is FAIL and now is PASS)


@given(rules, facts)
def test_every_failure_says_what_would_mend_it_and_only_those(asked, known):
    for verdict in evaluate(asked, known):
        assert bool(verdict.remedy) == (verdict.outcome is FAIL)


@given(rules, facts)
def test_what_would_mend_it_mends_it(asked, known):
    for rule, verdict in zip(asked, evaluate(asked, known), strict=True):
        if verdict.outcome is FAIL:
            [mended] = evaluate([rule], mend(known, verdict))
            assert mended.outcome is PASS


def mend(known: Facts, verdict: Verdict) -> Facts:
    match verdict.kind:
        case RuleKind.ORGANIZERS:
            return replace(known, employers=known.employers + ("",) * verdict.remedy["more"])
        case RuleKind.EMPLOYERS:
            new = tuple(f"newcomer{n}" for n in range(verdict.remedy["more"]))
            return replace(known, employers=known.employers + new)
        case RuleKind.DISTANCE:
            far = replace(known.nearest, km=known.nearest.km + verdict.remedy["km"])
            return replace(known, nearest=far)
        case RuleKind.CONDUCT:
            return replace(known, conduct_on=TODAY)
        case RuleKind.MEETUPS:
            return replace(known, meetups=replace(known.meetups, last_on=TODAY))
    return replace(known, confirmed_on=TODAY)


def test_every_rule_has_an_input_and_a_judge():
    on = [rule(is_on=True) for rule in RULES.values()]
    assert [verdict.kind for verdict in evaluate(on, FACTS)] == list(RuleKind)
