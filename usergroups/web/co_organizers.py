"""Being named a co-organizer: what it is about, yes or no, by a mailed link. Notes to others."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import ConflictError, DomainError, GoneError, NotFoundError
from usergroups.inputs.application import NoteToApplicantInput, PersonInput
from usergroups.models import Application, CoOrganizer, User
from usergroups.services import application_talk, co_organizers
from usergroups.web import account, applying, forms, limits, site
from usergroups.web.access import public, signed_in
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.language import plain_tag
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("co_organizers", __name__))


@blueprint.get("/apply/co-organizer/<secret>")
@public
def show(secret: str) -> AnyResponse:
    """Who asks, for what, and what saying yes means; opening it answers nothing."""
    try:
        page = _asked(secret)
    except (NotFoundError, GoneError) as spent:
        return _spent(secret, spent)
    return Response(render("applications/co_organizer.html", form=Form(_known()), page=page))


@blueprint.post("/apply/co-organizer/<secret>/accept")
@public
@limited(machine="60 per hour")
def accept(secret: str) -> AnyResponse:
    """Say yes; without an account one gets one by it."""
    try:
        return forms.submit(
            "applications/co_organizer.html",
            lambda given: _accept(secret, given),
            PersonInput,
            then=str,
            said=_("Thank you. You have said yes."),
            page=lambda: _asked(secret),
        )
    except (NotFoundError, GoneError) as spent:
        return _spent(secret, spent)


@blueprint.post("/apply/co-organizer/<secret>/decline")
@public
@limited(machine="60 per hour")
def decline(secret: str) -> AnyResponse:
    """Say no."""
    return _ended(secret, lambda: co_organizers.decline(secret), _("Thank you. You have said no."))


@blueprint.post("/apply/co-organizer/<secret>/renew")
@public
@limited(machine="10 per hour")
def renew(secret: str) -> AnyResponse:
    """Have a new link mailed, to where the old one went."""
    return _ended(secret, lambda: co_organizers.renew(secret), _("A new link is on its way."))


@blueprint.get("/apply/co-organizer")
@public
def thanks() -> str:
    """What comes next for somebody who has answered."""
    return render("applications/answered.html")


@blueprint.get("/apply/co-organizer/<secret>/<any(accept, decline, renew):said>")
@public
def back(secret: str, said: str) -> AnyResponse:
    """Reloading a page that came back from an act leads to the invitation itself."""
    del said
    return redirect(f"/apply/co-organizer/{secret}", 303)


@blueprint.get("/apply/notes/<token>")
@signed_in
def write_note(token: str) -> AnyResponse:
    """A few words to somebody who applies nearby."""
    try:
        between = application_talk.between(token, by=applying.me())
    except ConflictError:
        return Response(render("applications/note_over.html"), 409)
    return Response(render("applications/note.html", form=Form(), page=between))


@blueprint.post("/apply/notes/<token>")
@signed_in
def send_note(token: str) -> AnyResponse:
    """Have them mailed; neither side sees an address."""
    try:
        return forms.submit(
            "applications/note.html",
            lambda given: _introduce(token, given),
            NoteToApplicantInput,
            then=lambda _sent: "/apply",
            said=_("Sent. They can answer you here, without seeing your address."),
            page=lambda: application_talk.between(token, by=applying.me()),
        )
    except ConflictError:
        site.open_reading()
        return Response(render("applications/note_over.html"), 409)


def _accept(secret: str, given: PersonInput) -> str:
    """Say yes; answers where to go. Only an account that is made by it is signed in by it."""
    accepted = co_organizers.accept(secret, given, by=_me(), language=plain_tag())
    if accepted.is_new:
        account.enter(accepted.user)
    here = applying.address(accepted.application.public_id)
    account.remember_where(here)
    return here if current_user.is_authenticated else "/apply/co-organizer"


def _introduce(token: str, given: NoteToApplicantInput) -> None:
    limits.count("5 per day", "applicant_note", str(applying.me().id))
    application_talk.introduce(token, given, by=applying.me())


def _me() -> User | None:
    return applying.me() if current_user.is_authenticated else None


def _known() -> dict[str, str]:
    """What whoever is signed in has said of themselves."""
    me = _me()
    return {"name": me.name, "employer": me.employer} if me else {}


def _asked(secret: str) -> tuple[CoOrganizer, Application]:
    """Who is asked by a link that still works, and for what."""
    site.open_reading()
    return co_organizers.look(secret)


def _ended(secret: str, act: Callable[[], object], said: str) -> AnyResponse:
    """Do what needs no form and say so; a link that no longer works explains itself."""
    site.close_reading()
    try:
        with db.transaction():
            act()
    except (NotFoundError, GoneError) as spent:
        return _spent(secret, spent)
    flash(said)
    return redirect("/apply/co-organizer", 303)


def _spent(secret: str, why: DomainError) -> AnyResponse:
    """Why a link does not work, and where it can be had anew, a button for that."""
    site.open_reading()
    page = render(
        "applications/spent.html", secret=secret, is_old=co_organizers.is_only_old(secret)
    )
    return Response(page, why.status)
