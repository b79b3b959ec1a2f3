"""The chart of how answers came in."""

import re

import pytest

from usergroups.formats.answers_svg import Curve, horizon, marks, render_answers

THIS = Curve({30: 2, 10: 5, 9: 100}, today=8)
EARLIER = Curve({100: 3, 5: 40, 0: 7})


def drawn(*curves: Curve, seats: int | None = None) -> str:
    return render_answers(curves, seats=seats, title='How "<b>"', days="days & nights")


def lines(picture: str, name: str) -> list[list[float]]:
    """Of each line of a class, its numbers."""
    found = re.findall(rf'class="chart-{name}" d="([^"]+)"', picture)
    return [[float(n) for n in re.findall(r"[\d.]+", path)] for path in found]


def test_who_had_answered_by_a_day():
    assert [THIS.by(day) for day in (31, 30, 10, 9, 0)] == [0, 2, 7, 107, 107]


@pytest.mark.parametrize(
    ("curves", "days"),
    [([Curve({})], 7), ([THIS], 31), ([THIS, EARLIER], 90), ([Curve({400: 1})], 90)],
)
def test_it_goes_back_as_far_as_answers_do_within_limits(curves, days):
    assert horizon(curves) == days
    assert marks(curves)[0] <= days
    assert marks(curves)[-1] == 0


def test_lines_climb_to_today_within_the_picture():
    picture = drawn(THIS, EARLIER, seats=125)
    [this], [earlier], [seats] = (lines(picture, name) for name in ("this", "earlier", "seats"))
    assert this[0] == 40.0  # the left edge
    assert this[-1] == pytest.approx(40 + 350 * (1 - 8 / 90), abs=0.1)
    assert earlier[-1] == 390.0  # the day itself
    assert earlier[1] < 192  # those of long before are there from the edge on
    assert this[-2] > seats[1]  # 107 stand below the 125 seats
    assert all(0 <= n <= 400 for path in (this, earlier, seats) for n in path)


def test_levels_are_few_and_round():
    picture = drawn(Curve({1: 347}), seats=125)
    assert re.findall(r'chart-heads"[^>]*>(\d+)<', picture) == ["0", "100", "200", "300", "400"]
    assert re.findall(r'chart-day"[^>]*>(\d+)<', picture) == ["0", "1", "3", "7"]


def test_words_are_escaped_and_an_empty_one_is_drawn():
    picture = drawn(Curve({}))
    assert 'aria-label="How &quot;&lt;b&gt;&quot;"' in picture
    assert "days &amp; nights" in picture
    assert lines(picture, "seats") == []
