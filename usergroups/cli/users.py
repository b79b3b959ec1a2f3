"""`usergroups users …`: accounts made by the operator."""

import click

from usergroups import db
from usergroups.cli.door import out, ready
from usergroups.links import Links
from usergroups.services import accounts


@click.group()
def users() -> None:
    """Make accounts."""


@users.command()
@click.argument("email")
@click.option("--steward", is_flag=True, help="May steer the whole federation.")
@click.option("--name", default="", help="As others see it.")
def create(email: str, *, steward: bool, name: str) -> None:
    """Make an account, or find it, and print a link that signs its owner in once."""
    config = ready()
    with db.transaction():
        user = accounts.create(email, name=name, steward=steward)
        secret = accounts.offer_sign_in(user)
    out.print(Links(config.base_url).sign_in(secret), markup=False)
