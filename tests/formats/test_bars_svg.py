import re
from itertools import pairwise

import pytest

from usergroups.formats.bars_svg import HEIGHT, WIDTH, Step, render_bars


def bars(drawn: str) -> list[tuple[str, float, float]]:
    found = re.findall(
        r'<rect class="([a-z-]+)" x="([\d.]+)" y="[\d.]+" width="[\d.]+" height="([\d.]+)"', drawn
    )
    return [(kind, float(x), float(high)) for kind, x, high in found]


def test_heights_tell_numbers_and_places_the_order():
    drawn = bars(render_bars([Step("Jan", [2]), Step("Feb", [4]), Step("Mar", [0])], title="x"))
    assert len(drawn) == 2
    assert drawn[1][2] == pytest.approx(2 * drawn[0][2], abs=0.2)
    assert drawn[0][1] < drawn[1][1] < WIDTH
    assert drawn[1][2] < HEIGHT


def test_two_numbers_stand_side_by_side():
    drawn = bars(render_bars([Step("Jan", [3, 2])], title="x"))
    assert [kind for kind, _, _ in drawn] == ["chart-bar", "chart-bar-second"]
    assert drawn[0][1] < drawn[1][1]


@pytest.mark.parametrize("count", [1, 7, 12, 24, 90])
def test_words_below_never_touch_and_the_last_one_stands(count):
    drawn = render_bars([Step(f"w{n}", [n]) for n in range(count)], title="x")
    at = [float(x) for x in re.findall(r'class="chart-day" x="([\d.]+)"', drawn)]
    assert f">w{count - 1}<" in drawn
    assert all(right - left >= 40 for left, right in pairwise(at))


def test_nothing_at_all_is_level_and_no_steps_are_an_error():
    assert bars(render_bars([Step("Jan", [0])], title="x")) == []
    with pytest.raises(ValueError, match="step"):
        render_bars([], title="x")


def test_words_are_text():
    drawn = render_bars([Step("<b>", [1])], title='"><script>', number=lambda n: f"<{n}>")
    assert "<b>" not in drawn
    assert "<script>" not in drawn
    assert "&lt;1&gt;" in drawn
