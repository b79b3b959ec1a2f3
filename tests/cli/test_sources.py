from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import SHARED
from tests.factories import make_group
from usergroups import clock, db
from usergroups.cli import sources
from usergroups.models import Event, EventStatus, Group, Source, SourceState

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
X-WR-TIMEZONE:Europe/Paris
BEGIN:VEVENT
UID:one@example.org
DTSTAMP:20260101T000000Z
DTSTART:20260305T173000Z
DTEND:20260305T193000Z
SUMMARY:Un, deux\\, trois
LOCATION:Salle 1\\, rue d'Ulm\\, Paris
END:VEVENT
BEGIN:VEVENT
UID:two@example.org
DTSTAMP:20260101T000000Z
DTSTART:20260402T163000Z
SUMMARY:Deux
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def group(database):
    with db.transaction():
        return make_group(slug="paris")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "paris.ics"
    path.write_text(CALENDAR, newline="\r\n")
    return path


def events() -> list[tuple]:
    with db.reading() as session:
        return [
            (event.uid, event.title, event.venue, event.local_start.isoformat(), event.status.value)
            for event in session.scalars(select(Event).order_by(Event.starts_at))
        ]


def test_a_file_is_attached_and_read_at_once(run, group, file):
    result = run("sources", "add", "paris", str(file))
    assert result.exit_code == 0
    assert result.stdout == (
        "1 calendar, 0 failed; 2 added, 0 updated, 1 cancelled, 0 unchanged, 0 skipped\n"
    )
    assert events() == [
        (
            "one@example.org", "Un, deux, trois", "Salle 1, rue d'Ulm, Paris",
            "2026-03-05T18:30:00+01:00", "confirmed",
        ),
        ("two@example.org", "Deux", "", "2026-04-02T18:30:00+02:00", "cancelled"),
    ]  # fmt: skip


def test_reading_it_again_changes_nothing_and_says_so(run, group, file):
    run("sources", "add", "paris", str(file))
    with db.reading() as session:
        before = session.execute(select(Event.sequence, Event.revised_at)).all()
        version = session.scalars(select(Group.version)).one()
    for command in (("add", "paris", str(file)), ("sync", "paris"), ("sync", "--all")):
        result = run("sources", *command)
        assert result.stdout == (
            "1 calendar, 0 failed; nothing changed: "
            "0 added, 0 updated, 0 cancelled, 2 unchanged, 0 skipped\n"
        )
    with db.reading() as session:
        assert session.execute(select(Event.sequence, Event.revised_at)).all() == before
        assert session.scalars(select(Group.version)).one() == version


def test_a_change_is_a_revision_and_a_call_off_is_kept(run, group, file):
    run("sources", "add", "paris", str(file))
    changed = CALENDAR.replace("Un, deux", "Zéro").replace("STATUS:CANCELLED\n", "")
    changed = changed.replace("UID:one@example.org", "UID:one@example.org\nSTATUS:CANCELLED")
    file.write_text(changed, newline="\r\n")
    result = run("sources", "sync", "paris")
    assert result.stdout == (
        "1 calendar, 0 failed; 0 added, 1 updated, 1 cancelled, 0 unchanged, 0 skipped\n"
    )
    with db.reading() as session:
        rows = session.execute(
            select(Event.title, Event.status, Event.sequence).order_by(Event.starts_at)
        )
        assert [tuple(row) for row in rows] == [
            ("Zéro, trois", EventStatus.CANCELLED, 1),
            ("Deux", EventStatus.CONFIRMED, 1),
        ]


def test_what_keeps_a_calendar_waiting_is_said(run, group, file, monkeypatch):
    run("sources", "add", "paris", str(file))
    with db.transaction() as session:
        session.scalars(select(Source)).one().leased_until = clock.now() + timedelta(seconds=1)
    monkeypatch.setattr(sources, "_SILENT", 1)
    result = run("sources", "sync", "paris")
    assert (result.exit_code, result.stderr) == (0, f"{file}: {sources._WAITING}\n")


def test_a_stamp_that_moves_alone_is_no_revision(run, group, file):
    run("sources", "add", "paris", str(file))
    file.write_text(CALENDAR.replace("DTSTAMP:2026", "SEQUENCE:9\nDTSTAMP:2027"), newline="\r\n")
    assert "nothing changed" in run("sources", "sync", "paris").stdout


@pytest.mark.parametrize("content", ["", "<html>not a calendar</html>", CALENDAR[:40]])
def test_nothing_is_deleted_on_a_failed_read(run, group, file, content):
    run("sources", "add", "paris", str(file))
    before = events()
    file.write_text(content)
    run("sources", "sync", "paris")
    assert events() == before


def test_a_failure_is_named_and_noted_and_the_others_are_read(run, group, file, tmp_path):
    run("sources", "add", "paris", str(file))
    gone = tmp_path / "gone.ics"
    result = run("sources", "add", "paris", str(gone))
    assert result.exit_code == 1
    assert result.stderr == f"{gone}: {gone}: No such file or directory\n"
    result = run("sources", "sync", "--all")
    assert result.exit_code == 1
    assert result.stdout.startswith("2 calendars, 1 failed; ")
    with db.reading() as session:
        rows = session.execute(select(Source.state, Source.failures).order_by(Source.id)).all()
    assert [tuple(row) for row in rows] == [(SourceState.HEALTHY, 0), (SourceState.STALE, 2)]


def test_a_private_address_is_refused(run, group):
    result = run("sources", "add", "paris", "http://127.0.0.1:9/x.ics")
    assert result.exit_code == 1
    assert "127.0.0.1 has no public address" in result.stderr


def test_a_folder_names_files_without_a_group(run, group, file, tmp_path):
    (tmp_path / "nobody.ics").write_text(CALENDAR)
    result = run("sources", "add", "--from", str(tmp_path))
    assert result.exit_code == 1
    assert "nobody.ics: there is no group 'nobody'" in result.stderr
    assert len(events()) == 2


def test_neither_and_both_are_usage_errors(run, group):
    assert run("sources", "add").exit_code == 2
    assert run("sources", "add", "paris").exit_code == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real data is not on this machine")
def test_the_real_calendars(run):
    data = SHARED / "data" / "rladies"
    run("groups", "import", str(data / "groups.csv"))
    folder = str(data / "calendars")
    assert run("sources", "add", "--from", folder).stdout == (
        "199 calendars, 0 failed; 4150 added, 0 updated, 196 cancelled, 0 unchanged, 0 skipped\n"
    )
    assert run("sources", "add", "--from", folder).stdout == (
        "199 calendars, 0 failed; nothing changed: "
        "0 added, 0 updated, 0 cancelled, 4150 unchanged, 0 skipped\n"
    )
    with db.reading() as session:
        elsewhere = (
            select(func.count())
            .select_from(Event)
            .join(Group)
            .where(Event.timezone != Group.timezone)
        )
        assert session.scalar(elsewhere) == 0
        event = session.scalars(
            select(Event).where(Event.uid == "event_234265832@meetup.com")
        ).one()
    assert (event.title, event.starts_at, event.local_start.hour, event.venue) == (
        "Inaugural meeting",
        datetime(2016, 10, 5, 17, 30, tzinfo=UTC),
        19,
        "Ecole Normale Superieure, Salle Ribot, 29, rue d'Ulm, Paris, FR",
    )
