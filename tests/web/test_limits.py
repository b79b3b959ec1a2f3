"""Limits: per machine and per address, in one process, in several, and while Redis is away."""

import multiprocessing
import re
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from redis import Redis

from tests.conftest import missing
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.web import limits

# Limits are not kept in the database: one kind of it is enough.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ASKED, PROCESSES = 8, 3  # by each of so many processes; "5 per hour" is what one address may


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> None:
    limits._counter.cache_clear()


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of these tests' own."""
    server = shutil.which("redis-server")
    if server is None:
        missing("Redis", "apt-get install redis-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        for _ in range(100):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}"
        running.terminate()


@pytest.fixture
def redis(redis_server: str) -> str:
    """The same, empty."""
    Redis.from_url(redis_server).flushall()
    return redis_server


def ask(client: FlaskClient, email: str = "ada@example.org", **options) -> int:
    """Ask for a mail; the status of the answer."""
    return client.post("/sign-in/link", data={"email": email}, **options).status_code


def client_for(config: Config) -> FlaskClient:
    app = create_app(config)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def ask_often(config: Config, answers) -> None:
    """What one serving process does; answers are put into the queue."""
    client = client_for(config)
    for _ in range(ASKED):
        answers.put(ask(client))


def asked_of_several(config: Config) -> Counter:
    """The answers of several serving processes, all asked at once for one address."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    serving = [context.Process(target=ask_often, args=(config, answers)) for _ in range(PROCESSES)]
    for process in serving:
        process.start()
    found = Counter(answers.get(timeout=60) for _ in range(PROCESSES * ASKED))
    for process in serving:
        process.join()
    return found


def test_several_processes_count_together_in_redis(config, redis):
    config = replace(config, redis_url=redis, serving_processes=PROCESSES)
    assert asked_of_several(config) == {303: 5, 429: PROCESSES * ASKED - 5}


def test_several_processes_without_redis_have_a_share_each(config):
    config = replace(config, serving_processes=PROCESSES)
    assert asked_of_several(config) == {303: PROCESSES, 429: PROCESSES * ASKED - PROCESSES}


def test_while_redis_is_away_each_process_counts_for_itself(config, caplog):
    client = client_for(replace(config, redis_url="redis://127.0.0.1:1"))
    assert [ask(client) for _ in range(6)] == [303] * 5 + [429]
    assert "limits are counted without Redis" in caplog.text


def test_asking_again_begins_no_new_window(config, redis):
    client = client_for(replace(config, redis_url=redis))
    for _ in range(5):
        ask(client, "eve@example.org")
    waits = []
    for _ in range(3):
        answer = client.post("/sign-in/link", data={"email": "eve@example.org"})
        waits.append(int(answer.headers["Retry-After"]))
    assert 3590 <= waits[-1] <= waits[0] <= 3600


def test_the_refusal_says_when_to_try_again_and_blames_nobody(config):
    client = client_for(config)
    for _ in range(5):
        ask(client)
    answer = client.post("/sign-in/link", data={"email": "ada@example.org"})
    assert answer.status_code == 429
    assert answer.headers["Cache-Control"] == "no-store"
    page = re.sub(r"\s+", " ", answer.text)
    assert "Nothing is wrong with what you entered. Try again in 1 hour." in page


def test_an_address_counts_once_however_it_is_written(config):
    client = client_for(config)
    assert [ask(client, f" {'a' if n % 2 else 'A'}da@Example.org ") for n in range(6)] == [
        *[303] * 5, 429,
    ]  # fmt: skip
    assert ask(client, "bob@example.org") == 303


def test_a_machine_is_refused_whatever_addresses_it_tries(config):
    client = client_for(config)
    answers = Counter(ask(client, f"somebody{n}@example.org") for n in range(22))
    assert answers == {303: 20, 429: 2}
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert ask(client, environ_overrides=elsewhere) == 303


def machine(config: Config, remote: str, passed_on: str | None = None) -> str:
    app = create_app(config)
    headers = {"X-Forwarded-For": passed_on} if passed_on is not None else {}
    with app.test_request_context(environ_base={"REMOTE_ADDR": remote}, headers=headers):
        return limits.asking_machine()


@pytest.mark.parametrize(
    ("proxies", "passed_on", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),  # anybody can write that
        (1, None, "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),  # the first was written by the visitor
        (2, "10.0.0.1, 203.0.113.9, 198.51.100.2", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),  # not by way of both proxies
        (1, "2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "nonsense", "nonsense"),
    ],
)
def test_who_asks(config, proxies, passed_on, expected):
    assert machine(replace(config, proxies=proxies), "192.0.2.1", passed_on) == expected
