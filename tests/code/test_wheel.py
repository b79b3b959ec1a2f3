"""An installed wheel works without a checkout: commands, templates, assets, migrations."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.code.source import ROOT
from usergroups import assets

LOOK = """
from usergroups import app, assets, paths
assert not paths.IN_CHECKOUT, paths.ROOT
assert assets.missing() == []
client = app.create_app().test_client()
assert client.get("/").status_code == 200
assert client.get(assets.url("css/base.css")).status_code == 200
"""


def run(*command: str | Path, **settings: str) -> str:
    """What a command prints, in an environment without our settings."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("USERGROUPS_")}
    done = subprocess.run(
        command, env=bare | settings, capture_output=True, text=True, check=False, cwd=ROOT.anchor
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment with the wheel, beside what this one has installed."""
    if assets.missing():
        pytest.fail("the front-end is not built: make setup")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    run(
        sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel
    )
    (packages,) = (folder / "venv" / "lib").glob("*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python.parent


def test_the_command_is_there(installed: Path) -> None:
    assert "Usage: usergroups" in run(installed / "usergroups", "--help")


def test_migrations_templates_and_assets_travel_with_it(installed: Path, tmp_path: Path) -> None:
    run(installed / "usergroups", "db", "upgrade", USERGROUPS_INSTANCE_DIR=str(tmp_path))
    said = run(installed / "usergroups", "db", "check", USERGROUPS_INSTANCE_DIR=str(tmp_path))
    assert said == "tables and models agree\n"
    (tmp_path / "gazetteer.sqlite").symlink_to(ROOT / "instance" / "gazetteer.sqlite")
    run(installed / "python", "-c", LOOK, USERGROUPS_INSTANCE_DIR=str(tmp_path))
