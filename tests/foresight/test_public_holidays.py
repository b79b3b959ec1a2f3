"""Public holidays of places as the gazetteer and our groups name them."""

import subprocess
import sys
from datetime import date

import pytest

from usergroups.foresight.public_holidays import Holidays, between
from usergroups.inputs.fields import countries

YEAR = date(2026, 1, 1), date(2026, 12, 31)


def test_a_country_without_parts():
    found = between(date(2026, 7, 1), date(2026, 8, 31), "FR", "Île-de-France", "en")
    assert found.everywhere == {
        date(2026, 7, 14): "National Day",
        date(2026, 8, 15): "Assumption Day",
    }


def test_parts_by_the_name_that_people_use():
    bavaria = between(*YEAR, "DE", "Bayern", "de")
    assert bavaria.everywhere[date(2026, 1, 6)] == "Heilige Drei Könige"
    assert bavaria.partly == {}
    berlin = between(*YEAR, "DE", "Berlin", "de")
    assert date(2026, 1, 6) not in berlin.everywhere
    assert date(2026, 3, 8) in berlin.everywhere


def test_a_part_that_is_not_known_leaves_what_is_possible():
    somewhere = between(*YEAR, "DE", "", "en")
    assert somewhere.everywhere[date(2026, 10, 3)] == "German Unity Day"
    assert somewhere.partly[date(2026, 1, 6)] == "Epiphany"
    assert set(somewhere.everywhere) & set(somewhere.partly) == set()


def test_over_the_end_of_a_year():
    found = between(date(2026, 12, 20), date(2027, 1, 3), "GB", "England", "en")
    assert sorted(found.everywhere) == [
        date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28), date(2027, 1, 1),
    ]  # fmt: skip


def test_a_country_that_is_not_known():
    assert between(*YEAR, "XX", "Nowhere", "en") == Holidays()


@pytest.mark.parametrize("code", ["AQ", "IN", "US", "BR", "JP", "NO", "HU", "ES", "SA"])
def test_countries_of_every_kind(code):
    assert code in countries()
    found = between(*YEAR, code, "", "en")
    assert all(date(2026, 1, 1) <= day <= date(2026, 12, 31) for day in found.everywhere)
    assert all(isinstance(name, str) and name for name in found.everywhere.values())


def test_it_is_brought_along_by_whoever_asks_first():
    """Serving processes that nobody asks for a date do without it."""
    script = (
        "import sys, usergroups.app, usergroups.web.clashes, usergroups.jobs.handlers;"
        "sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
