"""Build the gazetteer: python -m usergroups.gazetteer.build [PATH]."""

import argparse
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from usergroups.config import Config
from usergroups.gazetteer import stamp
from usergroups.gazetteer.stamp import is_current

__all__ = ["build", "is_current", "main"]

Step = Callable[[sqlite3.Connection], None]
Announce = Callable[[str, float], None]


def main() -> None:
    """Build the file that is named, or the one of this installation, unless it is current."""
    parser = argparse.ArgumentParser(prog="python -m usergroups.gazetteer.build")
    parser.add_argument("path", type=Path, nargs="?", help="default: the instance folder's")
    path = parser.parse_args().path or Config.from_env().gazetteer
    console = Console(highlight=False, soft_wrap=True)
    if is_current(path):
        console.print(f"Gazetteer {path} is up to date.", markup=False)
        return
    with _progress(console) as announce:
        build(path, announce)
    console.print(f"Gazetteer {path}: {path.stat().st_size / 1e6:.0f} MB.", markup=False)


def build(path: Path, announce: Announce = lambda _step, _done: None) -> None:
    """Make the gazetteer anew beside `path`, then put it there in one move.

    `announce` is told each step before it begins, and what share of all is done.
    """
    # Only now: what it reads is heavy, and not installed where the gazetteer is served.
    from usergroups.gazetteer import content

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    unfinished = Path(name)
    try:
        with closing(sqlite3.connect(unfinished)) as file:
            _write(file, content.steps(), announce)
        unfinished.chmod(0o644)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(
    file: sqlite3.Connection, steps: Iterable[tuple[str, float, Step]], announce: Announce
) -> None:
    file.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=4096;")
    file.executescript((Path(__file__).parent / "tables.sql").read_text())
    for name, done, step in steps:
        announce(name, done)
        step(file)
        file.commit()
    file.execute("INSERT INTO stamp VALUES ('builder', ?)", (str(stamp.BUILDER),))
    file.executemany("INSERT INTO stamp VALUES (?, ?)", stamp.sources().items())
    file.commit()
    file.executescript("INSERT INTO trigram(trigram) VALUES ('optimize'); ANALYZE; VACUUM;")


@contextmanager
def _progress(console: Console) -> Iterator[Announce]:
    """A bar for people, a line for each step in a log."""
    if not console.is_terminal:
        yield lambda step, _done: console.print(f"Gazetteer: {step}", markup=False)
        return
    with Progress(console=console) as progress:
        task = progress.add_task("Gazetteer", total=1.0)

        def announce(step: str, done: float) -> None:
            progress.update(task, description=f"Gazetteer: {step}", completed=done)

        yield announce
        progress.update(task, completed=1.0)


if __name__ == "__main__":
    main()
