"""`usergroups demo`: a federation to look at."""

import click

from usergroups import db
from usergroups.cli.door import out, ready


@click.command()
def demo() -> None:
    """Plant the demo federation; on another day again, it grows what came due since."""
    from usergroups.demo import plant  # its texts are of no use to any other command

    ready()
    with db.transaction():
        report = plant()
    out.print(str(report), markup=False)
