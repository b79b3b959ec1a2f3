"""One short hash over everything in static/, so that each address may be cached for ever."""

import hashlib
from functools import lru_cache
from pathlib import Path

from usergroups import paths
from usergroups.errors import SetupError

PRECOMPRESSED = (".br", ".gz")
BUILT = ("vendor/leaflet/leaflet.js", "vendor/leaflet/leaflet.css", "basemap/labels.json")


def sources(folder: Path) -> list[Path]:
    """Every file in a folder of assets but compressed copies, in a fixed order."""
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and path.suffix not in PRECOMPRESSED
    )


def missing() -> list[str]:
    """The built files that are not there, by their paths in static/."""
    return [name for name in BUILT if not (paths.STATIC / name).is_file()]


@lru_cache(maxsize=1)
def release() -> str:
    """Twelve hexadecimal digits that change whenever any asset does.

    Read once in a process: about 15 ms. Raises SetupError where the built files are missing.
    """
    if absent := missing():
        raise SetupError(f"static/{absent[0]} has not been built: run `make setup`")
    digest = hashlib.sha256()
    for path in sources(paths.STATIC):
        digest.update(path.relative_to(paths.STATIC).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def url(path: str) -> str:
    """The address of an asset: `css/base.css` gives `/static/<release>/css/base.css`."""
    return f"/static/{release()}/{path}"
