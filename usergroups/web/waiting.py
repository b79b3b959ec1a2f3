"""Waiting for a group near a place: asking to be told, saying yes by mail, taking it back."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db, tokens
from usergroups.errors import GoneError, NotFoundError
from usergroups.inputs.waiting import WaitingInput
from usergroups.models import User, Waiting
from usergroups.services import waiting
from usergroups.web import account, finding, forms, site
from usergroups.web.access import public
from usergroups.web.forms import Form
from usergroups.web.language import plain_tag
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("waiting", __name__))


@blueprint.get("/waiting")
@public
def show() -> str:
    """Where one waits, and at which address."""
    values = {"place": request.args.get("place", ""), "email": _address(_me())}
    return render("waiting/show.html", form=Form(values), offered=[], reach=waiting.REACH_KM)


@blueprint.post("/waiting")
@public
@limited(machine="20 per hour", field="email", address="5 per day")
def ask() -> AnyResponse:
    """Wait. The answer is the same for every address."""
    me = _me()
    return forms.submit(
        "waiting/show.html",
        lambda given: waiting.ask(given, finding.city_of(given), by=me, language=plain_tag()),
        WaitingInput,
        then=lambda asked: "/waiting/kept" if asked.email == _address(me) else "/waiting/asked",
        offered=finding.cities_offered,
        reach=waiting.REACH_KM,
    )


@blueprint.get("/waiting/<any(asked, kept):state>")
@public
def asked(state: str) -> str:
    """What happens now: a mail to confirm, or nothing more."""
    return render("waiting/asked.html", is_kept=state == "kept")


@blueprint.get("/waiting/by/<token>")
@public
def look(token: str) -> str:
    """Buttons to say yes, and to wait no longer: programs that open links in mails press none."""
    return render("waiting/mine.html", token=token, waiting=_known(token), reach=waiting.REACH_KM)


@blueprint.post("/waiting/by/<token>")
@public
def answer(token: str) -> Response:
    """Say yes, or take it back."""
    key = _key(token)
    is_over = request.form.get("answer") == "forget"
    site.close_reading()
    with db.transaction():
        (waiting.forget if is_over else waiting.confirm)(key)
    return Response(render("waiting/answered.html", is_over=is_over, token=token))


def _known(token: str) -> Waiting:
    """Who waits. Raises GoneError for those who have been told or forgotten meanwhile."""
    key = _key(token)
    try:
        return waiting.known(key)
    except NotFoundError as gone:
        raise GoneError(str(gone)) from gone


def _key(token: str) -> str:
    key = tokens.value_of(waiting.PURPOSE, token)
    if key is None:
        raise NotFoundError("this is no address out of a mail of ours")
    return key


def _me() -> User | None:
    known = account.signed_in_account()
    return known.user if known else None


def _address(user: User | None) -> str:
    return user.email if user else ""
