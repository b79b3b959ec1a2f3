"""`usergroups demo`: a federation to look at."""

import click

from usergroups import db
from usergroups.cli.door import out
from usergroups.cli.settings import ready


@click.command()
def demo() -> None:
    """Plant a federation to look at.

    Its meetups lie around today; on another day again, what has come due since is added.
    """
    from usergroups.demo import plant  # its texts are of no use to any other command

    ready()
    with db.transaction():
        report = plant()
    out.print(str(report), markup=False)
