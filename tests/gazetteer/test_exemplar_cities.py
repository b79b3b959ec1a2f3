"""The cities that CLDR names as examples of time zones are found where their zones are.

An independent check: CLDR's names in twenty languages, the places of the IANA database's zone.tab.
"""

import re
from importlib.resources import files

from babel import Locale

from usergroups.gazetteer.earth import geodesic_km
from usergroups.gazetteer.gazetteer import Gazetteer

LANGUAGES = (
    *("bg", "cs", "da", "de", "el", "en", "es", "fi", "fr", "hu"),
    *("it", "nb", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk"),
)
# Zones of the whole of Europe's, named by a city that somebody from there would type.
FOUND = 0.95
FAR_KM = 25
_ZONE = re.compile(r"\w\w\t(?P<lat>[+-]\d+)(?P<lng>[+-]\d+)\t(?P<name>Europe/\S+)", re.ASCII)


def degrees(written: str) -> float:
    """ISO 6709 as in zone.tab: ±DDMM, ±DDDMM, or either with seconds."""
    sign, digits = (-1 if written[0] == "-" else 1), written[1:]
    whole = len(digits) - (4 if len(digits) > 5 else 2)
    parts = int(digits[:whole]), int(digits[whole : whole + 2]), int(digits[whole + 2 :] or 0)
    return sign * (parts[0] + parts[1] / 60 + parts[2] / 3600)


def zones() -> dict[str, tuple[float, float]]:
    tab = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    return {
        found["name"]: (degrees(found["lat"]), degrees(found["lng"]))
        for found in map(_ZONE.match, tab.splitlines())
        if found
    }


def city(zone: str, language: str) -> str:
    """CLDR's name for it; the zone's own where CLDR has none."""
    named = Locale.parse(language).time_zones.get(zone) or {}
    return str(named.get("city") or zone.rpartition("/")[2].replace("_", " "))


def test_degrees_are_read_with_and_without_seconds():
    assert (degrees("+4230"), degrees("-00731"), degrees("+1306"), degrees("-0742400")) == (
        42.5, -(7 + 31 / 60), 13.1, -(74 + 24 / 60),
    )  # fmt: skip


def test_cities_that_stand_for_zones_are_found_in_twenty_languages(gazetteer: Gazetteer):
    asked = [(zone, city(zone, language)) for language in LANGUAGES for zone in zones()]
    places = zones()
    missed = [
        (zone, name)
        for zone, name in asked
        if (best := gazetteer.look_up(name).best) is None
        or geodesic_km(places[zone], (best.lat, best.lng)) > FAR_KM
    ]
    assert len(asked) > 1_000
    assert len(missed) <= (1 - FOUND) * len(asked), missed
