"""Being asked to organize or to lead a group: what it means, yes or no, by a mailed link."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import ConflictError, DomainError, GoneError, NotFoundError
from usergroups.inputs.team import AnswerInput
from usergroups.models import Invitation, User
from usergroups.queries import users
from usergroups.services import invitations
from usergroups.services.invitations import Accepted
from usergroups.web import account, forms, site
from usergroups.web.access import public
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.language import plain_tag
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("invitations", __name__))

_TEMPLATE = "invitations/show.html"


@blueprint.get("/invitations/answered")
@public
def answered() -> str:
    """What comes next for somebody who has answered."""
    return render("invitations/answered.html")


@blueprint.get("/invitations/<secret>")
@public
def show(secret: str) -> AnyResponse:
    """Who asks, for what, and what saying yes means; opening it answers nothing."""
    try:
        invitation, asks_name = _asked(secret)
    except (NotFoundError, GoneError) as spent:
        return _spent(secret, spent)
    page = render(_TEMPLATE, form=Form(), invitation=invitation, asks_name=asks_name, secret=secret)
    return Response(page)


@blueprint.get("/invitations/<secret>/<any(accept, decline, renew):act>")
@public
def back(secret: str, act: str) -> AnyResponse:
    """Reloading a page that came back from an act leads to the invitation itself."""
    del act
    return redirect(f"/invitations/{secret}", 303)


@blueprint.post("/invitations/<secret>/accept")
@public
@limited(machine="60 per hour")
def accept(secret: str) -> AnyResponse:
    """Say yes; an address without an account gets one by it, and is signed in."""
    try:
        return forms.submit(
            _TEMPLATE,
            lambda given: _accept(secret, given),
            AnswerInput,
            then=_onward,
            said=_("Thank you. You have said yes."),
            secret=secret,
            invitation=lambda: _asked(secret)[0],
            asks_name=lambda: _asked(secret)[1],
        )
    except (NotFoundError, GoneError) as spent:
        return _spent(secret, spent)


@blueprint.post("/invitations/<secret>/decline")
@public
@limited(machine="60 per hour")
def decline(secret: str) -> AnyResponse:
    """Say no."""
    return _ended(secret, invitations.decline, _("Thank you. You have said no."))


@blueprint.post("/invitations/<secret>/renew")
@public
@limited(machine="10 per hour")
def renew(secret: str) -> AnyResponse:
    """Have a new link mailed, to where the old one went."""
    return _ended(secret, invitations.renew, _("A new link is on its way."))


def _accept(secret: str, given: AnswerInput) -> Accepted:
    accepted = invitations.accept(secret, by=_me(), name=given.name, language=plain_tag())
    if accepted.is_new:
        account.enter(accepted.user)
    account.remember_where(f"/organize/{accepted.group.slug}")
    return accepted


def _onward(accepted: Accepted) -> str:
    """The group's desk for whoever is signed in as the one who organizes now."""
    is_here = current_user.is_authenticated and current_user.id == accepted.user.id
    return f"/organize/{accepted.group.slug}" if is_here else "/invitations/answered"


def _ended(secret: str, act: Callable[[str], object], said: str) -> AnyResponse:
    """Do what needs no form and say so; a link that no longer works explains itself."""
    site.close_reading()
    try:
        with db.transaction():
            act(secret)
    except (NotFoundError, GoneError) as spent:
        return _spent(secret, spent)
    except ConflictError:
        return redirect(f"/invitations/{secret}", 303)
    flash(said)
    return redirect("/invitations/answered", 303)


def _asked(secret: str) -> tuple[Invitation, bool]:
    """The invitation of a link that works, and whether we do not know what its reader is called."""
    site.open_reading()
    invitation = invitations.look(secret)
    reader = _me() or users.by_email(invitation.email)
    return invitation, reader is None or not reader.name


def _spent(secret: str, why: DomainError) -> AnyResponse:
    """Why a link does not work, and where it is only too old a button for a new one."""
    site.open_reading()
    invitation = None if isinstance(why, NotFoundError) else invitations.find(secret)
    can_renew = invitation is not None and invitations.may_renew(invitation)
    page = render(
        "invitations/spent.html", secret=secret, invitation=invitation, can_renew=can_renew
    )
    return Response(page, why.status)


def _me() -> User | None:
    return current_user.user if current_user.is_authenticated else None
