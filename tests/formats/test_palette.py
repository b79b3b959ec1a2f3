"""Whatever colour a federation chooses, its pages can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import CHECKOUT
from usergroups.formats.palette import ENOUGH, PLENTY, contrast, shades, sheet

_TOKENS = (CHECKOUT / "static" / "css" / "tokens.css").read_text()
_DAY, _NIGHT = _TOKENS.split("@media (prefers-color-scheme: dark)")[:2]
GROUNDS = ("paper", "raised", "sunk")


def token(text: str, name: str) -> str:
    return re.search(rf"--{name}: (#[0-9a-f]{{6}})", text)[1]


@given(st.integers(0, 0xFFFFFF))
def test_any_colour_is_legible_by_day_and_by_night(number):
    for one, tokens in zip(shades(f"#{number:06x}"), (_DAY, _NIGHT), strict=True):
        for ground in (*(token(tokens, name) for name in GROUNDS), one.wash):
            assert contrast(one.accent, ground) >= ENOUGH
        assert contrast(one.ink, one.accent) >= ENOUGH
        assert contrast(one.ink, one.strong) >= ENOUGH
        assert contrast(token(tokens, "ink"), one.wash) >= PLENTY
        assert contrast(token(tokens, "soft"), one.wash) >= 4.4


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#0f6b4f", "#0f6b4f", 1)],
)
def test_contrast_is_that_of_the_standard(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_a_colour_that_can_be_read_stays_as_it_is():
    day, night = shades("#8a1f6b")
    assert day.accent == "#8a1f6b"
    assert night.accent != "#8a1f6b"
    assert day.ink == "#ffffff"


def test_a_sheet_of_rules():
    assert sheet("#8a1f6b").startswith(":root{--accent:#8a1f6b;")
    assert sheet("#8a1f6b").count("{") == sheet("#8a1f6b").count("}")
