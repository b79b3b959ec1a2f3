"""Who may use a route. Every route says so; tests/code/test_routes.py walks them all."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app
from flask_login import current_user

from usergroups.errors import NotAllowedError
from usergroups.permissions import VISITOR, Standing, may_have_own_pages, may_steer

P = ParamSpec("P")
R = TypeVar("R")


class Access(StrEnum):
    """The people a route is for."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    STEWARD = "steward"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """For everybody; nothing is asked, and nothing of the asker is looked at."""
    return _marked(view, Access.PUBLIC)


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """For people with an account; others are told how to sign in (401)."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not may_have_own_pages(_standing()):
            return cast(R, _unauthorized())
        return view(*args, **kwargs)

    return _marked(guarded, Access.SIGNED_IN)


def steward(view: Callable[P, R]) -> Callable[P, R]:
    """For stewards. Raises NotAllowedError for other people with an account."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not may_have_own_pages(_standing()):
            return cast(R, _unauthorized())
        if not may_steer(_standing()):
            raise NotAllowedError("this page is for the stewards of the federation")
        return view(*args, **kwargs)

    return _marked(guarded, Access.STEWARD)


def _standing() -> Standing:
    """What whoever asks is here."""
    return cast(Standing, getattr(current_user, "standing", VISITOR))


def _unauthorized() -> Any:
    """Whatever Flask-Login was told to answer; Flask makes an answer of it, whatever R is."""
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # Flask-Login


def _marked(view: Callable[P, R], access: Access) -> Callable[P, R]:
    view.access = access  # type: ignore[attr-defined]  # what test_routes looks for
    return view
