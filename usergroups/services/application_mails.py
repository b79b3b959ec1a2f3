"""Whom an application's mails go to on the reviewers' side."""

from sqlalchemy import select

from usergroups import queue
from usergroups.db import session
from usergroups.models import Application, MessageKind, Reviewer, User
from usergroups.queries import reviews


def assigned(application: Application) -> list[User]:
    """The reviewers who look after it; one query."""
    query = select(User).join(Reviewer, Reviewer.user_id == User.id)
    return list(
        session().scalars(
            query.where(Reviewer.application_id == application.id).order_by(Reviewer.id)
        )
    )


def reviewers(application: Application) -> list[User]:
    """Those who look after it; while nobody does, all who may and have no part in it."""
    involved = {one.email for one in application.co_organizers} | {
        one.user.email for one in application.co_organizers if one.user is not None
    }
    return assigned(application) or [
        user
        for user in reviews.reviewers_for(application)
        if user.id != application.applicant_id and user.email not in involved
    ]


def tell_reviewers(application: Application, *, is_again: bool) -> None:
    """Mail the reviewers that an application was handed in."""
    for reviewer in reviewers(application):
        queue.send(
            MessageKind.APPLICATION_TO_REVIEW,
            reviewer,
            public_id=application.public_id,
            group_name=application.group_name,
            city=application.city,
            is_assigned=False,
            is_again=is_again,
        )
