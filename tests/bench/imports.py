"""Taking in many groups and their calendars, against icalendar merely parsing the same files."""

import contextlib
import io
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path
from statistics import median

import icalendar
from click.testing import CliRunner

from usergroups.cli import main

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Import:
    """Seconds, the median of three rounds."""

    groups: int
    meetups: int
    parsing: float
    importing: float
    again: float


def measure(groups_file: Path, calendars: Path, gazetteer: Path) -> Import:
    """Parse, then import all, then import all again, each from scratch, in this one process."""
    rounds = []
    for _ in range(ROUNDS):
        with _instance(gazetteer):
            rounds.append(
                (
                    _parse(calendars),
                    _take_in(groups_file, calendars),
                    _take_in(groups_file, calendars),
                )
            )
    parsing, importing, again = (median(times) for times in zip(*rounds, strict=True))
    contents = [file.read_bytes() for file in calendars.glob("*.ics")]
    return Import(
        groups_file.read_text("utf-8").count("\n") - 1,
        sum(content.count(b"BEGIN:VEVENT") for content in contents),
        parsing,
        importing,
        again,
    )


def _parse(calendars: Path) -> float:
    began = time.perf_counter()
    for file in sorted(calendars.glob("*.ics")):
        icalendar.Calendar.from_ical(file.read_bytes())
    return time.perf_counter() - began


def _take_in(groups_file: Path, calendars: Path) -> float:
    began = time.perf_counter()
    for command in (
        ["groups", "import", str(groups_file)],
        ["sources", "add", "--from", str(calendars)],
    ):
        result = CliRunner().invoke(main, command)
        if result.exit_code:
            raise RuntimeError(result.output)
    return time.perf_counter() - began


@contextmanager
def _instance(gazetteer: Path) -> Iterator[None]:
    folder = Path(tempfile.mkdtemp(prefix="usergroups-bench-"))
    (folder / "gazetteer.sqlite").symlink_to(gazetteer.resolve())
    environ["USERGROUPS_INSTANCE_DIR"] = str(folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            CliRunner().invoke(main, ["db", "upgrade"], catch_exceptions=False)
        yield
    finally:
        del environ["USERGROUPS_INSTANCE_DIR"]
        shutil.rmtree(folder)
