"""`usergroups calendar check`: on its own, for programs, and on all the strange calendars."""

import gzip
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from tests.conftest import SHARED
from tests.formats.ical.test_lint import GOOD, changed, lines
from usergroups.cli import main

CORPUS = SHARED / "corpus"
_EXPECTED = CORPUS / "expected.json"
CASES = json.loads(_EXPECTED.read_text())["cases"] if _EXPECTED.exists() else {}
FLOATING = changed("DTSTART;TZID=Europe/Paris:", "DTSTART:")


@pytest.fixture
def run():
    """Run the command; it needs no database."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, prog_name="usergroups", catch_exceptions=False)

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "paris.ics"
    path.write_bytes(lines(GOOD))
    return path


def told(run, *arguments) -> dict:
    return json.loads(run("calendar", "check", *map(str, arguments), "--json").stdout)


def test_a_good_calendar(run, file):
    result = run("calendar", "check", str(file), "--now", "2026-12-01T00:00:00Z")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        f"{file}: 7 meetups\n"
        "  2026-06-11 19:30 Europe/Paris  Rust, R; and more\n"
        "  2026-06-20, all day  A whole day\n"
        "  2026-08-13 19:30 Europe/Paris  Rust, R; and more\n"
        "  2026-09-10 19:30 Europe/Paris  Rust, R; and more\n"
        "  2026-10-08 19:30 Europe/Paris  Rust, R; and more\n"
        "  2026-11-12 19:30 Europe/Paris  Rust, R; and more\n"
        "  2026-12-10 19:30 Europe/Paris  Rust, R; and more\n"
        "nothing is wrong with it\n"
    )


def test_what_is_wrong_is_named_with_file_line_and_column(run, file):
    file.write_bytes(changed("DATE:20260621", "DATE:20260620"))
    result = run("calendar", "check", str(file), "--now", "2026-06-01T00:00:00Z")
    assert result.exit_code == 0  # a warning
    assert (
        f"{file}:44:1: warning: A whole day ends on the day it begins. DTEND is the day after the "
        "last one. [RFC 5545 3.6.1]\n"
        "    Outlook may show nothing, or the day before.\n"
        "    Google shows one day; of several days it leaves out the last.\n"
        "    Apple Calendar shows one day; of several days it leaves out the last.\n"
        "    → Add a day to DTEND, or leave it out.\n"
        "1 warning\n"
    ) in result.stdout


def test_for_programs(run, file):
    file.write_bytes(lines(GOOD.replace("DTSTART;VALUE=DATE:20260620", "DTSTART:20260631")))
    assert told(run, file, "--now", "2026-06-30T00:00:00+02:00")["findings"] == [
        {
            "severity": "error",
            "clause": "RFC 5545 3.3.5",
            "message": (
                "DTSTART is no date that there is: “20260631”. Outlook may refuse the file. Google "
                "leaves the event out. Apple Calendar leaves the event out. Write 20260611 for a "
                "day, 20260611T193000 for a time."
            ),
            "code": "bad_date",
            "line": 43,
            "column": 1,
            "times": 1,
        }
    ]
    assert run("calendar", "check", str(file), "--json").exit_code == 1


def test_times_without_zone_are_of_the_one_that_is_given(run, file):
    file.write_bytes(FLOATING)
    now = "--now=2026-06-01T00:00:00Z"
    assert told(run, file, now)["events"][0]["start"] == "2026-06-11T19:30:00Z"
    there = told(run, file, now, "--timezone=Asia/Tokyo")["events"][0]
    assert there["start"] == "2026-06-11T10:30:00Z"


def test_a_packed_file_is_an_answer_that_came_packed(run, tmp_path, file):
    packed = tmp_path / "paris.ics.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert told(run, packed) == told(run, file)
    for broken in (packed.read_bytes()[:-20], b"nothing"):
        packed.write_bytes(broken)
        assert told(run, packed)["error"] == "unreachable"
    packed.write_bytes(gzip.compress(b"BEGIN:VCALENDAR\r\n" + b" " * 20_000_000))
    assert told(run, packed)["error"] == "too_large"


def test_an_address_in_a_private_network_is_not_asked(run):
    result = run("calendar", "check", "http://127.0.0.1:1/paris.ics", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "verdict": "refused",
        "error": "unreachable",
        "events": [],
        "skipped": [],
        "warnings": [],
        "findings": [],
    }


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["gone.ics"], 1, "usergroups: gone.ics: No such file or directory"),
        (["{file}", "--timezone", "Mars"], 2, "'Mars' is no IANA zone"),
        (["{file}", "--now", "today"], 2, "'today' is no instant such as 2026-06-01T00:00:00Z"),
        ([], 2, "Missing argument 'URL_OR_FILE'"),
    ],
)
def test_a_wrong_command_line(run, file, arguments, code, said):
    result = run("calendar", "check", *(each.format(file=file) for each in arguments))
    assert result.exit_code == code
    assert said in result.stderr


@pytest.mark.skipif(not CASES, reason="the collection of strange calendars is not beside this one")
@pytest.mark.parametrize("name", CASES)
def test_strange_calendars_say_what_they_are_known_to_say(run, name):
    wanted = CASES[name]
    file = next(file for file in (CORPUS / name, CORPUS / f"{name}.gz") if file.exists())
    zone = ("--timezone", "Europe/Paris")
    found = told(run, file, "--now", "2026-06-01T00:00:00Z", *zone)
    assert _told(found, wanted) == _wanted(wanted)
    for one in found["findings"]:
        assert {"severity", "clause", "message"} <= set(one)
    if wanted["verdict"] == "refused":
        assert "error" in {one["severity"] for one in found["findings"]}


def _wanted(case: dict) -> dict:
    return {
        "verdict": case["verdict"],
        "error": case["error"],
        "events": sorted(case["events"], key=_by_moment),
        "skipped": sorted(case["skipped"], key=repr),
        "warnings": sorted(case["warnings"]),
    }


def _told(found: dict, case: dict) -> dict:
    """What was found, in the keys that are asked about; a UID that nobody wrote may be any."""
    wanted = _wanted(case)["events"]
    events = [
        {key: event.get(key) if one[key] is not None or key != "uid" else None for key in one}
        for event, one in zip(sorted(found["events"], key=_by_moment), wanted, strict=True)
    ]
    return _wanted({**found, "events": events})


def _by_moment(event: dict) -> tuple:
    return event["start"], event["end"] or "", event["uid"] or ""


def test_a_file_is_examined_without_what_speaks_to_databases(file):
    """Half of the time that the command takes would be spent on loading it."""
    look = (
        "import sys; from usergroups.cli import main\n"
        "try: main(['calendar', 'check', sys.argv[1]])\n"
        "finally: print({'sqlalchemy', 'flask'} & sys.modules.keys())"
    )

    told = subprocess.run(
        [sys.executable, "-c", look, str(file)], capture_output=True, text=True, check=False
    )

    assert "nothing is wrong with it" in told.stdout
    assert told.stdout.endswith("set()\n")
