"""`usergroups users …`: accounts made by the operator."""

import click

from usergroups import db
from usergroups.cli.door import Door, out
from usergroups.cli.settings import ready
from usergroups.links import Links
from usergroups.services import accounts


@click.group(cls=Door)
def users() -> None:
    """Make accounts."""


@users.command()
@click.argument("email")
@click.option("--steward", is_flag=True, help="May steer the whole federation.")
@click.option("--name", default="", help="As others see it.")
def create(email: str, *, steward: bool, name: str) -> None:
    """Make an account, and print a link that signs in once.

    Where the account exists already, a fresh link for it is printed.

    \b
    Example:
      usergroups users create ana@example.org --steward
    """
    config = ready()
    with db.transaction():
        user = accounts.create(email, name=name, steward=steward)
        secret = accounts.offer_sign_in(user)
    out.print(Links(config.base_url).sign_in(secret), markup=False)
