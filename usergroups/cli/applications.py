"""`usergroups applications …`: what waits for a decision, and deciding it."""

import click

from usergroups import db
from usergroups.cli.door import Door, out, show
from usergroups.cli.settings import ready
from usergroups.errors import NotFoundError
from usergroups.inputs.fields import read
from usergroups.inputs.review import DeclineInput, QueueSearch, Shelf
from usergroups.links import Links
from usergroups.models import Answer, Group, User
from usergroups.permissions import OPERATOR
from usergroups.queries import reviews as queries
from usergroups.queries import users
from usergroups.queries.reviews import QueuedApplication
from usergroups.services import reviews

_HEAD = ("ID", "STATE", "SINCE", "DAYS", "COUNTRY", "CITY", "NAME", "APPLICANT")
_BY = click.option("--by", "email", help="Who decides; the operator unless named.")


@click.group(cls=Door)
def applications() -> None:
    """Decide who runs a group."""


@applications.command("list")
@click.option(
    "--state", type=click.Choice([shelf.value for shelf in Shelf]), metavar="STATE",
    help=f"One of {', '.join(Shelf)}; those that wait for reviewers unless given.",
)  # fmt: skip
def list_(state: str | None) -> None:
    """List applications, what has waited longest first."""
    ready()
    with db.reading():
        found = queries.every(QueueSearch(state=Shelf(state) if state else None), OPERATOR)
    if found:
        show(_HEAD, [_line(one) for one in found])
    else:
        out.print("nothing waits")


def _line(one: QueuedApplication) -> tuple[str, ...]:
    since, days = f"{one.handed_in_at:%Y-%m-%d}", str(one.days)
    place = (one.country, one.city)
    return (one.public_id, one.status.value, since, days, *place, one.group_name, one.applicant)


@applications.command()
@click.argument("public_id", metavar="ID")
@_BY
@click.option(
    "--without-unanswered", is_flag=True, help="Leave out co-organizers who have not answered."
)
def approve(public_id: str, email: str | None, *, without_unanswered: bool) -> None:
    """Approve an application and make its group.

    Its organizers are told by mail; the group's page is printed.
    """
    config = ready()
    with db.transaction():
        application, by = queries.in_full(public_id), _by(email)
        unanswered = [one for one in application.co_organizers if one.answer is Answer.OPEN]
        without = [one.id for one in unanswered] if without_unanswered else []
        reviews.approve(application, by=by, version=application.version, without=without)
        slug = db.session().get_one(Group, application.group_id).slug
    out.print(Links(config.base_url).group(slug), markup=False)


@applications.command()
@click.argument("public_id", metavar="ID")
@click.option("--reason", required=True, help="Why not; the applicants read it.")
@_BY
def decline(public_id: str, reason: str, email: str | None) -> None:
    """Decline an application, and tell its applicants why."""
    ready()
    with db.transaction():
        application, by = queries.known(public_id), _by(email)
        given = read(DeclineInput, {"reason": reason, "version": application.version})
        reviews.decline(application, given.reason, by=by, version=given.version)
    out.print("declined", markup=False)


def _by(email: str | None) -> User | None:
    """Whoever acts; None is the operator."""
    if not email:
        return None
    user = users.by_email(email.strip().lower())
    if user is None:
        raise NotFoundError(f"there is no account with the address {email!r}")
    return user
