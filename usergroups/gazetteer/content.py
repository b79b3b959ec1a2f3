"""Fill the tables of a gazetteer from its sources."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from usergroups.gazetteer import sources
from usergroups.gazetteer.keys import key, keys
from usergroups.gazetteer.ranking import EXACT, FEW_LETTERS, KNOWN, PER_LENGTH, PREFIXED
from usergroups.gazetteer.sources import City
from usergroups.gazetteer.weights import DISTRICT, EARTH_KM, OTHER_NAME, districts, unit_vectors

Step = Callable[[sqlite3.Connection], None]
ZONE_KM = 40
NICKNAMES = {"NYC": 5128581}


@dataclass(slots=True)
class Content:
    """What the steps share, read once."""

    cities: list[City] = field(default_factory=sources.cities)
    regions: dict[tuple[str, str], str] = field(default_factory=sources.regions)
    districts: set[int] = field(default_factory=set)
    capitals: dict[str, int] = field(default_factory=dict)
    country_keys: dict[str, set[str]] = field(default_factory=dict)

    def weight(self, city: City) -> int:
        """The inhabitants, fewer where the place is only a part of a city; never nothing."""
        return max(city.population // (DISTRICT if city.id in self.districts else 1), 1)


def steps() -> Iterator[tuple[str, float, Step]]:
    """The steps of a build: what each does, the share of all that is done before, the step."""
    content = Content()
    yield "cities", 0.1, lambda file: _places(file, content)
    yield "countries", 0.2, lambda file: _countries(file, content)
    yield "names", 0.25, lambda file: _aliases(file, content)
    yield "names of time zones", 0.6, lambda file: _zones(file, content)
    yield "first letters", 0.65, _prefixes
    yield "spellings", 0.75, _spellings


def _places(file: sqlite3.Connection, content: Content) -> None:
    content.districts = districts(content.cities)
    file.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                city.id,
                city.name,
                content.regions.get((city.country, city.admin1), ""),
                city.country,
                city.lat,
                city.lng,
                city.timezone,
                city.population,
            )
            for city in content.cities
        ),
    )
    whole = [city for city in content.cities if city.id not in content.districts]
    vectors = unit_vectors([(city.lat, city.lng) for city in whole]).tolist()
    file.executemany(
        "INSERT INTO sphere VALUES (?, ?, ?, ?, ?)",
        ((city.lat, *vector, city.id) for city, vector in zip(whole, vectors, strict=True)),
    )


def _countries(file: sqlite3.Connection, content: Content) -> None:
    named = defaultdict(list)
    for city in content.cities:
        named[city.country, key(city.name)].append(city)
    contexts: dict[tuple[str, str, str], int] = {}
    for code, row in sources.countries().items():
        names = sources.country_names(code)
        capitals = named[code, key(row["capital"])]
        if capitals:
            content.capitals[code] = max(capitals, key=content.weight).id
        content.country_keys[code] = {k for name in names for k in keys(name)}
        file.execute(
            "INSERT INTO country VALUES (?, ?, ?)",
            (code, sources.ENGLISH.territories[code], content.capitals.get(code)),
        )
        contexts |= {(key(short), code, ""): 1 for short in (code, row["iso3"])}
        contexts |= {(k, code, ""): 0 for k in content.country_keys[code]}
    contexts |= {(k, country, region): is_code for k, country, region, is_code in _regions(content)}
    file.executemany(
        "INSERT INTO context VALUES (?, ?, ?, ?)",
        ((*row, is_code) for row, is_code in contexts.items()),
    )


def _regions(content: Content) -> Iterator[tuple[str, str, str, int]]:
    for (country, _), name in content.regions.items():
        for spelt in keys(name):
            yield spelt, country, name, 0
    states = {code: name for (country, code), name in content.regions.items() if country == "US"}
    for country, codes in {**sources.POSTAL, "US": states}.items():
        for code, name in codes.items():
            yield key(code), country, name, 1


def _aliases(file: sqlite3.Connection, content: Content) -> None:
    _insert_aliases(file, (row for city in content.cities for row in _names(city, content)))
    known = {city.id: city for city in content.cities}
    _insert_aliases(
        file, ((key(name), content.weight(known[id_]), id_) for name, id_ in NICKNAMES.items())
    )


def _names(city: City, content: Content) -> Iterator[tuple[str, int, int]]:
    weight = content.weight(city)
    own = keys(city.name)
    others = {spelt for name in city.names for spelt in keys(name)}
    yield from ((spelt, weight, city.id) for spelt in own)
    yield from ((spelt, max(weight // OTHER_NAME, 1), city.id) for spelt in others - own)


def _insert_aliases(file: sqlite3.Connection, rows: Iterable[tuple[str, int, int]]) -> None:
    file.executemany("INSERT OR IGNORE INTO alias VALUES (?, ?, ?)", sorted(rows))


def _zones(file: sqlite3.Connection, content: Content) -> None:
    """Time zones are named after cities, and CLDR has those names in every language."""
    by_country = defaultdict(list)
    for city in content.cities:
        by_country[city.country].append(city)
    rows: set[tuple[str, int, int]] = set()
    for zone in sources.zones():
        near = by_country[zone.country]
        if not near:
            continue
        vectors = unit_vectors([(zone.lat, zone.lng), *((city.lat, city.lng) for city in near)])
        close = vectors[1:] @ vectors[0] > np.cos(ZONE_KM / EARTH_KM)
        within = [city for city, is_near in zip(near, close, strict=True) if is_near]
        meant = _meant(key(zone.name), within, content)
        if meant:
            spelt = {k for name in zone.names for k in keys(name)}
            rows |= {(k, content.weight(meant), meant.id) for k in spelt}
    _insert_aliases(file, rows)


def _meant(name: str, near: list[City], content: Content) -> City | None:
    """The city that a zone is named after; the capital where its name is the country's (Malta)."""
    bearers = [
        city
        for city in near
        if name in {k for called in (city.name, *city.names) for k in keys(called)}
        or (
            city.id == content.capitals.get(city.country)
            and name in content.country_keys[city.country]
        )
    ]
    return max(bearers, key=content.weight, default=None)


def _prefixes(file: sqlite3.Connection) -> None:
    for letters in range(1, FEW_LETTERS + 1):
        file.execute(
            """
            INSERT INTO prefix
            SELECT letters, position, place FROM (
              SELECT letters, place, row_number() OVER (
                PARTITION BY letters ORDER BY weight DESC, place
              ) AS position
              FROM (
                SELECT substr(key, 1, :n) AS letters, place,
                       max(weight * CASE WHEN length(key) = :n THEN :exact ELSE 1 END) AS weight
                FROM alias WHERE length(key) >= :n GROUP BY 1, 2
              )
            ) WHERE position <= :most
            """,
            {"n": letters, "exact": EXACT, "most": PREFIXED},
        )


def _spellings(file: sqlite3.Connection) -> None:
    file.create_function("is_latin", 1, str.isascii, deterministic=True)
    file.execute(
        """
        INSERT INTO spelling
        SELECT length(key) * :lengths + row_number() OVER (ORDER BY key), key FROM (
          SELECT key FROM alias WHERE length(key) > 3 AND is_latin(key)
          GROUP BY key HAVING max(weight) >= :known
        )
        """,
        {"lengths": PER_LENGTH, "known": KNOWN},
    )
    # A space before and after makes first and last letters count for more.
    file.execute("INSERT INTO trigram (rowid, key) SELECT id, ' ' || key || ' ' FROM spelling")
