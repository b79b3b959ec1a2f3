"""`usergroups mail …`: mails that could not be sent, and sending them again."""

import click
from rich.markup import escape

from usergroups import db
from usergroups.cli.door import out, ready
from usergroups.queries import messages as queries
from usergroups.services import jobs


@click.group()
def mail() -> None:
    """Look after mails that could not be sent."""


@mail.command("list")
def list_() -> None:
    """List mails that were given up, with what the mail server said; the newest first."""
    ready()
    with db.reading():
        given_up = queries.given_up()
    for one in given_up:
        out.print(f"{one.at:%Y-%m-%d %H:%M}  {one.kind.value}  {escape(one.address)}")
        out.print(f"  → {escape(one.reason)}")
    if not given_up:
        out.print("no mail was given up")


@mail.command()
def again() -> None:
    """Send mails once more that were given up; the worker begins within a minute."""
    ready()
    with db.transaction():
        given_up = queries.given_up()
        for one in given_up:
            jobs.try_again(one.job_id)
    out.print(f"{len(given_up)} mails are tried again")
