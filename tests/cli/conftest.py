"""Commands run in this process, as an operator would call them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from usergroups import db
from usergroups.cli import main
from usergroups.config import Config


@pytest.fixture
def run(config: Config, gazetteer_file: Path) -> Callable[..., Result]:
    """`run("groups", "export")` gives the exit code, stdout and stderr of the command."""
    if not config.gazetteer.exists():
        config.gazetteer.symlink_to(gazetteer_file)
    environ = {
        "USERGROUPS_INSTANCE_DIR": str(config.instance_dir),
        "USERGROUPS_DATABASE_URL": config.database_url,
        "USERGROUPS_BASE_URL": config.base_url,
    }

    def command(*arguments: str) -> Result:
        result = CliRunner(env=environ).invoke(main, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        db.connect(config.database_url)
        return result

    return command
