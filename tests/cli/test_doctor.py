from datetime import timedelta

from tests.factories import make_group, make_source
from usergroups import clock, db, queue
from usergroups.models import JobKind, SourceState


def test_a_sound_installation(run, database):
    result = run("doctor")
    assert "✗" not in result.stdout
    assert result.exit_code == 0
    first_words = [line.split()[1] for line in result.stdout.splitlines()]
    assert first_words == [
        "settings", "instance", "database", "clock", "background", "gazetteer", "assets",
    ]  # fmt: skip


def test_what_is_wrong_comes_with_a_remedy(run, config):
    config.gazetteer.unlink()
    with db.transaction():
        long_ago = clock.now() - timedelta(hours=1)
        queue.enqueue(JobKind.SYNC_SOURCE, due_at=long_ago, source_id=1)
        make_source(make_group(), state=SourceState.FAILING)
    result = run("doctor")
    assert result.exit_code == 1
    assert "✗ gazetteer        place names are missing or old\n  → make setup" in result.stdout
    assert "✗ background work  1 jobs wait, the oldest since" in result.stdout
    assert "→ usergroups worker, or serve --with-worker" in result.stdout
    assert "✗ calendars        1 cannot be read" in result.stdout
