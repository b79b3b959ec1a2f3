"""The servers that are compared: ours, and one that only says hello, with the same flags."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
from flask import Flask

CHECKOUT = Path(__file__).parents[2]
_START = """
import sys
from granian import Granian
from granian.constants import Interfaces
Granian(sys.argv[1], address="127.0.0.1", port=int(sys.argv[2]), interface=Interfaces.WSGI,
        workers=1, blocking_threads=4, factory=True, log_access=False, log_level="error").serve()
"""


def hello() -> Flask:
    """Bare Flask: the smallest answer it can give."""
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello")
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    return app


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
