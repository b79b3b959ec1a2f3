"""`usergroups mail …`: mails that could not be sent, and sending them again."""

import click

from usergroups import db
from usergroups.cli.door import Door, counted, out, show
from usergroups.cli.settings import ready
from usergroups.queries import messages as queries
from usergroups.services import jobs

_HEAD = ("AT", "KIND", "TO", "REASON")


@click.group(cls=Door)
def mail() -> None:
    """Look after mails that could not be sent."""


@mail.command("list")
def list_() -> None:
    """List mails that were given up, and what the server said."""
    ready()
    with db.reading():
        given_up = queries.given_up()
    if given_up:
        show(
            _HEAD,
            [
                (f"{one.at:%Y-%m-%d %H:%M}", one.kind.value, one.address, one.reason)
                for one in given_up
            ],
        )
    else:
        out.print("no mail was given up")


@mail.command()
def again() -> None:
    """Send once more what was given up.

    The worker begins within a minute.
    """
    ready()
    with db.transaction():
        given_up = queries.given_up()
        for one in given_up:
            jobs.try_again(one.job_id)
    out.print(f"{counted(len(given_up), 'mail')} to send again")
