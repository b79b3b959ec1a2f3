"""The federation's people: its stewards, who coordinates which country, and finding somebody."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Blueprint, Response, redirect
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import ConflictError
from usergroups.inputs.fields import Input, countries
from usergroups.inputs.team import CoordinatorInput, CountryInput, PeopleSearch, StewardInput
from usergroups.models import User
from usergroups.queries import team
from usergroups.services import stewards
from usergroups.text import fold
from usergroups.web import finding, forms, language, site
from usergroups.web.access import steward
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("people", __name__))

Given = TypeVar("Given", bound=Input)
_PAGE = "/steward/people"


@blueprint.get("/steward/people")
@steward
def index() -> Response:
    """Who looks after the federation; and whoever is looked for."""
    return Response(_page(Form()), finding.asked(PeopleSearch).status)


@blueprint.get("/steward/people/<any(stewards, coordinators):kind>")
@steward
def back(kind: str) -> AnyResponse:
    """Reloading a page that came back from there leads to the list."""
    del kind
    return redirect(_PAGE, 303)


@blueprint.post("/steward/people/stewards")
@steward
def appoint_steward() -> AnyResponse:
    """Make somebody a steward."""
    return _acted(
        StewardInput,
        lambda given: stewards.appoint_steward(given.email, by=_me()),
        _("Appointed. They look after the whole federation now."),
    )


@blueprint.post("/steward/people/stewards/<int(max=2147483647):user_id>/dismiss")
@steward
def dismiss_steward(user_id: int) -> AnyResponse:
    """Make somebody a steward no longer."""
    return _acted(
        Input,
        lambda _given: stewards.dismiss_steward(user_id, by=_me()),
        _("Dismissed."),
        then="/me" if user_id == current_user.id else _PAGE,
    )


@blueprint.post("/steward/people/coordinators")
@steward
def appoint_coordinator() -> AnyResponse:
    """Have somebody look after a country."""
    return _acted(
        CoordinatorInput,
        lambda given: stewards.appoint_coordinator(given.address, given.country, by=_me()),
        _("Appointed. They look after that country now."),
    )


@blueprint.post("/steward/people/coordinators/<int(max=2147483647):user_id>/dismiss")
@steward
def dismiss_coordinator(user_id: int) -> AnyResponse:
    """Have somebody look after a country no longer."""
    return _acted(
        CountryInput,
        lambda given: stewards.dismiss_coordinator(user_id, given.country, by=_me()),
        _("Dismissed."),
    )


def _acted(
    kind: type[Given], act: Callable[[Given], object], said: str, then: str = _PAGE
) -> AnyResponse:
    """Do an act and go back to the list; where it cannot be done any more, say why (409)."""
    try:
        return forms.submit(
            "steward/people.html", act, kind, then=lambda _done: then, said=said, **_shown()
        )
    except ConflictError as conflict:
        site.open_reading()
        told = forms.sentence(conflict)
        return Response(_page(Form(), told), conflict.status)


def _page(form: Form, told: str = "") -> str:
    shown = {name: value() if callable(value) else value for name, value in _shown(told).items()}
    return render("steward/people.html", form=form, **shown)


def _shown(told: str = "") -> dict[str, Any]:
    asked = finding.asked(PeopleSearch)
    return {
        "asked": asked,
        "told": told,
        "found": lambda: team.people(asked.wanted) if asked.wanted.q else None,
        "stewards": team.stewards,
        "coordinators": team.coordinators,
        "countries": _countries,
    }


def _countries() -> list[tuple[str, str]]:
    named = [(code, language.country(code)) for code in countries()]
    return sorted(named, key=lambda one: fold(one[1]))


def _me() -> User:
    return cast(User, current_user.user)
