"""What the pages of an application share: its steps, whose it is, forms that come back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Response
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import ConflictError, NotFoundError
from usergroups.inputs.fields import Input
from usergroups.models import Application, User
from usergroups.permissions import may_amend, may_follow
from usergroups.queries import applications as queries
from usergroups.services import applications
from usergroups.web import application_words, forms, site
from usergroups.web.forms import Form
from usergroups.web.templating import render

Given = TypeVar("Given", bound=Input)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the form as its list shows it."""

    key: str
    name: str
    is_done: bool
    is_here: bool


def me() -> User:
    """Who asks."""
    return cast(User, current_user.user)


def address(public_id: str, step: str = "") -> str:
    """Where an application is followed, or one of its steps taken."""
    return f"/apply/{public_id}/{step}".rstrip("/")


def followed(public_id: str) -> Application:
    """An application in which whoever asks takes part. Raises NotFoundError for all others."""
    application = queries.in_full(public_id)
    if not may_follow(me().id, application):
        raise NotFoundError("there is no such application")
    return application


def own(public_id: str) -> Application:
    """An application that whoever asks has begun. Raises NotFoundError for all others."""
    application = queries.in_full(public_id)
    if not may_amend(me().id, application):
        raise NotFoundError("there is no such application")
    return application


def keys(application: Application) -> list[str]:
    """Its steps: a group to be taken over stays where it is."""
    return ["group", "people", "charter"] if application.is_takeover else [
        "place", "group", "people", "charter",
    ]  # fmt: skip


def steps(application: Application, here: str) -> list[Step]:
    """The list of steps, the last of which is to look it over."""
    missing = applications.missing(application)
    listed = [
        Step(key, application_words.step(key), key not in missing, key == here)
        for key in keys(application)
    ]
    check = Step("check", application_words.step("check"), is_done=False, is_here=here == "check")
    return [*listed, check]


def after(application: Application, step: str) -> str:
    """Where to go once a step is done: the next one, or for what was handed in the last."""
    order = [*keys(application), "check"]
    is_draft = application.submitted_at is None
    return order[order.index(step) + 1] if is_draft else "check"


@dataclass(frozen=True, slots=True)
class Paper:
    """A page about one's application from which something can be done with it."""

    template: str
    public_id: str
    page: Callable[[], Any]

    def act(
        self,
        kind: type[Given],
        act: Callable[[Application, Given], object],
        then: Callable[[Application], str],
        said: str,
    ) -> AnyResponse:
        """Do it and go on; where somebody was first, show how the application stands now (409)."""

        def acted(given: Given) -> Application:
            application = followed(self.public_id)
            act(application, given)
            return application

        values = forms.sent(kind)
        try:
            return forms.submit(
                self.template, acted, kind, then=then, said=said, told="", page=self.page
            )
        except ConflictError as conflict:
            site.open_reading()
            told = application_words.conflict(conflict)
            shown = render(self.template, form=Form(values), told=told, page=self.page())
            return Response(shown, conflict.status)


def done(act: Callable[[], object]) -> str:
    """Do something that needs no form, in a transaction; answers why not, where it cannot be."""
    site.close_reading()
    try:
        with db.transaction():
            act()
    except ConflictError as conflict:
        return application_words.conflict(conflict)
    return ""


def names(people: Sequence[Any]) -> list[str]:
    """The addresses of co-organizers who are still named, in order."""
    return [one.email for one in people if one.answer.value in {"open", "accepted"}]
