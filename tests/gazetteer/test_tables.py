import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from usergroups.errors import SetupError
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.gazetteer.tables import Tables


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 400])
def test_without_a_gazetteer_the_error_says_how_to_get_one(tmp_path: Path, content: bytes | None):
    path = tmp_path / "gazetteer.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SetupError) as refused:
        Tables(path)
    assert str(refused.value) == (
        f"There is no gazetteer at {path}: run `make setup`, "
        f"or `python -m usergroups.gazetteer.build {path}`"
    )


def test_a_gazetteer_is_never_written(gazetteer_file: Path):
    refused = pytest.raises(sqlite3.OperationalError, match="readonly")
    with closing(Tables(gazetteer_file)) as tables, refused:
        tables._rows("DELETE FROM place")


def test_threads_share_one(gazetteer: Gazetteer):
    names = ["Berlin", "Paris", "Lima", "Tokyo", "Quito", "Cairo", "Oslo", "Perth"] * 25
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(gazetteer.look_up, names))
    assert [match.best.name for match in found if match.best] == names


def test_every_place_has_a_country_and_a_zone(gazetteer_file: Path):
    with closing(sqlite3.connect(gazetteer_file)) as file:
        (without,) = file.execute(
            "SELECT count(*) FROM place LEFT JOIN country ON country.code = place.country "
            "WHERE country.code IS NULL OR timezone = '' OR abs(lat) > 90 OR abs(lng) > 180"
        ).fetchone()
    assert without == 0
