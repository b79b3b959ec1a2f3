from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench import doubles
from tests.conftest import SHARED
from usergroups.foresight.likeness import SUGGESTED, Announced, Whose, likeness

AT = datetime(2026, 6, 18, 16, 30, tzinfo=UTC)
TALK = Announced(
    title="Paris UG #12: Rust for the web", starts_at=AT, on=date(2026, 6, 18), group="Paris UG",
    venue="La Paillasse, 226 Rue Saint-Denis", latitude=48.8683, longitude=2.3511,
)  # fmt: skip


def like(**other):
    return likeness(TALK, replace(TALK, **other))


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"title": "Rust for the Web"},
        {"title": "RUST FOR THE WEB (June 2026)", "venue": "La Paillasse"},
        {"title": "18.06.2026 Rust for the web @ La Paillasse", "latitude": None},
        {"title": "June meetup"},
        {"title": "Rust for the web", "starts_at": AT + timedelta(hours=1)},
        {"starts_at": AT + timedelta(minutes=15)},
        {"starts_at": AT.replace(hour=0, minute=0), "all_day": True},
        {"venue": "", "latitude": None, "longitude": None},
        {"venue": "Paillasse lab", "latitude": 48.8690, "longitude": 2.3520},
    ],
)
def test_one_meetup_told_in_two_ways_is_suggested(other):
    assert like(**other) >= SUGGESTED


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Paris UG #13: Rust for the web"},
        {"title": "Python for biologists"},
        {"starts_at": AT + timedelta(hours=2)},
        {"starts_at": AT + timedelta(days=1), "on": date(2026, 6, 19)},
        {"all_day": True, "on": date(2026, 6, 19), "starts_at": AT + timedelta(hours=12)},
        {"title": "June meetup", "latitude": 48.95, "longitude": 2.6, "venue": "Gare"},
        {"title": "Juin", "in_person": False, "online": True, "venue": "", "latitude": None},
    ],
)
def test_another_meetup_is_not(other):
    assert like(**other) < SUGGESTED


def test_a_link_that_both_have_outweighs_other_words():
    online = replace(
        TALK, in_person=False, online=True, venue="", online_url="https://meet.example.org/rust"
    )
    assert likeness(online, replace(online, title="Meetup")) > 0.9


def test_the_farther_the_groups_are_from_one_another_the_less():
    found = [likeness(TALK, replace(TALK, title="June meetup"), whose) for whose in Whose]
    assert found == sorted(found, reverse=True)


titles = st.text(max_size=40)
moments = st.integers(-120, 120).map(lambda minutes: AT + timedelta(minutes=minutes))


announcements = st.builds(
    lambda title, at, all_day: replace(TALK, title=title, starts_at=at, all_day=all_day),
    titles,
    moments,
    st.booleans(),
)


@given(announcements, announcements, st.sampled_from(Whose))
def test_it_is_a_share_and_the_same_whichever_comes_first(one, two, whose):
    assert 0 <= likeness(one, two, whose) <= 1
    assert likeness(one, two, whose) == pytest.approx(likeness(two, one, whose), abs=1e-9)


def test_of_real_meetups_nearly_all_are_found_and_few_others_are():
    folder = SHARED / "data" / "rladies"
    if not folder.is_dir():
        pytest.skip("the archive of real meetups is not part of this project")
    found = list(doubles.pairs(doubles.announced(folder)))
    real = [pair for pair in found if pair.kind != "beside"]
    at = {told.threshold: told for told in doubles.measure(real)}[SUGGESTED]
    assert at.recall > 0.97
    assert at.precision > 0.995
