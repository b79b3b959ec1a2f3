"""`usergroups db …`: migrations."""

import click

from usergroups import db as database
from usergroups.cli import schema
from usergroups.cli.door import Door, err, out, settings
from usergroups.services import charter


@click.group(cls=Door)
def db() -> None:
    """Bring the database up to this release."""


@db.command()
def upgrade() -> None:
    """Run the migrations that are missing.

    A new installation also gets a charter to begin with.
    """
    settings()
    before, after = schema.upgrade(database.engine())
    with database.transaction():
        charter.found()
    out.print("nothing to do" if before == after else f"now at {after}", markup=False)


@db.command()
def check() -> None:
    """Compare the tables with what the code expects.

    Exit code 1 where they differ.
    """
    settings()
    differences = schema.differences(database.engine())
    for difference in differences:
        err.print(difference, markup=False)
    if differences:
        raise click.exceptions.Exit(1)
    out.print("tables and models agree")
