"""`usergroups db …`: migrations."""

import click

from usergroups import db as database
from usergroups.cli import schema
from usergroups.cli.door import Door, err, out
from usergroups.cli.settings import settings
from usergroups.services import charter, search_index


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
    _fill_search()
    out.print("nothing to do" if before == after else f"now at {after}", markup=False)


def _fill_search() -> None:
    """What is searched is made some groups at a time, so that nobody waits long for a lock."""
    is_more = True
    while is_more:
        with database.transaction():
            is_more = search_index.catch_up()


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
