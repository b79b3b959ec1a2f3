"""What journeys share: one browser for all tests of a file, and the real processes."""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import CHROMIUM, until
from usergroups.config import Config

Serve = Callable[..., tuple[str, psutil.Process]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, which asks nobody anything of its own accord."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=[
                "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        )  # fmt: skip
        yield started
        started.close()


@pytest.fixture
def serve(config: Config, gazetteer_file: Path) -> Iterator[Serve]:
    """Starts `usergroups serve` with more arguments; answers its address and process."""
    (config.instance_dir / "gazetteer.sqlite").symlink_to(gazetteer_file)
    environ = os.environ | {
        "USERGROUPS_INSTANCE_DIR": str(config.instance_dir),
        "USERGROUPS_DATABASE_URL": config.database_url,
        "USERGROUPS_SECRET_KEY": "for tests only",
        "USERGROUPS_SOURCE_HOSTS": config.source_hosts,
    }
    started: list[psutil.Process] = []

    def start(*arguments: str) -> tuple[str, psutil.Process]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        command = [sys.executable, "-m", "usergroups.cli", "serve", "--port", port, *arguments]
        process = psutil.Popen(command, env=environ)
        started.append(process)
        url = f"http://127.0.0.1:{port}"
        until(lambda: _answers(f"{url}/healthz"), "the first answer")
        return url, process

    yield start
    for process in started:
        with suppress(psutil.NoSuchProcess):
            for child in process.children(recursive=True):
                child.kill()
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    with suppress(URLError, ConnectionError), urlopen(url) as answer:
        return answer.status == 200
    return False
