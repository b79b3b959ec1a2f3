"""Writes a migration: what lies between the tables of the present ones and those of the models."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from usergroups import db
from usergroups.cli import schema

ROOT = Path(__file__).parents[1]


def main(message: str) -> None:
    """Ask Alembic, on an empty database that has been brought up to date."""
    with tempfile.TemporaryDirectory() as folder:
        engine = db.make_engine(f"sqlite:///{folder}/empty.sqlite")
        schema.upgrade(engine)
        config = Config(toml_file=ROOT / "pyproject.toml")
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message=message, autogenerate=True)
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
