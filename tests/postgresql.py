"""A PostgreSQL cluster of our own, on a free port of the loopback, gone after the tests."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

_HASTY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class Cluster:
    """Made in a folder, started, stopped. Nothing of it is worth keeping, so it never syncs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"

    @staticmethod
    def binaries() -> Path | None:
        """The folder of initdb and pg_ctl; Debian keeps it off the PATH."""
        candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        found = shutil.which("pg_ctl")
        if found:
            candidates.append(Path(found).resolve().parent)
        return next((folder for folder in candidates if (folder / "initdb").exists()), None)

    def start(self, *, is_durable: bool = False) -> str:
        """Make and start it; answers the address of its database.

        One that is durable waits for the disk at each commit, as it would when serving people.
        """
        port = _free_port()
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", self._data, "-U", "usergroups", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder} "
            + ("" if is_durable else _HASTY)
        )
        self._run(
            "pg_ctl", "-D", self._data, "-l", self._folder / "log", "-w", "-o", options, "start"
        )
        return f"postgresql+psycopg://usergroups@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        """End it at once."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.binaries() / program), *map(str, arguments)]
        if os.geteuid() == 0:  # initdb refuses root
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, cwd=self._folder, stdout=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
