"""Public holidays, by the package `holidays`: of a country, and of a part of it where it is known.

The package is brought along by whoever asks first: it knows every country, and weighs as much.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from usergroups.text import fold


@dataclass(frozen=True, slots=True)
class Holidays:
    """Names of days: those of the whole place, and those kept in other parts of the country."""

    everywhere: dict[date, str] = field(default_factory=dict)
    # Empty where the part is known.
    partly: dict[date, str] = field(default_factory=dict)


def between(first: date, last: date, country: str, region: str, language: str) -> Holidays:
    """The holidays of a place from a day to a day; none for a country that is not known.

    A region that the package does not know by this name leaves those of all parts as possible.
    """
    found = Holidays()
    for year in range(first.year, last.year + 1):
        one = _of_year(country, fold(region), language, year)
        found.everywhere.update(one.everywhere)
        found.partly.update(one.partly)
    return Holidays(
        {day: name for day, name in found.everywhere.items() if first <= day <= last},
        {day: name for day, name in found.partly.items() if first <= day <= last},
    )


@lru_cache(maxsize=256)
def _of_year(country: str, region: str, language: str, year: int) -> Holidays:
    # Nine megabytes, and twenty with the first country: only organizers with a date in mind ask.
    import holidays

    parts = holidays.list_supported_countries().get(country)
    if parts is None:
        return Holidays()
    entity: Any = holidays.country_holidays(country)
    spoken = _nearest(language, entity.supported_languages)
    names = {fold(name): code for name, code in entity.subdivisions_aliases.items()}
    names |= {fold(code): code for code in parts}

    def of(part: str | None) -> dict[date, str]:
        asked = holidays.country_holidays(country, subdiv=part, years=year, language=spoken)
        return {day: asked[day] for day in asked if day.year == year}

    if region in names:
        return Holidays(of(names[region]))
    everywhere = of(None)
    partly: dict[date, str] = {}
    for part in parts:
        partly = of(part) | partly
    return Holidays(everywhere, {day: partly[day] for day in partly if day not in everywhere})


def _nearest(language: str, supported: tuple[str, ...]) -> str | None:
    """The language of those that names are there in; None: the country's own."""
    short = language[:2]
    return next((one for one in supported if one == language or one[:2] == short), None)
