"""The tables of a gazetteer, read: each method is one question in SQL."""

import json
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from usergroups.errors import SetupError
from usergroups.gazetteer import stamp
from usergroups.gazetteer.place import Place
from usergroups.gazetteer.ranking import EXACT, FEW_LETTERS, MANY, PER_LENGTH

_PLACES = """
    SELECT place.id, place.name, place.region, place.country, country.name,
           place.lat, place.lng, place.timezone, place.population
    FROM place JOIN country ON country.code = place.country
    WHERE place.id IN (SELECT value FROM json_each(?))
"""
_AFTER = "\U0010ffff"

# Countries and regions that some words may mean; an empty region is the whole country.
Area = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Named:
    """A place under one of its names, and how likely that name means it."""

    place: Place
    weight: float


class Tables:
    """One read-only connection for all threads: questions take less than a thread costs."""

    def __init__(self, path: Path) -> None:
        """Raise SetupError where no gazetteer stands, or one that this code cannot read."""
        if not stamp.readable(path):
            raise SetupError(
                f"There is no gazetteer at {path}: run `make setup`, "
                f"or `python -m usergroups.gazetteer.build {path}`"
            )
        # immutable: a new build replaces the file as a whole, this one stays as it was opened.
        self._file = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._one_at_a_time = threading.Lock()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        with self._one_at_a_time:
            return self._file.execute(sql, values).fetchall()

    def countries(self) -> dict[str, str]:
        """English names by ISO code."""
        return dict(self._rows("SELECT code, name FROM country ORDER BY name"))

    def places(self, ids: Sequence[int]) -> list[Place]:
        """The places with these ids, in this order; unknown ids are left out."""
        rows = self._rows(_PLACES, json.dumps(ids))
        known = {row[0]: Place(*row) for row in rows}
        return [known[id_] for id_ in ids if id_ in known]

    def cities(self, least: int) -> list[Place]:
        """The places with so many inhabitants, districts of cities left out, the largest first."""
        rows = self._rows(
            "SELECT id FROM place WHERE population >= ? AND id IN (SELECT place FROM sphere) "
            "ORDER BY population DESC, id",
            least,
        )
        return self.places([id_ for (id_,) in rows])

    def named(self, key: str) -> list[Named]:
        """All places with this key, the likeliest first."""
        return self._weighed(
            "SELECT place, max(weight) FROM alias WHERE key = ? GROUP BY place "
            "ORDER BY 2 DESC, place",
            key,
        )

    def beginning(self, letters: str, most: int = MANY) -> list[Named]:
        """The likeliest places with a key that begins so."""
        if len(letters) <= FEW_LETTERS:
            return self._weighed(
                "SELECT place, 0 FROM prefix WHERE letters = ? ORDER BY position LIMIT ?",
                letters,
                most,
            )
        return self._weighed(
            """
            SELECT place, max(weight * CASE key WHEN ?1 THEN ?3 ELSE 1 END)
            FROM alias WHERE key >= ?1 AND key < ?2
            GROUP BY place ORDER BY 2 DESC, place LIMIT ?4
            """,
            letters,
            letters + _AFTER,
            EXACT,
            most,
        )

    def spelt(self, keys: Sequence[str]) -> list[tuple[str, int, int]]:
        """Key, place and weight of everything under these keys."""
        return self._rows(
            "SELECT key, place, weight FROM alias WHERE key IN (SELECT value FROM json_each(?))",
            json.dumps(keys),
        )

    def similar(self, key: str, lengths: int) -> list[str]:
        """Latin keys with three letters in common and up to so many more or fewer in all."""
        padded = f" {key} "
        groups = {padded[i : i + 3] for i in range(len(padded) - 2)}
        rows = self._rows(
            """
            SELECT spelling.key FROM trigram JOIN spelling ON spelling.id = trigram.rowid
            WHERE trigram MATCH ? AND trigram.rowid BETWEEN ? AND ?
            """,
            " OR ".join(f'"{group}"' for group in sorted(groups)),
            (len(key) - lengths) * PER_LENGTH,
            (len(key) + lengths + 1) * PER_LENGTH,
        )
        return [found for (found,) in rows]

    def area(self, key: str) -> Area:
        """What a key means as the name or code of a country or region; empty: nothing."""
        return frozenset(self._rows("SELECT country, region FROM context WHERE key = ?", key))

    def areas_beginning(self, letters: str) -> Area:
        """The countries and regions with a name or code that begins so."""
        return frozenset(
            self._rows(
                "SELECT country, region FROM context WHERE key >= ? AND key < ?",
                letters,
                letters + _AFTER,
            )
        )

    def capital(self, key: str) -> list[Place]:
        """The capital of the country with this name, in any language; codes are no names."""
        rows = self._rows(
            """
            SELECT capital FROM context JOIN country ON country.code = context.country
            WHERE key = ? AND region = '' AND NOT is_code AND capital IS NOT NULL
            """,
            key,
        )
        return self.places([id_ for (id_,) in rows])

    def nearest(
        self, point: tuple[float, float, float], lat: float, band: float, limit: int
    ) -> list[tuple[int, float]]:
        """Places nearest to a unit vector within so many degrees of latitude, and their cosines."""
        return self._rows(
            """
            SELECT place, x * ?1 + y * ?2 + z * ?3 FROM sphere WHERE lat BETWEEN ?4 AND ?5
            ORDER BY 2 DESC LIMIT ?6
            """,
            *point,
            lat - band,
            lat + band,
            limit,
        )

    def _weighed(self, sql: str, *values: Any) -> list[Named]:
        rows = self._rows(sql, *values)
        weights = dict(rows)
        found = self.places([id_ for id_, _ in rows])
        return [Named(place, weights[place.id]) for place in found]
