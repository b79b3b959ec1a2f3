"""Who may use a route. Every route says so; tests/code/test_routes.py walks them all."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app
from flask_login import current_user

from usergroups.errors import NotAllowedError
from usergroups.models import Group
from usergroups.permissions import (
    VISITOR,
    Standing,
    may_have_own_pages,
    may_lead,
    may_organize,
    may_oversee,
    may_review,
    may_steer,
)
from usergroups.queries import groups

P = ParamSpec("P")
R = TypeVar("R")


class Access(StrEnum):
    """The people a route is for."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    ORGANIZER = "organizer"
    LEAD = "lead"
    OVERSEER = "overseer"
    REVIEWER = "reviewer"
    STEWARD = "steward"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """For everybody; nothing is asked, and nothing of the asker is looked at."""
    return _marked(view, Access.PUBLIC)


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """For people with an account; others are told how to sign in (401)."""
    return _guarded(view, Access.SIGNED_IN, may_have_own_pages, "")


def reviewer(view: Callable[P, R]) -> Callable[P, R]:
    """For stewards and regional coordinators; services look at the country."""
    return _guarded(view, Access.REVIEWER, may_review, "this page is for those who review")


def steward(view: Callable[P, R]) -> Callable[P, R]:
    """For stewards. Raises NotAllowedError for other people with an account."""
    return _guarded(
        view, Access.STEWARD, may_steer, "this page is for the stewards of the federation"
    )


def organizer(view: Callable[P, R]) -> Callable[P, R]:
    """For organizers of the group in the address (`<slug>`), and stewards of its country."""
    return _of_group(
        view, Access.ORGANIZER, may_organize, "this page is for the group's organizers"
    )


def lead(view: Callable[P, R]) -> Callable[P, R]:
    """For the lead of the group in the address (`<slug>`), and stewards of its country."""
    return _of_group(view, Access.LEAD, may_lead, "this page is for the group's lead organizer")


def overseer(view: Callable[P, R]) -> Callable[P, R]:
    """For the stewards of the country of the group in the address (`<slug>`), and nobody else."""
    return _of_group(
        view, Access.OVERSEER, may_oversee, "this is for the stewards of the group's country"
    )


def _guarded(
    view: Callable[P, R], access: Access, may: Callable[[Standing], bool], refusal: str
) -> Callable[P, R]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not may_have_own_pages(standing()):
            return cast(R, _unauthorized())
        if not may(standing()):
            raise NotAllowedError(refusal)
        return view(*args, **kwargs)

    return _marked(guarded, access)


def _of_group(
    view: Callable[P, R], access: Access, may: Callable[[Standing, Group], bool], refusal: str
) -> Callable[P, R]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not may_have_own_pages(standing()):
            return cast(R, _unauthorized())
        if not may(standing(), groups.known(str(kwargs["slug"]))):
            raise NotAllowedError(refusal)
        return view(*args, **kwargs)

    return _marked(guarded, access)


def standing() -> Standing:
    """What whoever asks is here."""
    return cast(Standing, getattr(current_user, "standing", VISITOR))


def _unauthorized() -> Any:
    """Whatever Flask-Login was told to answer; Flask makes an answer of it, whatever R is."""
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # Flask-Login


def _marked(view: Callable[P, R], access: Access) -> Callable[P, R]:
    view.access = access  # type: ignore[attr-defined]  # what test_routes looks for
    return view
