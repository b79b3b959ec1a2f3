from datetime import timedelta

from tests.factories import make_group, make_source
from tests.mail_server import serving
from usergroups import clock, db, queue
from usergroups.models import Job, JobKind, MessageKind, SourceState
from usergroups.services import jobs


def test_a_sound_installation(run, database):
    result = run("doctor")
    assert "✗" not in result.stdout
    assert result.exit_code == 0
    first_words = [line.split()[1] for line in result.stdout.splitlines()]
    assert first_words == [
        "settings", "instance", "database", "clock", "background", "mail", "limits",
        "gazetteer", "assets",
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


def test_a_mail_server_that_is_away_and_mails_that_were_given_up(run, config, monkeypatch):
    monkeypatch.setenv("USERGROUPS_MAIL_URL", "smtp://127.0.0.1:1")
    with db.transaction() as session:
        for _ in range(2):
            queue.send(MessageKind.SIGN_IN, to="ada@example.org")
        for job in session.query(Job):
            jobs.give_up(job, "550 no")
    result = run("doctor")
    assert result.exit_code == 1
    assert "✗ mail             the server does not take mails: [Errno 111] Conn" in result.stdout
    assert "→ mend USERGROUPS_MAIL_URL" in result.stdout
    assert "✗ mails            2 could not be sent\n  → usergroups mail list" in result.stdout


def test_a_mail_server_that_answers(run, config, monkeypatch):
    with serving() as server:
        monkeypatch.setenv("USERGROUPS_MAIL_URL", server.url)
        result = run("doctor")
    assert f"✓ mail             {server.url.removeprefix('smtp://')}\n" in result.stdout
    assert server.taken == []


def test_who_counts_for_the_limits(run, config, monkeypatch):
    assert "✓ limits           counted without Redis, by one process\n" in run("doctor").stdout
    monkeypatch.setenv("USERGROUPS_SERVING_PROCESSES", "4")
    assert "counted without Redis, by each of 4 processes, a share each" in run("doctor").stdout


def test_a_redis_that_is_away(run, config, monkeypatch):
    monkeypatch.setenv("USERGROUPS_REDIS_URL", "redis://127.0.0.1:1")
    result = run("doctor")
    assert result.exit_code == 1
    assert "✗ limits           Redis cannot be reached" in result.stdout
    assert "→ start it, or mend USERGROUPS_REDIS_URL; meanwhile each process" in result.stdout
