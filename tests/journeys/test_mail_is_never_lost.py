"""Workers are killed where it hurts most; each mail arrives once, or twice under one Message-ID."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.factories import make_group, make_source
from tests.mail_server import MailServer, serving
from usergroups import clock, db, emails, queue
from usergroups.config import Config
from usergroups.jobs.bell import Bell
from usergroups.models import Job, JobKind, Message, MessageKind, SourceKind

# Commits a mail and is killed before it can tell anybody.
LEAVE_AND_DIE = """
import os, signal
from usergroups import db, queue, tokens
from usergroups.config import Config
from usergroups.models import MessageKind
config = Config.from_env()
db.connect(config.database)
tokens.sign_with(config.secret())
queue.announce_with(lambda *_: os.kill(os.getpid(), signal.SIGKILL))
with db.transaction():
    queue.send(MessageKind.SIGN_IN, to="ada@example.org")
"""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with serving() as started:
        yield started


@pytest.fixture
def environ(config: Config, server: MailServer) -> dict[str, str]:
    return os.environ | {
        "USERGROUPS_INSTANCE_DIR": str(config.instance_dir),
        "USERGROUPS_DATABASE_URL": config.database_url,
        "USERGROUPS_SECRET_KEY": config.secret_key,
        "USERGROUPS_BASE_URL": config.base_url,
        "USERGROUPS_MAIL_URL": server.url,
        "USERGROUPS_MAIL_FROM": "groups@example.org",
        "USERGROUPS_SOURCE_HOSTS": "127.0.0.1",
    }


@pytest.fixture
def worker(environ: dict[str, str]) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts `usergroups worker`."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "usergroups.jobs"]
        started.append(subprocess.Popen(command, env=environ))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(true: Callable[[], object], what: str) -> None:
    for _ in range(1_200):
        if true():
            return
        time.sleep(0.025)
    pytest.fail(f"waited in vain for {what}")


def leave(address: str = "ada@example.org") -> str:
    """A mail in a committed row, which nobody was told of; answers its Message-ID."""
    with db.transaction():
        return queue.send(MessageKind.SIGN_IN, to=address).message_id


def is_settled() -> bool:
    with db.reading() as session:
        sent = session.scalars(select(Message.sent_at)).all()
        done = session.scalars(select(Job.finished_at)).all()
    return None not in (*sent, *done)


def lease_runs_out() -> None:
    """As the clock would do it in two minutes."""
    with db.transaction() as session:
        past = clock.now() - timedelta(seconds=1)
        session.execute(update(Job).where(Job.finished_at.is_(None)).values(leased_until=past))


def arrived(server: MailServer) -> list[str]:
    return [mail["Message-ID"] for mail in server.taken]


def test_killed_after_the_commit(server, environ, worker, database):
    died = subprocess.run([sys.executable, "-c", LEAVE_AND_DIE], env=environ, check=False)
    assert died.returncode == -signal.SIGKILL
    assert not is_settled()
    worker()
    until(is_settled, "the mail to be sent")
    with db.reading() as session:
        assert arrived(server) == session.scalars(select(Message.message_id)).all()


@pytest.mark.parametrize(
    ("step", "copies"),
    [
        ("RCPT", 1),  # leased, and nothing handed over yet
        ("DATA", 2),  # handed over, and the worker does not know whether it was taken
        ("QUIT", 2),  # taken and known to be, and the row does not say so yet
    ],
)
def test_killed_while_it_sends(server, worker, database, step, copies):
    message_id = leave()
    server.hesitates_at = step
    first = worker()
    assert server.hesitates.wait(timeout=30)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not is_settled()
    server.forget_hesitating()
    lease_runs_out()
    worker()
    until(is_settled, "the mail to be sent")
    assert arrived(server) == [message_id] * copies
    assert len({mail.as_bytes() for mail in server.taken}) == 1


def test_a_mail_leaves_within_two_seconds_whatever_else_there_is_to_do(
    server, worker, config, database
):
    """Calendars whose servers never answer, and news to members that a server is slow to take."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as mute:
        address = f"http://127.0.0.1:{mute.getsockname()[1]}/a.ics"
        with db.transaction():
            for _ in range(6):
                make_source(make_group(), location=address, kind=SourceKind.URL)
                sample = emails.sample(MessageKind.CHARTER_UNMET)
                queue.send(MessageKind.CHARTER_UNMET, to="slow@example.org", **sample)
        worker()
        until(lambda: is_leased(JobKind.SYNC_SOURCE, 2), "both steady workers to wait in vain")
        until(lambda: is_leased(JobKind.SEND_NEWS, 2), "both workers of news to be busy")
        queue.announce_with(Bell(config).ring)
        try:
            waits = [waited(server, f"person{n}@example.org") for n in range(8)]
        finally:
            queue.announce_with(None)
        assert is_leased(JobKind.SYNC_SOURCE, 2)
        assert is_leased(JobKind.SEND_NEWS, 2)
        assert all(mail["To"].startswith("person") for mail in server.taken)
    assert max(waits) < 2, waits


def is_leased(kind: JobKind, number: int) -> bool:
    with db.reading() as session:
        query = select(func.count(Job.id)).where(Job.kind == kind, Job.leased_until.is_not(None))
        return session.scalar(query) == number


def waited(server: MailServer, address: str) -> float:
    """Seconds from the commit until the mail is there."""
    time.sleep(0.3)  # long enough for an empty lane to be looked at seldom
    leave(address)
    committed = time.monotonic()
    until(lambda: any(mail["To"] == address for mail in server.taken), "the mail")
    return time.monotonic() - committed
