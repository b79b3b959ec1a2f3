"""`usergroups serve` and `usergroups worker`: the two kinds of process."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from usergroups import memory
from usergroups.cli.settings import ready
from usergroups.errors import DomainError

if TYPE_CHECKING:
    from granian.server.common import AbstractServer

# The doors never import one another: these are started by name.
_APP = "usergroups.app:create_app"
_WORKER = [sys.executable, "-m", "usergroups.jobs"]
_THREADS = 4


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--with-worker", is_flag=True, help="Background work beside it, on one machine.")
def serve(host: str, port: int, workers: int, *, with_worker: bool) -> None:
    """Serve the pages and feeds.

    \b
    Examples:
      usergroups serve --with-worker            all that one machine needs
      usergroups serve --host 0.0.0.0 --workers 4
    """
    config = ready()
    _check_free(host, port)
    if workers > config.serving_processes:
        os.environ["USERGROUPS_SERVING_PROCESSES"] = str(workers)
    # Of SIGINT and SIGTERM the server takes both; what stands below then still runs.
    server = make_server(_APP, host, port, workers)
    with _worker() if with_worker else contextlib.nullcontext():
        server.serve()


def make_server(
    factory: str, host: str, port: int, workers: int = 1, **more: Any
) -> "AbstractServer[Any]":
    """The server for an application that is made by `module:function`, ready to serve."""
    from granian import Granian  # 20 MB that no other command needs
    from granian.constants import Interfaces

    memory.share_heap()
    return Granian(
        factory,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        factory=True,
        log_access=False,
        **more,
    )


def _check_free(host: str, port: int) -> None:
    """The server shares its port among its workers; with a stranger it would do so in silence."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise DomainError(
                f"cannot listen on {host}:{port}: {taken.strerror}; --port names another"
            ) from taken


@click.command()
def worker() -> None:
    """Do the background work.

    What pages and commands left to be done, such as mails, and what the timetable says. Ctrl-C
    (SIGINT) stops it once it has finished what it is doing.
    """
    ready()
    os.execv(_WORKER[0], _WORKER)  # noqa: S606  our own interpreter, no shell


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    child = subprocess.Popen(_WORKER, start_new_session=True)  # noqa: S603  our own module
    try:
        yield
    finally:
        # huey loses what it is doing on SIGTERM, and finishes it on SIGINT.
        child.send_signal(signal.SIGINT)
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
