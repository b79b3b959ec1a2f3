"""The servers that are compared: ours, and one that only says hello, with the same flags."""

import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
import psycopg
from flask import Flask, request

CHECKOUT = Path(__file__).parents[2]
_START = """
import sys
from usergroups.cli.serve import make_server
make_server(sys.argv[1], "127.0.0.1", int(sys.argv[2]), log_level="error").serve()
"""


def hello() -> Flask:
    """Bare Flask: the smallest answer it can give."""
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello")
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    return app


def inserting() -> Flask:
    """Bare Flask and a driver: each request is one row in one transaction, and nothing else."""
    database = os.environ["USERGROUPS_DATABASE_URL"]
    app = Flask("inserting")
    kept = threading.local()

    def connection() -> Any:
        if not hasattr(kept, "connection"):
            kept.connection = (
                psycopg.connect(database.replace("+psycopg", ""))
                if database.startswith("postgresql")
                else _sqlite(database.removeprefix("sqlite:///"))
            )
        return kept.connection

    def insert() -> str:
        request.get_data()
        opened = connection()
        opened.execute("INSERT INTO bare (said) VALUES ('going')")
        opened.commit()
        return "inserted"

    app.add_url_rule("/", view_func=insert, methods=["POST"])
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    return app


def _sqlite(file: str) -> sqlite3.Connection:
    opened = sqlite3.connect(file, timeout=30)
    opened.execute("PRAGMA journal_mode=WAL")
    opened.execute("PRAGMA synchronous=NORMAL")
    return opened


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port, how long it took to answer, and its processes."""

    port: int
    seconds_to_start: float
    process: psutil.Process

    def megabytes(self) -> float:
        """Resident memory of the process that answers: the largest of the server's children."""
        children = self.process.children(recursive=True) or [self.process]
        return max(child.memory_info().rss for child in children) / 1e6


@contextmanager
def serving(factory: str, environ: dict[str, str]) -> Iterator[Server]:
    """A granian of one worker with this application, for the length of a with block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # As pip does when it installs: no server compiles its own code at each start.
    subprocess.run([sys.executable, "-m", "compileall", "-q", CHECKOUT / "usergroups"], check=True)
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", _START, factory, str(port)],
        cwd=CHECKOUT,
        env=os.environ | environ,
        start_new_session=True,
    )
    try:
        _wait(child, f"http://127.0.0.1:{port}/healthz")
        seconds = time.perf_counter() - started
        yield Server(port, seconds, psutil.Process(child.pid))
    finally:
        child.terminate()
        child.wait(timeout=20)


def _wait(child: "subprocess.Popen[bytes]", url: str) -> None:
    for _ in range(3_000):
        if child.poll() is not None:
            raise RuntimeError(f"the server ended with code {child.returncode}")
        with suppress(OSError), urlopen(url) as answer:
            if answer.status == 200:
                return
        time.sleep(0.01)
    raise RuntimeError(f"no answer at {url}")
