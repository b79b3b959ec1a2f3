"""Find cities by name in any script, while typing, and by place."""

import math
from collections.abc import Callable, Iterable
from pathlib import Path

from usergroups.gazetteer.keys import key
from usergroups.gazetteer.place import Match, Place
from usergroups.gazetteer.ranking import GUESSES, MANY, PER_EDIT, WEIGHTY, edits_allowed
from usergroups.gazetteer.reading import Reading, readings
from usergroups.gazetteer.tables import Area, Named, Tables

_EARTH_DEGREES = 180.0


class Gazetteer:
    """The cities of the world in a file; one instance serves all threads."""

    def __init__(self, path: Path) -> None:
        """Open the gazetteer at `path`; raises SetupError where there is none."""
        self._tables = Tables(path)

    def close(self) -> None:
        """Let go of the file."""
        self._tables.close()

    def by_id(self, id_: int) -> Place | None:
        """The place with this GeoNames id, or None."""
        return next(iter(self._tables.places([id_])), None)

    def countries(self) -> dict[str, str]:
        """English country names by ISO 3166-1 alpha-2 code, by name."""
        return self._tables.countries()

    def cities(self, least: int) -> list[Place]:
        """The cities with so many inhabitants, the largest first; their districts are no others."""
        return self._tables.cities(least)

    def nearest(self, lat: float, lng: float) -> Place:
        """The place nearest to a point in degrees, however far; districts count as their city.

        Raises ValueError for a latitude beyond the poles, or what is no number.
        """
        return self.nearest_of_all(lat, lng, 1)[0]

    def nearest_of_all(self, lat: float, lng: float, limit: int) -> list[Place]:
        """The places nearest to a point in degrees, the nearest first.

        Raises ValueError for a latitude beyond the poles, or what is no number.
        """
        if not (abs(lat) <= 90 and math.isfinite(lng)):  # noqa: PLR2004 (the pole)
            raise ValueError(f"{lat}, {lng} is no point on Earth")
        a, b = math.radians(lat), math.radians(lng)
        point = (math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a))
        # What is nearer than the band's edge is nearest of all; else look at a broader band.
        for band in (0.5, 4.0, _EARTH_DEGREES):
            found = self._tables.nearest(point, lat, band, limit)
            enough = len(found) == limit and found[-1][1] >= math.cos(math.radians(band))
            if enough or band == _EARTH_DEGREES:
                break
        return self._tables.places([id_ for id_, _ in found])

    def look_up(self, city: str, *, country: str | None = None, region: str | None = None) -> Match:
        """The places called `city`, which may itself name an area: "Cambridge MA".

        `country` and `region` are names in any language, or codes. A region that nobody knows is
        overlooked where the country has one such city only.
        """
        nations = self._asked(country, whole=True)
        provinces = self._asked(region, whole=False)
        places = self._bearing(city, nations + provinces)
        if not places and nations and provinces == (frozenset(),):
            places = self._bearing(city, nations)
            places = places if len(places) == 1 else []
        if places:
            return Match(tuple(places))
        return Match((), tuple(self._guesses(city, nations, provinces)[:GUESSES]))

    def suggest(self, q: str, limit: int = 8) -> list[Place]:
        """Places for a name that is being typed, best first; misspelt ones if none else."""
        found = self._capital_first(key(q), self._beginning(q, max(limit, 0)))
        if len(found) < limit:
            found += self._bearing(q, area=self._tables.areas_beginning)
        found = found or self._guesses(q)
        return list(dict.fromkeys(found))[: max(limit, 0)]

    def _asked(self, name: str | None, *, whole: bool) -> tuple[Area, ...]:
        spelt = key(name or "")
        if not spelt:
            return ()
        return (frozenset(a for a in self._tables.area(spelt) if (a[1] == "") == whole),)

    def _bearing(
        self, text: str, asked: tuple[Area, ...] = (), area: Callable[[str], Area] | None = None
    ) -> list[Place]:
        """The places with exactly this name in the areas, by the first reading that has any."""
        for reading in readings(text, area or self._tables.area):
            within = Reading(reading.name, reading.within + asked)
            named = [n for n in self._tables.named(within.name) if within.fits(n.place)]
            places = self._capital_first(within.name, named, within)
            if places:
                return places
        return []

    def _capital_first(
        self, name: str, named: list[Named], within: Reading | None = None
    ) -> list[Place]:
        """The places, and before them the capital of the country so named, if none is weighty."""
        places = [n.place for n in named]
        if named and named[0].weight >= WEIGHTY:
            return places
        capitals = [p for p in self._tables.capital(name) if not within or within.fits(p)]
        return capitals + [p for p in places if p not in capitals]

    def _beginning(self, text: str, most: int) -> list[Named]:
        """Places beginning as typed before a comma, in areas beginning as typed after it.

        At least so many, where there are.
        """
        head, comma, tail = text.partition(",")
        name, area = key(head), key(tail)
        if not name:
            return []
        if not (comma and area):
            return self._tables.beginning(name, most)
        within = Reading(name, (self._tables.areas_beginning(area),))
        named = self._tables.named(name) + self._tables.beginning(name)
        return [n for n in named if within.fits(n.place)]

    def _guesses(
        self, text: str, nations: tuple[Area, ...] = (), provinces: tuple[Area, ...] = ()
    ) -> list[Place]:
        """What may have been meant: the name elsewhere in the country, else misspellings."""
        asked = nations + provinces
        for reading in readings(text, self._tables.area):
            elsewhere = Reading(reading.name, reading.within + nations).known
            within = Reading(reading.name, reading.within + asked).known
            places = [n.place for n in self._named(elsewhere)] or self._misspelt(within)
            if places:
                return places
        return []

    def _named(self, reading: Reading) -> Iterable[Named]:
        return [n for n in self._tables.named(reading.name) if reading.fits(n.place)]

    def _misspelt(self, reading: Reading) -> list[Place]:
        """Places whose key is a few letters off: more letters, less likely."""
        most = edits_allowed(reading.name)
        if not reading.name.isascii() or len(reading.name) <= most + 1:
            return []
        # 3 MB that only misspelt names ask for.
        from rapidfuzz.distance import OSA

        edits = {
            spelt: distance
            for spelt in self._tables.similar(reading.name, most)
            if (distance := OSA.distance(reading.name, spelt, score_cutoff=most)) <= most
        }
        scores: dict[int, float] = {}
        for spelt, id_, weight in self._tables.spelt(list(edits)):
            score = math.log10(weight) - PER_EDIT * edits[spelt]
            scores[id_] = max(score, scores.get(id_, score))
        best = sorted(scores, key=lambda id_: (-scores[id_], id_))[:MANY]
        return [place for place in self._tables.places(best) if reading.fits(place)]
