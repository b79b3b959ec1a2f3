"""The choice of a language: for this browser, and for whoever is signed in for their mails, too."""

from collections.abc import Mapping

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db, language
from usergroups.inputs.account import LanguageInput
from usergroups.inputs.fields import read
from usergroups.services import accounts
from usergroups.web import account, forms, site
from usergroups.web.access import public
from usergroups.web.language import keep
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("languages", __name__))


@blueprint.get("/language")
@public
def show() -> str:
    """The languages, each in its own words."""
    return render(
        "pages/language.html",
        offered=language.offered(),
        spoken=language.plain_tag(),
        back=_back(request.args),
    )


@blueprint.post("/language")
@public
def choose() -> AnyResponse:
    """Speak one from now on, and go back to where it was asked for."""
    chosen = read(LanguageInput, forms.sent(LanguageInput)).language
    if me := account.signed_in_account():
        site.close_reading()
        with db.transaction():
            accounts.change_language(chosen, by=me.user)
    answer = redirect(_back(request.form), 303)
    keep(answer, chosen)
    return answer


def _back(given: Mapping[str, str]) -> str:
    return given.get("back", "") if account.is_ours(given.get("back", "")) else "/"
